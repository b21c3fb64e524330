"""Pure functions that make an index of text: chunks, quotable sentences, BM25, token codes, duplicates, filters."""
