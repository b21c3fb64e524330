"""Finds the documents that share an identity, because they declare of which document they are a version."""

from __future__ import annotations

from collections.abc import Iterator

from rag.snapshots.database import Reader
from rag.text.validity import VERSION_OF


def identity(reader: Reader, document_id: str) -> tuple[str, ...]:
    """Return the ids of the documents that are versions of one document, that document included.

    Ids that the database does not have may be among them: those of earlier snapshots that a document declares.
    """
    names = _names(reader)
    found, waiting = dict.fromkeys([document_id]), [document_id]
    while waiting:
        one = waiting.pop()
        for other in names.get(one, ()):
            if other not in found:
                found[other] = None
                waiting.append(other)
    return tuple(found)


def _names(reader: Reader) -> dict[str, list[str]]:
    """Return the neighbours of each identity: a document and what it declares are neighbours of each other."""
    neighbours: dict[str, list[str]] = {}
    for document_id, others in declared(reader).items():
        for other in others:
            neighbours.setdefault(document_id, []).append(other)
            neighbours.setdefault(other, []).append(document_id)
    return neighbours


def declared(reader: Reader) -> dict[str, tuple[str, ...]]:
    """Return the identities that documents declare, by document id."""
    found: dict[str, tuple[str, ...]] = {}
    for document_id, name in _declared(reader):
        found[document_id] = (*found.get(document_id, ()), name)
    return found


def _declared(reader: Reader) -> Iterator[tuple[str, str]]:
    """Yield the id of each document that declares an identity, with the identity.

    It is the id or the source of another version, or else a name that all versions share.
    """
    declared = reader.values_of(VERSION_OF)
    if not declared:
        return
    ids, sources = frozenset(reader.ids()), reader.sources()
    files = {source.rpartition("/")[2]: document_id for source, document_id in sources.items()}
    for document_id, named in declared:
        yield document_id, named if named in ids else sources.get(named) or files.get(named) or named
