"""Add the exceptions and conditions of the rules that an answer cites, so that no rule is shown without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.answer.checks.words import is_row as is_labelled_row
from rag.answer.citations import Citer
from rag.answer.exception_search import ExceptionReader, Part
from rag.answer.notices import exceptions_found
from rag.answer.retrieval import Query
from rag.answer.statements import make_draft
from rag.index.tables import is_row
from rag.snapshots import Index
from rag.text.languages import DEFAULT
from rag.types import Citation, ExceptionSearch, Notice, Span, Statement

MOST = 4
"""The most exceptions that are added to an answer."""


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Statements that quote the exceptions of cited rules, where they were looked for, and a notice about it."""

    statements: tuple[Statement, ...] = ()
    searches: tuple[ExceptionSearch, ...] = ()
    notices: tuple[Notice, ...] = ()


def find_exceptions(snapshot: Index, statements: Sequence[Statement], question: Query) -> Exceptions:
    """Return the exceptions of the rules that `statements` cite, without those that they quote already."""
    quoted = [(citation.reference.id, citation.span) for one in statements for citation in one.citations]
    found: dict[tuple[str, Span], Part] = {}
    searches: list[ExceptionSearch] = []
    readers: dict[str, ExceptionReader | None] = {}
    for rule in _rules(statements):
        id_ = rule.reference.id
        if id_ not in readers:
            document = snapshot.document(id_)
            english = document.language in (None, DEFAULT)
            readers[id_] = ExceptionReader(snapshot, document, question) if english else None
        reader = readers[id_]
        if reader is None:
            continue
        search, parts = reader.exceptions(rule)
        searches.append(search)
        for part in parts:
            if len(found) < MOST and not _is_among(part, id_, quoted):
                found[id_, part.span] = part
                quoted += ((id_, span) for span in part.sentence.parts)
    merged = _merged(searches)
    return Exceptions(_statements(snapshot, list(found.values()), statements), merged, tuple(exceptions_found(merged)))


def _is_among(part: Part, document: str, spans: Sequence[tuple[str, Span]]) -> bool:
    return any(document == other and part.span.overlaps(span) for other, span in spans)


def _rules(statements: Sequence[Statement]) -> Iterator[Citation]:
    """Yield the citations of sentences of documents, each once."""
    seen: set[tuple[str, Span]] = set()
    for citation in (one for statement in statements for one in _ruling(statement)):
        key = citation.reference.id, citation.span
        if not citation.record and key not in seen:
            seen.add(key)
            yield citation


def _ruling(statement: Statement) -> Sequence[Citation]:
    """Return the citations with rules. Of a table these are the rows: its caption and its header are no rules."""
    rows = [one for one in statement.citations if is_row(one.quote)]
    return rows or (() if is_labelled_row(statement.text) else statement.citations)


def _statements(snapshot: Index, parts: Sequence[Part], before: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the exceptions as statements whose markers go on after those of the statements `before`."""
    hits = [part.hit for part in parts]
    known = {(one.reference.id, one.span): one.marker for statement in before for one in statement.citations}
    citer = Citer(hits, snapshot.pinpoint, known)
    quoted = {span for _, span in known}
    made = []
    for number, part in enumerate(parts):
        leads = () if quoted & {*part.sentence.leads} else part.sentence.leads  # the rule itself may be the lead
        draft = make_draft([replace(part.sentence, passage=number, leads=leads)], part.hit)
        if statement := citer.verify(draft):
            made.append(replace(statement, exception=True))
    return tuple(made)


def _merged(searches: Sequence[ExceptionSearch]) -> tuple[ExceptionSearch, ...]:
    """Return one search for each section."""
    found: dict[tuple[str, tuple[str, ...]], ExceptionSearch] = {}
    for one in searches:
        key = one.reference.id, one.heading
        if known := found.get(key):
            provisions = tuple(dict.fromkeys((*known.provisions, *one.provisions)))
            missing = tuple(dict.fromkeys((*known.missing, *one.missing)))
            one = replace(known, provisions=provisions, missing=missing, found=known.found + one.found)
        found[key] = one
    return tuple(found.values())
