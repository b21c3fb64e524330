"""Compares this project with similar systems on the same passages, questions and machine."""
