"""The files people have, read into documents with canonical text: by a process of its own, which alone imports the
readers."""

from rag.sources.discovery import SUFFIXES, Discovery, discover, fingerprint
from rag.sources.facts import slug
from rag.sources.frontmatter import SIDECARS
from rag.sources.limits import Limits
from rag.sources.media import SUFFIX_OF, suffix_of
from rag.sources.process import ReadingProcess
from rag.sources.record import Record

__all__ = [
    "SIDECARS",
    "SUFFIXES",
    "SUFFIX_OF",
    "Discovery",
    "Limits",
    "ReadingProcess",
    "Record",
    "discover",
    "fingerprint",
    "slug",
    "suffix_of",
]
