"""An index in PostgreSQL with pgvector. The database holds everything, and decides which documents count.

schema.py       the tables, and the views of one version for one client
connections.py  the pool of connections, and the errors of the server
database.py     the tables of one version for the reader that local snapshots have too
words.py        scores by words, from packed postings
vectors.py      the nearest vectors, by sign bits and then exactly
version.py      one version, which implements `Index`
new_documents.py, writing.py   the rows of a change
pruning.py      which versions and segments are deleted or merged
store.py        all versions, with the single writer: implements `IndexStore`
copying.py      a snapshot of the writer, copied into the database
files.py        keys, past texts and originals
publishing.py   the part of the writer that publishes
replica.py      the store of a replica, and the part that follows the database
"""

from rag.snapshots.postgres.publishing import DatabasePublisher
from rag.snapshots.postgres.replica import DatabasePuller, DatabaseReplica
from rag.snapshots.postgres.store import PostgresStore

__all__ = ["DatabasePublisher", "DatabasePuller", "DatabaseReplica", "PostgresStore"]
