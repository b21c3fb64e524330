"""Shared answers and feedback over HTTP."""
