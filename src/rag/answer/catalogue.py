"""Answer questions about the documents themselves from their records: which there are, who wrote them, and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from rag.answer.citations import Citer
from rag.answer.commands import is_order
from rag.answer.notices import counted, no_fact
from rag.index.filters import parse
from rag.snapshots import Index, StoredDocument
from rag.text import one_line, terms
from rag.text.bylines import byline
from rag.text.catalogue_questions import CatalogueQuestion, Request, catalogue_request
from rag.text.commands import is_misplaced
from rag.text.languages import DEFAULT, known
from rag.text.titles import names_title
from rag.types import Citation, Draft, Filters, Hit, Notice, Span, Statement

MOST_DOCUMENTS = 20
"""The most documents in one answer."""

_LEAST_WORDS = 2  # of a question that has only a part of a title
_SAYS = {
    CatalogueQuestion.AUTHOR: frozenset(terms("wrote written writer author drafted composed compiled")),
    CatalogueQuestion.DATE: frozenset(terms("published dated")),
}
"""Words of a text that may say who wrote it, and when."""

_DOCUMENT_WORDS = frozenset(
    terms(
        "article document paper report text page file pdf study publication policy guide note essay story piece book it"
    )
) | {"it", "this"}
_TITLE_PAGE = 3  # passages at the beginning of a text in which its authors are looked for
_ABOUT_A_DOCUMENT = ("Title", "Author", "Published")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The statements that answer a question about documents, and a notice if documents or facts are missing.

    `evidence` has the passages that statements cite if they do not cite records.
    """

    statements: tuple[Statement, ...]
    notices: tuple[Notice, ...]
    evidence: tuple[Hit, ...] = ()


def answer_from_catalogue(snapshot: Index, question: str, filters: Filters) -> Catalogue | None:
    """Return the answer to a question about documents; None if it is about their contents. Raises InvalidFilter."""
    request = catalogue_request(question)
    if request is None:
        return None
    documents = snapshot.documents_meeting(parse(filters))
    found = [one for one in documents if _fits(one, request, alone=len(documents) == 1)]
    if not found and request.kind is CatalogueQuestion.SOME and request.subject:
        found = _mentioning(snapshot, request, documents)
    if not found:
        return _from_title_page(snapshot, request, documents, question) or _without_fact(snapshot, request, documents)
    told = islice((about for one in found if (about := _about(one, question))), MOST_DOCUMENTS)
    statements = tuple(_statement(*about, number) for number, about in enumerate(told, 1))
    notices = (counted(len(statements), len(found)),) if len(found) > len(statements) else ()
    return Catalogue(statements, notices)


def _from_title_page(
    snapshot: Index, request: Request, documents: Sequence[StoredDocument], question: str
) -> Catalogue | None:
    """Return the line of the text of a named document that names its authors; None if there is no such line.

    A line that gives a misplaced order is left out.
    """
    if request.kind is not CatalogueQuestion.AUTHOR:
        return None
    named = [one for one in documents if _is_named(one, request, alone=len(documents) == 1)][:MOST_DOCUMENTS]
    rows = [one.first_row + number for one in named for number in range(min(one.rows, _TITLE_PAGE))]
    hits = snapshot.hits(rows, [0.0] * len(rows)) if rows else []
    lines = {
        number: span
        for number, hit in enumerate(hits)
        if (span := byline(hit.text)) is not None and not is_order(span.of(hit.text), hit, question)
    }
    citer = Citer(hits, snapshot.pinpoint)
    drafts = [
        Draft(span.of(hits[number].text), ((number, span.shift(hits[number].span.start)),))
        for number, span in lines.items()
    ]
    statements = tuple(filter(None, map(citer.verify, drafts)))
    return Catalogue(statements, (), tuple(hits[number] for number in lines)) if statements else None


def _without_fact(snapshot: Index, request: Request, documents: Sequence[StoredDocument]) -> Catalogue | None:
    """Return a notice if neither the record nor the text of the named document has its author or date.

    Texts in other languages than English are not searched for these facts, so they get no such notice.
    """
    if request.kind not in (CatalogueQuestion.AUTHOR, CatalogueQuestion.DATE):
        return None
    named = [one for one in documents if _is_named(one, request)]
    if len(named) != 1 or known(named[0].language) != DEFAULT:
        return None
    if any(_has_term(snapshot, named[0], term) for term in _SAYS[request.kind]):
        return None
    return Catalogue((), (no_fact(named[0].reference.title, request.kind.value),))


def _has_term(snapshot: Index, document: StoredDocument, term: str) -> bool:
    return bool(snapshot.rows_with([term], 1, document.reference.id))


def _is_named(document: StoredDocument, request: Request, *, alone: bool = False) -> bool:
    """Return whether the question has most words of the title, or the title has all words of the question.

    Words for documents do not count, such as `the article on`. A question with only such words means the document that
    stands `alone` in the index.
    """
    title, words = document.reference.title, set(terms(request.subject))
    own = words - (_DOCUMENT_WORDS - set(terms(title)))
    if not own:
        return alone
    return names_title(request.subject, title) or (
        own <= set(terms(title)) and (len(own) >= _LEAST_WORDS or own != words)
    )


def _fits(document: StoredDocument, request: Request, *, alone: bool) -> bool:
    reference = document.reference
    if request.kind is CatalogueQuestion.AUTHOR:
        return reference.author is not None and _is_named(document, request, alone=alone)
    if request.kind is CatalogueQuestion.DATE:
        return reference.published is not None and _is_named(document, request, alone=alone)
    asked = set(terms(request.subject, document.language))
    return _published_in(document, request) and asked <= set(terms(document.record, document.language))


def _published_in(document: StoredDocument, request: Request) -> bool:
    if request.least is None and request.below is None:
        return True
    published = document.reference.published
    return (
        published is not None
        and (request.least or "") <= published
        and (not request.below or published < request.below)
    )


def _mentioning(snapshot: Index, request: Request, documents: Sequence[StoredDocument]) -> list[StoredDocument]:
    """Return those documents of the right date with the passages that have all words of the topic, the best first."""
    wanted = {language: set(terms(request.subject, language)) for language in snapshot.languages}
    rows, scores = snapshot.matching([*map(sorted, wanted.values())], (), 5 * MOST_DOCUMENTS)
    hits = snapshot.hits(rows.tolist(), scores.tolist())
    ids = dict.fromkeys(
        hit.reference.id
        for hit in hits
        if wanted[known(hit.language)] <= set(terms(f"{hit.reference.title} {hit.text}", hit.language))
    )
    allowed = {one.reference.id: one for one in documents if _published_in(one, request)}
    return [allowed[id_] for id_ in ids if id_ in allowed]


def _about(document: StoredDocument, question: str) -> tuple[StoredDocument, Span] | None:
    """Return a document with the lines of its record that hold its title, author and date; None if none may be shown.

    A line that gives a misplaced order is left out, with what follows it if a line before it is shown.
    """
    start = end = 0
    for line in document.record.splitlines(keepends=True):
        name, _, value = line.partition(": ")
        if name not in _ABOUT_A_DOCUMENT:
            break
        if not is_misplaced(value, question):
            end += len(line)
        elif start == end:
            start = end = end + len(line)
        else:
            break
    quote = document.record[start:end].rstrip("\n")
    return (document, Span(start, start + len(quote))) if quote else None


def _statement(document: StoredDocument, span: Span, marker: int) -> Statement:
    """Return a statement that quotes a part of the record."""
    quote = span.of(document.record)
    in_force = document.validity.period if document.validity else None
    citation = Citation(marker, document.reference, span, quote, (), None, 1.0, record=True, in_force=in_force)
    return Statement(f"{_joined(quote.splitlines())}.", (citation,))


def _joined(lines: Sequence[str]) -> str:
    return "; ".join(one_line(line) for line in lines)
