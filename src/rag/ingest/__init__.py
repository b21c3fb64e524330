"""Ingestion: reads files and feeds, publishes the next snapshot and reports on every source."""
