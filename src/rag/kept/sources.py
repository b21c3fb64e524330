"""The documents that a kept answer cites: who may see them, and where they came from."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from pydantic import TypeAdapter

from rag.errors import UnknownDocument
from rag.snapshots import Index
from rag.types import SEALED, Answer, NoticeKind


@dataclass(frozen=True, slots=True)
class CitedDocument:
    """A cited document as it was when the answer was kept: its labels, as in `Document`, and the name of its source."""

    access: tuple[str, ...]
    source: str

    def is_open_to(self, groups: frozenset[str] | None) -> bool:
        """Return whether a client in these groups may see it; None is a client that sees every document."""
        return groups is None or not self.access or not groups.isdisjoint(set(self.access) - {""})


CitedDocuments: TypeAlias = Mapping[str, CitedDocument]
"""The cited documents of one answer, by id."""

_ANSWER = TypeAdapter(Answer)
_DOCUMENTS = TypeAdapter(dict[str, CitedDocument])

_MAY_BE_SHOWN = frozenset({NoticeKind.UNDERSTOOD, NoticeKind.UNANSWERED, NoticeKind.EXCEPTIONS, NoticeKind.CONFLICT})
"""Kinds of notices about the question, or about the cited documents alone."""


def cited_documents(answer: Answer, snapshot: Index) -> CitedDocuments:
    """Return the cited documents. One that `snapshot` does not have is for nobody, and its source is unknown."""
    ids = dict.fromkeys(citation.reference.id for citation in answer.citations)
    return {document_id: _cited_document(document_id, snapshot) for document_id in ids}


def _cited_document(document_id: str, snapshot: Index) -> CitedDocument:
    try:
        stored = snapshot.stored_document(document_id)
    except UnknownDocument:
        return CitedDocument(SEALED, "")
    return CitedDocument(stored.access, stored.origin.source)


def kept_part(answer: Answer) -> Answer:
    """Return the part of an answer that may be shown to everyone who may see its citations.

    Passages that are not cited, and notices that name other documents or their values, are left out.
    """
    notices = tuple(replace(one, questions=()) for one in answer.notices if one.kind in _MAY_BE_SHOWN)
    return replace(answer, evidence=(), timings={}, usage=None, notices=notices)


def dump_answer(answer: Answer) -> str:
    """Return an answer as JSON."""
    return _ANSWER.dump_json(answer).decode()


def load_answer(text: str) -> Answer:
    """Return the answer in JSON that `dump_answer` wrote."""
    return _ANSWER.validate_json(text)


def dump_documents(documents: CitedDocuments) -> str:
    """Return the cited documents as JSON."""
    return _DOCUMENTS.dump_json(dict(documents)).decode()


def load_documents(text: str) -> CitedDocuments:
    """Return the cited documents in JSON that `dump_documents` wrote."""
    return _DOCUMENTS.validate_json(text)


def ids_citing(connection: sqlite3.Connection, table: str, document_ids: Collection[str]) -> list[str | int]:
    """Return the ids of the kept answers in a table that cite one of the documents."""
    query = f"SELECT DISTINCT {table}.id FROM {table}, json_each({table}.documents) AS cited"  # noqa: S608
    wanted = json.dumps(list(document_ids))
    found = connection.execute(f"{query} WHERE cited.key IN (SELECT value FROM json_each(?))", (wanted,))  # noqa: S608
    return [row[0] for row in found]
