"""The files people have, read into documents with canonical text."""

from rag.sources.discovery import SUFFIXES, discover
from rag.sources.reading import Record, fingerprint, read

__all__ = ["SUFFIXES", "Record", "discover", "fingerprint", "read"]
