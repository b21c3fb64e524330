"""What reading a source comes to."""

from __future__ import annotations

from dataclasses import dataclass

from rag.errors import UnreadableSource
from rag.types import Document


@dataclass(frozen=True, slots=True)
class Record:
    """One document found in a source, or why it could not be read; `key` says where it lies."""

    key: str
    content: Document | UnreadableSource
