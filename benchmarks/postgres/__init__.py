"""Measures PostgreSQL with pgvector as an engine for large indexes."""
