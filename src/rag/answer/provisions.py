"""Look up a provision that a question names, such as `section 12(3)`, by the structure of the documents.

A provision is found through headings and through the markers at the start of lines. It becomes evidence whether or not
the encoder sees a resemblance, because `What does Article 5 say?` shares no words with Article 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.answer.provision_places import find_places
from rag.answer.retrieval import Query, interact
from rag.index.filters import parse
from rag.snapshots import Index
from rag.text import terms
from rag.text.languages import DEFAULT, stop_words
from rag.text.phrases import phrases
from rag.text.provision_names import ProvisionName, Step, kind_names, provision_names
from rag.text.titles import names_title
from rag.types import Document, Filters, Hit, Span

MAX_PASSAGES = 4
"""The most passages of a provision that become evidence. A long chapter has more."""

_MAX_DOCUMENTS = 8  # documents in which a provision is searched
_LEXICAL_ROWS = 20  # rows whose words match the reference best; their documents are searched too
_USUAL = 0.3  # a document is not meant if it names the kind less often than this, times the most of another document

_READ_PLACES = 8  # provisions with the same number of which the first with a statement is chosen
_READ_ROWS = 12  # passages of a section that are compared with the question

CONTENT_WORDS = frozenset(
    terms("say state mean require provide set allow contain text read tell summary summarise content give cover exist")
    + terms("what does is in the of under who how which")  # stop words are terms only if they stand alone
)
"""Terms of questions that ask for nothing but the content of a provision."""


_OF_A_TEXT = re.compile(
    r"\s*+,?\s*+(?:of|in|under|to)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s+(?:[A-Z]\w*|of|and|on|for))*)"
)


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision that was found: its passages, best first, and its spans by document.

    `certain` is true if the question, the conversation or the structure leaves no doubt which provision is meant.
    `places` is the number of provisions with this name if nothing says which one is meant, otherwise 1. `missing` is
    the name in the question if no document has it, and this is the provision around it: section 12 for `section 12(9)`.
    """

    hits: tuple[Hit, ...]
    spans: Mapping[str, tuple[Span, ...]]
    certain: bool
    name: str
    places: int = 1
    missing: str = ""


def find_provision(snapshot: Index, query: Query, filters: Filters, hits: Sequence[Hit]) -> Provision | None:
    """Return the first provision that the question names and a document has; None if there is none.

    `hits` are the ranked passages for the question. Raises InvalidFilter.
    """
    names = [name for name in provision_names(query.text) if name.content]
    for name in names:
        if found := _find(snapshot, query, name, filters, hits):
            return found
    for name in names:
        around = replace(name, steps=name.steps[:-1]) if len(name.steps) > 1 else name
        if around is not name and (found := _find(snapshot, query, around, filters, hits)):
            return replace(found, certain=False, places=1, missing=name.span.of(query.text))
    return None


def missing_provision(snapshot: Index, query: Query, evidence: Sequence[Hit]) -> str | None:
    """Return the provision whose content a question asks for, if no passage of the evidence names it.

    The question must ask for nothing else, because other questions may be answered without the provision.
    """
    names = [name for name in provision_names(query.text) if name.content]
    if not names or asks_more(snapshot, query.text, {hit.reference.id for hit in evidence}, query.spoken):
        return None
    written = "\n".join(" ".join((*hit.heading, hit.text)) for hit in evidence)
    return None if any(_is_named_in(written, name) for name in names) else names[0].span.of(query.text)


def _is_named_in(text: str, name: ProvisionName) -> bool:
    kind, label = name.steps[0]
    pattern = rf"(?<!\w)(?:{kind_names(kind)})\s*{re.escape(label)}" if kind else re.escape(label)
    return re.search(rf"{pattern}(?!\w|\.\d)", text, re.IGNORECASE) is not None


def _find(
    snapshot: Index, query: Query, name: ProvisionName, filters: Filters, hits: Sequence[Hit]
) -> Provision | None:
    ids, named = _documents(snapshot, query.text, name, filters, hits)
    having = {id_: places for id_ in ids if (places := _places(snapshot, id_, name.steps))}
    if not having:
        return None
    if query.alone is not None and not named:  # the passages are ranked by the conversation, the best document first
        having = dict([next(iter(having.items()))])
    usual = max(density for density, _ in having.values())
    found = {id_: places for id_, (density, places) in having.items() if named or density >= _USUAL * usual}
    total = sum(map(len, found.values()))
    spans = _most_similar(snapshot, query, found) if total > 1 else found
    rows = [row for id_, places in spans.items() for span in places for row in snapshot.rows_at(id_, span)]
    best = list(dict.fromkeys(rows))[:MAX_PASSAGES]
    score = max((hit.score for hit in hits), default=0.0)
    meant = total == 1 or query.alone is not None or asks_more(snapshot, query.text, spans)
    return Provision(
        tuple(snapshot.hits(best, [score] * len(best))),
        spans,
        certain=total == 1 or (named and meant),
        name=name.span.of(query.text),
        places=1 if meant else total,
    )


def _most_similar(snapshot: Index, query: Query, found: Mapping[str, Sequence[Span]]) -> dict[str, tuple[Span, ...]]:
    """Return the provision in the section that is most similar to the question and its conversation."""
    places = [(id_, span) for id_, spans in found.items() for span in spans]
    documents = {id_: snapshot.document(id_) for id_ in found}
    sections = [snapshot.rows_at(id_, _around(documents[id_], span)) for id_, span in places]
    rows = sorted({row for section in sections for row in section[:_READ_ROWS]})
    similar = dict(zip(rows, interact(snapshot, query.tokens, rows).tolist(), strict=True))
    own = [max(similar.get(row, 0.0) for row in snapshot.rows_at(id_, span)) for id_, span in places]
    around = [max(similar[row] for row in section[:_READ_ROWS]) for section in sections]
    order = sorted(range(len(places)), key=lambda place: (-round(around[place], 4), -own[place], place))
    quotable = (places[place] for place in order[:_READ_PLACES] if _has_statement(snapshot, *places[place]))
    id_, span = next(quotable, places[order[0]])
    return {id_: (span,)}


def _has_statement(snapshot: Index, document_id: str, span: Span) -> bool:
    """Return whether a provision has a whole sentence, and not only the beginning of a list."""
    rows = snapshot.rows_at(document_id, span)
    hits = snapshot.evidence(snapshot.hits(rows, [0.0] * len(rows)))
    sentences = (one for hit in hits for one in hit.quotable if one.whole and not one.pointer)
    return any(span.start <= one.span.start < span.end for one in sentences)


def _around(document: Document, span: Span) -> Span:
    """Return the part of a document between the headings before and after a span, the span included."""
    before = (heading.span.start for heading in reversed(document.headings) if heading.span.start <= span.start)
    after = (heading.span.start for heading in document.headings if heading.span.start >= span.end)
    return Span(next(before, 0), next(after, len(document.text)))


def asks_more(snapshot: Index, question: str, documents: Iterable[str], spoken: Sequence[str] = (DEFAULT,)) -> bool:
    """Return whether a question asks for more than the content of the provisions that it names, of these documents.

    Words that the index does not have do not count. `spoken` are the languages that it may be written in.
    """
    titles = " ".join(snapshot.stored_document(id_).reference.title for id_ in documents)
    rest = question
    for name in reversed(provision_names(question)):
        rest = rest[: name.span.start] + rest[name.span.end :]
    others = ({*terms(rest, one)} - content_terms(one) - {*terms(titles, one)} for one in spoken)
    return bool(rest.strip(" ?¿")) and all(any(map(snapshot.frequency, more)) for more in others)


@lru_cache(maxsize=64)
def content_terms(language: str) -> frozenset[str]:
    """Return the terms of questions in a language that ask for nothing but the content of a provision."""
    if language == DEFAULT:
        return CONTENT_WORDS
    found = " ".join(one.texts.content for one in phrases((language,)))
    return frozenset(terms(found, language)) | stop_words((language,))


def _places(snapshot: Index, document_id: str, steps: Sequence[Step]) -> tuple[float, tuple[Span, ...]] | None:
    """Return how often the document names provisions of this kind, for each character, and the spans of this one.

    A contract has clauses and an act has sections, although both number them in the same way. If the structure of the
    document does not have the provision, it is searched by the words at the start of lines.
    """
    document = snapshot.document(document_id)
    places = tuple(find_places(snapshot, document_id, steps))
    if not places:
        return None
    kind = steps[0][0]
    names = re.findall(rf"(?<!\w)(?:{kind_names(kind)})\s*\d", document.text, re.IGNORECASE) if kind else []
    return len(names) / len(document.text), places


def _documents(
    snapshot: Index, question: str, name: ProvisionName, filters: Filters, hits: Sequence[Hit]
) -> tuple[list[str], bool]:
    """Return the ids of the documents that may be meant, and whether the question names them."""
    rows, _ = snapshot.matching([terms(name.span.of(question))], parse(filters), _LEXICAL_ROWS)
    lexical = snapshot.hits(rows.tolist(), [0.0] * len(rows))
    titles = {hit.reference.id: hit.reference.title for hit in (*hits, *lexical)}
    languages = {hit.reference.id: hit.language for hit in (*hits, *lexical)}
    rest = question[: name.span.start] + question[name.span.end :]
    named = [id_ for id_, title in titles.items() if names_title(rest, title, languages[id_])]
    if named:
        return named[:_MAX_DOCUMENTS], True
    text = _OF_A_TEXT.match(question, name.span.end)
    if text and not any(_shares_a_word(text["name"], title) for title in titles.values()):
        return [], False
    return list(titles)[:_MAX_DOCUMENTS], False


def _shares_a_word(name: str, title: str) -> bool:
    return bool(set(terms(name)) & set(terms(title)))


def inside(spans: Mapping[str, Iterable[Span]], document: str, span: Span) -> bool:
    """Return whether `span` of a document begins in one of its `spans`."""
    return any(place.start <= span.start < place.end for place in spans.get(document, ()))
