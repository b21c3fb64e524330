"""Assesses the quotations of a text: whether a document has their words, where, or in which other form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.answer.texts.links import is_same_page
from rag.answer.texts.quoting import Words, changes, find, similarity
from rag.answer.texts.results import AssessedQuotation, Cited, Quotation, QuoteState
from rag.errors import UnknownDocument
from rag.snapshots import Index
from rag.text import sentences
from rag.types import Citation, Hit, Span

_SIMILAR = 0.6
"""The least similarity of words that count as a changed form of a quotation."""


@dataclass(slots=True)
class QuotationFinder:
    """Finds quotations in a snapshot. `search` returns the passages that match words, best first."""

    snapshot: Index
    search: Callable[[str], Sequence[Hit]]
    _texts: dict[tuple[str, bool], Words] = field(default_factory=dict)
    _by_address: dict[str, str] | None = None

    def assess(self, quotation: Quotation) -> AssessedQuotation:
        """Return the state of a quotation. The documents that it cites come first."""
        hits = self.search(quotation.words)
        for cited in (*quotation.cited, Cited()):
            for document_id in self._documents(cited, hits):
                words = self._words(document_id, record=cited.record)
                near = cited.span.start if cited.span else 0
                span = find(quotation.words, words, near) if words else None
                if span:
                    return self._found(quotation, document_id, span, cited.record)
        return self._changed(quotation, hits)

    def _documents(self, cited: Cited, hits: Sequence[Hit]) -> Iterator[str]:
        """Yield the document that is cited, or the documents of the passages if none is."""
        if cited.document_id is not None:
            yield cited.document_id
        elif cited.address is not None:
            yield from (id_ for address, id_ in self._addresses().items() if is_same_page(address, cited.address))
        else:
            yield from dict.fromkeys(hit.reference.id for hit in hits)

    def _found(self, quotation: Quotation, document_id: str, span: Span, record: bool) -> AssessedQuotation:
        state = QuoteState.VALID
        if quotation.cited:
            first = quotation.cited[0]
            elsewhere = document_id not in self._documents(first, ())
            apart = first.span is not None and not span.overlaps(first.span)
            state = QuoteState.MOVED if elsewhere or apart else QuoteState.VALID
        return AssessedQuotation(quotation, state, self._citation(document_id, span, record=record))

    def _changed(self, quotation: Quotation, hits: Sequence[Hit]) -> AssessedQuotation:
        """Return the most similar sentences of the passages, or that there are none."""
        found = [(similarity(quotation.words, hit.quote(span)), hit, span) for hit in hits for span in _runs(hit)]
        best = max(found, key=lambda one: one[0], default=None)
        if best is None or best[0] < _SIMILAR:
            return AssessedQuotation(quotation, QuoteState.NOT_FOUND)
        _, hit, span = best
        became = changes(quotation.words, hit.quote(span))
        citation = self._citation(hit.reference.id, span, record=False)
        return AssessedQuotation(quotation, QuoteState.CHANGED, citation, became)

    def _citation(self, document_id: str, span: Span, *, record: bool) -> Citation:
        stored = self.snapshot.stored_document(document_id)
        words = self._texts[document_id, record] if record else self._words(document_id, record=False)
        assert words is not None
        rows = [] if record else self.snapshot.rows_at(document_id, span)
        if not rows:
            return Citation(1, stored.reference, span, span.of(words.text), (), None, 1.0, record)
        (hit,) = self.snapshot.hits(rows[:1], [1.0])
        return hit.citation(span, span.of(words.text), self.snapshot.pinpoint)

    def _words(self, document_id: str, *, record: bool) -> Words | None:
        if (document_id, record) not in self._texts:
            try:
                stored = self.snapshot.stored_document(document_id)
            except UnknownDocument:
                return None
            text = stored.record if record else self.snapshot.document(document_id).text
            self._texts[document_id, record] = Words(text)
        return self._texts[document_id, record]

    def _addresses(self) -> dict[str, str]:
        if self._by_address is None:
            references = [stored.reference for stored in self.snapshot.documents()]
            self._by_address = {reference.url: reference.id for reference in references if reference.url}
        return self._by_address


def _runs(hit: Hit) -> Iterator[Span]:
    """Yield the spans of each sentence of a passage, and of each two that follow each other."""
    start = hit.span.start
    spans = [Span(start + one.start, start + one.end) for one in sentences(hit.text, hit.language)]
    yield from spans
    for one, other in pairwise(spans):
        yield Span(one.start, other.end)
