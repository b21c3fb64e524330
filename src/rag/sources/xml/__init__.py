"""Parses XML: the laws in the vocabularies that governments publish."""
