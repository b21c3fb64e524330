"""Measures on labelled claims how the service decides on sentences of a language model."""
