"""Exchangeable parts, each loaded by name; none knows of another."""
