"""Measures the cost of changes to an index of 100,000 passages, and of its growth."""
