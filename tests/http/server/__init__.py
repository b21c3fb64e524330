"""Tests of the limits of connections."""
