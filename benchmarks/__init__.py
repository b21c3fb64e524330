"""Measurements beside other systems: what needs more than this repository installs."""
