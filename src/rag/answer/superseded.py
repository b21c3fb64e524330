"""Let text that is replaced come after the text that replaces it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

from cachetools import LRUCache

from rag.answer.extraction import Scored
from rag.snapshots import Index
from rag.text import one_line, sentences, terms
from rag.text.languages import DEFAULT
from rag.text.periods import asked_words
from rag.text.phrases import search
from rag.text.succession import Succession, succession, words_of_succession
from rag.text.titles import names_earlier
from rag.text.validity import SUPERSEDES
from rag.types import Hit, Reference

_REPLACEABLE = 0.6  # a sentence gives way if the newer text has a sentence with this share of its score
_PAST = re.compile(
    r"\b(?:used to|formerly|previous\w*|earlier(?! than)|history|originally|in (?:1[5-9]|20)\d\d"
    r"|(?:before|until) (?:recently|now|(?:\w+ ){0,2}(?:1[5-9]|20)\d\d|(?:the|this) (?:\w+ )?"
    r"(?:reform|change|amendment|revision|update|act|law|order|circular|policy|rules?))"
    r"|(?<!how )(?<!years )(?<!year )(?<!year-)old (?!age\b|town\b|people\b|person))\b",
    re.IGNORECASE,
)
_PRESENT = re.compile(r"\b(?:must|may|can|do|does|is|are)\b", re.IGNORECASE)
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
        self._known: LRUCache[tuple[object, str], tuple[Succession, ...]] = LRUCache(_CACHED_DOCUMENTS)
        self._lock = Lock()

    def replaced(
        self, snapshot: Index, question: str, evidence: Sequence[Hit], spoken: Sequence[str] = (DEFAULT,)
    ) -> Mapping[str, Successor]:
        """Return the replaced documents of the evidence, each with its successor.

        A question about the past replaces nothing. `spoken` are the languages that the question may be written in.
        """
        if is_about_the_past(question, spoken):
            return {}
        references = {hit.reference.id: hit.reference for hit in evidence if not _has_end(snapshot, hit.reference.id)}
        languages = {hit.reference.id: hit.language for hit in evidence}
        facts = {id_: self._facts(snapshot, id_) for id_ in references}
        replaced = {id_: Successor(fact.by or "") for id_, found in facts.items() for fact in found if fact.ended}
        for id_, found in facts.items():
            for other_id, other in references.items():
                if id_ != other_id and any(
                    _is_meant(fact.replaces, other, references[id_], languages[id_]) for fact in found
                ):
                    replaced[other_id] = Successor(references[id_].title, id_)
        return replaced

    def _facts(self, snapshot: Index, document_id: str) -> tuple[Succession, ...]:
        key = snapshot.cache_key, document_id
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = tuple(_read(snapshot, document_id))
            with self._lock:
                self._known[key] = known
        return known


def _has_end(snapshot: Index, document_id: str) -> bool:
    """Return whether a document has a last day in force. Then its dates decide, where its passages are found."""
    validity = snapshot.validities.get(document_id)
    return validity is not None and validity.last is not None


def _read(snapshot: Index, document_id: str) -> Iterator[Succession]:
    """Yield what the sentences of a document say about its succession. Only passages with one of the words are read."""
    stored = snapshot.stored_document(document_id)
    if not any(one.field == SUPERSEDES for one in stored.inferred):
        given = stored.metadata.get(SUPERSEDES, ())
        yield from (Succession(replaces=str(one)) for one in (given if isinstance(given, tuple) else (given,)))
    words = words_of_succession(stored.language)
    found_terms = dict.fromkeys(term for word in words for term in terms(word, stored.language))
    rows = (row for term in found_terms for row in snapshot.rows_with([term], _MOST_PASSAGES, document_id))
    chosen = sorted({*rows})[:_MOST_PASSAGES]
    for hit in snapshot.hits(chosen, [0.0] * len(chosen)):
        for span in sentences(hit.text, hit.language):
            if found := succession(one_line(span.of(hit.text)), hit.language):
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


def is_about_the_past(question: str, spoken: Sequence[str]) -> bool:
    """Return whether a question asks for an earlier state. `spoken` are the languages that it may be written in."""
    if DEFAULT in spoken and _PAST.search(_asked(question)):
        return True
    others = [language for language in spoken if language != DEFAULT]
    return bool(others and (asked_words(question) or search(lambda one: one.time.past, others, question)))


def _asked(question: str) -> str:
    """Return the last sentence of a question if it asks about the present: `I registered earlier. Must I again?`"""
    last = re.split(r"(?<=[.!?])\s+", question.strip())[-1]
    return last if _PRESENT.search(last) else question


def _is_meant(other: str | None, reference: Reference, by: Reference, language: str | None) -> bool:
    """Return whether the words for a replaced text name a document: by its title, or by its date and a word of it."""
    if other == reference.id:
        return True
    if not other or (reference.published and by.published and reference.published > by.published):
        return False
    return names_earlier(other, reference.title, reference.published, by.title, language)
