"""An index in PostgreSQL with pgvector. The database holds everything, and decides which documents count.

schema.py       the tables, and the views of one version for one client
connections.py  the pool of connections, and the errors of the server
database.py     the tables of one version for the reader that local snapshots have too
words.py        scores by words, from packed postings
vectors.py      the nearest vectors, by sign bits and then exactly
version.py      one version, which implements `Index`
writing.py      the rows of a change
pruning.py      which versions and segments are deleted or merged
store.py        all versions, with the single writer: implements `IndexStore`
"""

from rag.snapshots.postgres.store import PostgresStore

__all__ = ["PostgresStore"]
