"""Let text that is replaced come after the text that replaces it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from cachetools import LRUCache

from rag.answer.extraction import Scored
from rag.answer.provisions import names_title
from rag.snapshots import Snapshot
from rag.text import one_line, sentences, terms
from rag.text.succession import WORDS, Succession, succession
from rag.types import Hit, Reference

_REPLACEABLE = 0.6  # a sentence gives way if the newer text has a sentence with this share of its score
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DATE = re.compile(rf"\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})\b|\b(\d{{4}})-(\d\d)-(\d\d)\b", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:used to|formerly|previous\w*|earlier|old|before|history|originally|until|in (?:1[5-9]|20)\d\d)\b", re.I
)
_TERMS = tuple(dict.fromkeys(term for word in WORDS for term in terms(word)))
_CACHED_DOCUMENTS = 4096
_MOST_PASSAGES = 20  # of one document that are read


@dataclass(frozen=True, slots=True)
class Successor:
    """The text that replaces a document: its title, empty if it is not known, and its id if it is in the evidence."""

    title: str = ""
    id: str | None = None


class Successions:
    """Finds which documents others replace, and caches what each document says. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: LRUCache[tuple[str, str], tuple[Succession, ...]] = LRUCache(_CACHED_DOCUMENTS)
        self._lock = Lock()

    def replaced(self, snapshot: Snapshot, question: str, evidence: Sequence[Hit]) -> Mapping[str, Successor]:
        """Return the replaced documents of the evidence, each with its successor.

        A question about the past replaces nothing.
        """
        if _PAST.search(question):
            return {}
        references = {hit.reference.id: hit.reference for hit in evidence}
        facts = {id_: self._facts(snapshot, id_) for id_ in references}
        replaced = {id_: Successor(fact.by or "") for id_, found in facts.items() for fact in found if fact.ended}
        for id_, found in facts.items():
            for other_id, other in references.items():
                if id_ != other_id and any(_is_meant(fact.replaces, other, references[id_]) for fact in found):
                    replaced[other_id] = Successor(references[id_].title, id_)
        return replaced

    def _facts(self, snapshot: Snapshot, document_id: str) -> tuple[Succession, ...]:
        key = snapshot.id, document_id
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = tuple(_read(snapshot, document_id))
            with self._lock:
                self._known[key] = known
        return known


def _read(snapshot: Snapshot, document_id: str) -> Iterator[Succession]:
    """Yield what the sentences of a document say about its succession. Only passages with one of the words are read."""
    stored = snapshot.stored_document(document_id)
    rows: set[int] = set()
    for term in _TERMS:
        having = snapshot.lexical.words.rows_with(term)
        first, last = np.searchsorted(having, (stored.first_row, stored.first_row + stored.rows))
        rows.update(having[first:last].tolist())
    chosen = sorted(rows)[:_MOST_PASSAGES]
    for hit in snapshot.hits(chosen, [0.0] * len(chosen)):
        for span in sentences(hit.text, hit.language):
            if found := succession(one_line(span.of(hit.text))):
                yield found


def without_replaced(
    ranked: Sequence[Scored], evidence: Sequence[Hit], replaced: Mapping[str, Successor]
) -> list[Scored]:
    """Return the sentences without those of replaced documents for which the successor has a good substitute."""
    documents = [evidence[one.sentence.passage].reference.id for one in ranked]
    best: dict[str, float] = {}
    for id_, one in zip(documents, ranked, strict=True):
        best[id_] = max(best.get(id_, 0.0), one.score if one.sentence.whole else 0.0)
    successors = {id_: successor.id for id_, successor in replaced.items() if successor.id is not None}
    return [
        one
        for id_, one in zip(documents, ranked, strict=True)
        if id_ not in successors or best.get(successors[id_], 0.0) < _REPLACEABLE * one.score
    ]


def _is_meant(other: str | None, reference: Reference, by: Reference) -> bool:
    """Return whether the words for a replaced text name a document: by its title, or by its date and a word of it."""
    if not other or (reference.published and by.published and reference.published > by.published):
        return False
    if reference.published in _dates(other) and set(terms(other)) & set(terms(reference.title)):
        return True
    return names_title(other, reference.title) and reference.title != by.title


def _dates(text: str) -> set[str]:
    """Return the dates in a text in ISO 8601."""
    return {
        f"{year}-{_MONTHS.index(month.lower()) + 1:02}-{int(day):02}" if year else f"{iso_year}-{iso_month}-{iso_day}"
        for day, month, year, iso_year, iso_month, iso_day in _DATE.findall(text)
    }
