"""Admission: how many requests work at once, which ones wait, and which ones are refused."""
