"""Plans a run: turns the known documents and the sources found into index changes and a result for each source."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rag.errors import UnreadableSource
from rag.ingest.assignment import Assignment, Inputs, assign, collect
from rag.ingest.found import Found, ParsedDocument, Skipped, locations, origin_of, printable
from rag.ingest.moves import Moves
from rag.snapshots import Changes, Origin, Source, StoredDocument
from rag.sources.access import ACCESS_FAULT, Labels, advice
from rag.sources.facts import UNREAD_BECAUSE, UNREAD_PAGES
from rag.types import Document, Metadata, SourceState


@dataclass(frozen=True, slots=True)
class Item:
    """The result for one source; `reason` explains the state if it needs an explanation."""

    source: str
    state: SourceState
    document_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The changes of one run, and the result for each source."""

    changes: Changes
    items: tuple[Item, ...]


def make_plan(
    documents: Sequence[StoredDocument],
    found: Sequence[Found],
    gone: Iterable[str],
    load: Callable[[str], Document],
    moves: Moves = Moves(),  # noqa: B008 - frozen
) -> Plan:
    """Decide which documents exist after a run and which sources each one has.

    `documents` lists the documents of the index and `gone` the sources to forget, by their new names if they moved.
    `load` returns an indexed document, with its text, by its id.
    """
    inputs = collect(moves.renamed(documents), found, gone)
    assignments = assign(inputs)
    restricted = {one.source: one.labels for one in found if one.labels}
    before = {stored.reference.id: stored.origin for stored in documents}
    changes = _changes(inputs, assignments, load, before, restricted)
    items = _items(inputs, found, assignments, changes)
    return Plan(changes, tuple(_with_moves(items, moves.old_names())))


def _changes(
    inputs: Inputs,
    assignments: Sequence[Assignment],
    load: Callable[[str], Document],
    before: Mapping[str, Origin],
    restricted: Mapping[str, Labels],
) -> Changes:
    """Return the changes to the documents, whose origins are in `before` by id.

    `restricted` has the sources that cannot be read now in folders with labels.
    """
    added = {one.id: new for one in assignments if (new := _new_document(inputs, one, load))}
    added |= {one.id: new for one in assignments if one.id not in added and (new := _hidden(one, load, restricted))}
    kept = [one for one in assignments if one.kept and one.id not in added]
    origins = {one.id: origin for one in kept if (origin := _new_origin(one, before[one.id]))}
    return Changes(tuple(added.values()), frozenset(before.keys() - {one.id for one in assignments}), origins)


def _new_document(inputs: Inputs, assignment: Assignment, load: Callable[[str], Document]) -> ParsedDocument | None:
    """Return the document to add for an assignment, or None if the index already has it."""
    if assignment.primary in inputs.parsed:
        document, origin = inputs.parsed[assignment.primary]
        if assignment.kept and assignment.kept.origin.fingerprint == origin.fingerprint:
            return None
    elif assignment.kept or assignment.stored is None:
        return None
    else:
        # This run did not read the source. The empty digest makes the next run read it.
        document = load(assignment.stored.reference.id)
        origin = replace(assignment.stored.origin, source_sha256="")
    reference = replace(document.reference, id=assignment.id)
    return replace(document, reference=reference), replace(
        origin, source=assignment.primary, copies=_sources(assignment)[1:]
    )


def _hidden(
    assignment: Assignment, load: Callable[[str], Document], restricted: Mapping[str, Labels]
) -> ParsedDocument | None:
    """Return a document without labels again with those of its folder if its file cannot be read any more."""
    stored = assignment.kept
    if not restricted or stored is None or stored.access:
        return None
    labels = next((restricted[place] for place in locations(assignment.primary) if place in restricted), None)
    if labels is None:
        return None
    document = labels.give(load(stored.reference.id))
    changed = origin_of(assignment.primary, stored.origin.source_sha256, document, stored.origin.original)
    return document, replace(changed, copies=_sources(assignment)[1:])


def _new_origin(assignment: Assignment, before: Origin) -> Origin | None:
    """Return the new origin of a kept document, or None if its sources did not change."""
    sources = _sources(assignment)
    if [one.name for one in sources] == [one.name for one in before.sources]:
        return None
    primary, *copies = sources
    return replace(before, source=primary.name, source_sha256=primary.sha256, copies=tuple(copies))


def _sources(assignment: Assignment) -> tuple[Source, ...]:
    return tuple(Source(name, sha256) for name, sha256 in assignment.sources.items())


def _items(
    inputs: Inputs, found: Sequence[Found], assignments: Sequence[Assignment], changes: Changes
) -> Iterator[Item]:
    """Yield the result for each source: gone sources, then found ones, then copies that became documents."""
    by_stored_id = {one.stored.reference.id: one for one in assignments if one.stored}
    for source in inputs.gone:
        document_id = inputs.by_source[source].reference.id
        yield _gone_item(source, document_id, by_stored_id.get(document_id))
    by_source = {source: one for one in assignments for source in one.sources}
    added = {document.reference.id for document, _ in changes.added}
    for one in found:
        yield _found_item(inputs, one, by_source.get(one.source), added)
    reported = {one.source for one in found}
    for assignment in assignments:
        if assignment.stored and not assignment.kept and assignment.primary not in reported:
            reason = f"it was a copy of {assignment.stored.reference.id}, whose text or labels changed"
            yield Item(assignment.primary, "added", assignment.id, reason)


def _gone_item(source: str, document_id: str, assignment: Assignment | None) -> Item:
    stays = assignment is not None and assignment.kept is not None
    reason = f"its text stays, because {assignment.primary} has it too" if assignment and stays else None
    return Item(source, "removed", document_id, reason)


def _found_item(inputs: Inputs, found: Found, assignment: Assignment | None, added: Collection[str]) -> Item:
    document_id = assignment.id if assignment else None
    match found.content:
        case UnreadableSource() as error:
            # If an earlier run read the source, its document stays in the index: a failure removes nothing.
            return Item(found.source, "failed", document_id, printable(str(error)))
        case Skipped(reason):
            return Item(found.source, "skipped", document_id, reason)
        case None:
            return Item(found.source, "unchanged", document_id, _about_stored(assignment))
    assert assignment is not None, "every parsed source has an assignment"
    state = _state(inputs, found.source, assignment, added)
    twin = f"it has the same text as {assignment.id}" if state == "duplicate" else None
    explained = _about_labels(found.content[0].metadata) or twin or _about_pages(found.content[0])
    return Item(found.source, state, assignment.id, explained)


def _about_stored(assignment: Assignment | None) -> str | None:
    """Return why an unchanged document is sealed, in every run until its labels can be read."""
    return _about_labels(assignment.stored.metadata) if assignment and assignment.stored else None


def _about_labels(metadata: Metadata) -> str | None:
    fault = metadata.get(ACCESS_FAULT)
    return advice(fault) if isinstance(fault, str) else None


def _about_pages(document: Document) -> str | None:
    """Return which pages of a document are missing and which ones OCR read, or None if there are no such pages."""
    unread, because = (document.metadata.get(name) for name in (UNREAD_PAGES, UNREAD_BECAUSE))
    confidences = [note.ocr_confidence for note in document.page_notes if note.ocr_confidence is not None]
    told = []
    if unread is not None:
        told.append(f"it lacks the text of page {unread}: {because or 'no parser can read it'}")
    if confidences:
        percent = 100 * sum(confidences) / len(confidences)
        told.append(f"OCR read {len(confidences)} of its {len(document.pages)} pages, confidence {percent:.0f} %")
    return "; ".join(told) or None


def _state(inputs: Inputs, source: str, assignment: Assignment, added: Collection[str]) -> SourceState:
    """Return the state of a parsed source."""
    own = inputs.own_document(source)
    stayed = assignment.kept is not None and assignment.kept is inputs.by_source.get(source)
    if source != assignment.primary:
        return "unchanged" if stayed else "duplicate"
    if not stayed and not (own and own.reference.id == assignment.id):
        return "added"
    return "updated" if assignment.id in added else "unchanged"


def _with_moves(items: Iterable[Item], old_names: Mapping[str, str]) -> Iterator[Item]:
    """Yield the results with the old names of files that moved."""
    for item in items:
        old = old_names.get(item.source)
        if old is None or item.state in ("failed", "skipped"):
            yield item
        else:
            reason = f"it was {old}" if item.reason is None else f"{item.reason}; it was {old}"
            yield replace(item, state="moved" if item.state == "unchanged" else item.state, reason=reason)
