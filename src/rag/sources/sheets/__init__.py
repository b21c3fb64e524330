"""Parses spreadsheets: each row as a line under the names of its columns."""
