"""Reads PDF. `parsing` parses a file; the process that draws pages needs only a few of the other modules."""
