"""Checks that orders in documents, questions and conversations are never followed."""
