"""Pure functions that index text: chunks, quotable sentences, BM25, token codes, near-duplicates and filters."""
