"""Keeps several services equal: one writer publishes its snapshots to a storage, and replicas take them from there."""

from rag.snapshots.replicas.companions import Companions
from rag.snapshots.replicas.exchange import Publishes, Pulls
from rag.snapshots.replicas.publication import Publication
from rag.snapshots.replicas.publishing import Publisher
from rag.snapshots.replicas.pulling import Puller
from rag.snapshots.replicas.storage import Storage, open_storage

__all__ = ["Companions", "Publication", "Publisher", "Publishes", "Puller", "Pulls", "Storage", "open_storage"]
