"""Look up a provision that a question names, such as `section 12(3)`, by the structure of the documents.

A provision is found through headings and through the markers at the start of lines. It becomes evidence whether or not
the encoder sees a resemblance, because `What does Article 5 say?` shares no words with Article 5.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rag.answer.retrieval import Query, interact
from rag.index.filters import parse
from rag.snapshots import Snapshot
from rag.text import terms, words_and_initials
from rag.text.provision_names import INNER, ProvisionName, Step, kind_names, provision_names
from rag.types import Document, Filters, Hit, Span

MAX_PASSAGES = 4
"""The most passages of a provision that become evidence. A long chapter has more."""

_MAX_DOCUMENTS = 8  # documents in which a provision is searched
_LEXICAL_ROWS = 20  # rows whose words match the reference best; their documents are searched too
_MAX_PLACES = 40  # places with the same number in one document, for example every `subsection (2)`
_LONGEST = 20_000  # characters of a provision without a visible end
_COMPARABLE = 0.3  # a section is not meant if it has less than this share of the longest one with the same number
_USUAL = 0.3  # a document is not meant if it names the kind less often than this, times the most of another document
_NAMED = 0.6  # a question names a document if it has at least this share of the title's terms

_READ_PLACES = 8  # provisions with the same number of which the first with a statement is chosen
_READ_ROWS = 12  # passages of a section that are compared with the question

CONTENT_WORDS = frozenset(
    terms("say state mean require provide set allow contain text read tell summary summarise content give cover exist")
    + terms("what does is in the of under who how which")  # stop words are terms only if they stand alone
)
"""Terms of questions that ask for nothing but the content of a provision."""

_NUMBERED_ALONE = frozenset({"article", "section", "regulation", "rule", "clause", "paragraph", "principle"})
"""Kinds whose number may stand alone at the start of a line, without the name of the kind."""

_OF_A_TEXT = re.compile(
    r"\s*,?\s*(?:of|in|under|to)\s+(?:the\s+)?(?P<name>[A-Z][\w’'-]*(?:\s+(?:[A-Z]\w*|of|and|on|for))*)"
)
_BEGINS = r"(?=\s*(?:\(\w{1,5}\)\s*)*(?:$|\Z|[.:—–-]|(?-i:[^\W\d_a-zß-ÿа-я]|[\d“\"‘])))"
"""What follows the number of a provision at its beginning. In the middle of a sentence, a small letter follows."""

_NUMBERED = re.compile(r"^[^\S\n]*(?P<mark>\(\d{1,3}\))(?=\s*\S)", re.MULTILINE)

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi")


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision that was found: its passages, best first, and its spans by document.

    `certain` is true if the question, the conversation or the structure leaves no doubt which provision is meant.
    `places` is the number of provisions with this name if nothing says which one is meant, otherwise 1.
    """

    hits: tuple[Hit, ...]
    spans: Mapping[str, tuple[Span, ...]]
    certain: bool
    name: str
    places: int = 1


def find_provision(snapshot: Snapshot, query: Query, filters: Filters, hits: Sequence[Hit]) -> Provision | None:
    """Return the first provision that the question names and a document has; None if there is none.

    `hits` are the ranked passages for the question. Raises InvalidFilter.
    """
    for name in provision_names(query.text):
        if name.content and (found := _find(snapshot, query, name, filters, hits)):
            return found
    return None


def _find(
    snapshot: Snapshot, query: Query, name: ProvisionName, filters: Filters, hits: Sequence[Hit]
) -> Provision | None:
    ids, named = _documents(snapshot, query.text, name, filters, hits)
    having = {id_: places for id_ in ids if (places := _places(snapshot.document(id_), name.steps))}
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


def _most_similar(snapshot: Snapshot, query: Query, found: Mapping[str, Sequence[Span]]) -> dict[str, tuple[Span, ...]]:
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


def _has_statement(snapshot: Snapshot, document_id: str, span: Span) -> bool:
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


def asks_more(snapshot: Snapshot, question: str, documents: Iterable[str]) -> bool:
    """Return whether a question asks for more than the content of the provisions that it names, of these documents.

    Words that the index does not have do not count.
    """
    titles = (snapshot.stored_document(id_).reference.title for id_ in documents)
    rest = question
    for name in reversed(provision_names(question)):
        rest = rest[: name.span.start] + rest[name.span.end :]
    others = {*terms(rest)} - CONTENT_WORDS - {*terms(" ".join(titles))}
    return any(snapshot.lexical.frequency(term) for term in others)


def _places(document: Document, steps: Sequence[Step]) -> tuple[float, tuple[Span, ...]] | None:
    """Return how often the document names provisions of this kind, for each character, and the spans of this one.

    A contract has clauses and an act has sections, although both number them in the same way.
    """
    places = tuple(places_of(document, steps))
    if not places:
        return None
    kind = steps[0][0]
    names = re.findall(rf"(?<!\w)(?:{kind_names(kind)})\s*\d", document.text, re.IGNORECASE) if kind else []
    return len(names) / len(document.text), places


def _documents(
    snapshot: Snapshot, question: str, name: ProvisionName, filters: Filters, hits: Sequence[Hit]
) -> tuple[list[str], bool]:
    """Return the ids of the documents that may be meant, and whether the question names them."""
    allowed = snapshot.rows_passing(parse(filters))
    scores = snapshot.lexical.scores(terms(name.span.of(question)))
    rows = (
        np.argsort(-scores, kind="stable")[:_LEXICAL_ROWS]
        if allowed is None
        else allowed[np.argsort(-scores[allowed], kind="stable")[:_LEXICAL_ROWS]]
    )
    lexical = snapshot.hits(rows.tolist(), [0.0] * len(rows))
    titles = {hit.reference.id: hit.reference.title for hit in (*hits, *lexical)}
    rest = question[: name.span.start] + question[name.span.end :]
    named = [id_ for id_, title in titles.items() if names_title(rest, title)]
    if named:
        return named[:_MAX_DOCUMENTS], True
    text = _OF_A_TEXT.match(question, name.span.end)
    if text and not any(_shares_a_word(text["name"], title) for title in titles.values()):
        return [], False
    return list(titles)[:_MAX_DOCUMENTS], False


def names_title(question: str, title: str) -> bool:
    """Return whether a question names a document: by most words of its title, or by its initials."""
    words, title_terms = set(terms(question)), set(terms(title))
    initials = {word.casefold() for word in re.findall(r"\b[A-Z]{2,8}\b", question)}
    share = len(words & title_terms) / max(1, len(title_terms))
    return share >= _NAMED or bool(initials & words_and_initials(title))


def _shares_a_word(name: str, title: str) -> bool:
    return bool(set(terms(name)) & set(terms(title)))


def places_of(document: Document, steps: Sequence[Step]) -> list[Span]:
    """Return the spans of a document that have the provision, the most likely first."""
    (kind, label), *inner = steps
    found = _innermost(document, kind, label) if kind in INNER else _outermost(document, kind, label)
    if not found and kind == "paragraph":
        found = _outermost(document, kind, label)
    if not found and "." in label and kind not in INNER:
        outer, _, rest = label.partition(".")
        return places_of(document, [(kind, outer), ("", rest), *inner])
    for step in inner:
        found = [span for outer in found for span in _inside(document.text, outer, *step)]
    return found[:_MAX_PLACES]


def _outermost(document: Document, kind: str, label: str) -> list[Span]:
    """Return the sections that have this number, in headings or at the start of lines, the longest first.

    A table of contents repeats the headings, but its entries are short.
    """
    named = rf"[^\w\n(]*(?:{kind_names(kind)})\s*{re.escape(label)}(?![\w]|[.]\d)"
    alone = rf"[^\w\n(]*{re.escape(label)}(?![\w(%]|[.,]\d)[.):]?(?=\s|\(|\Z)"
    patterns = (named, alone) if kind in _NUMBERED_ALONE else (named,)
    for pattern in patterns:
        start = re.compile(rf"{pattern}(?:,\s|{_BEGINS})", re.IGNORECASE | re.MULTILINE)
        found = [_section(document, number) for number, one in enumerate(document.headings) if start.match(one.title)]
        if not found:
            found = list(
                _lines(
                    document,
                    kind,
                    label,
                    re.compile(f"^{pattern}{_BEGINS}", re.IGNORECASE | re.MULTILINE),
                    pattern is alone,
                )
            )
        if found:
            longest = sorted(found, key=lambda span: (span.start - span.end, span.start))
            return [
                span for span in longest if span.end - span.start >= _COMPARABLE * (longest[0].end - longest[0].start)
            ]
    return []


def _innermost(document: Document, kind: str, label: str) -> list[Span]:
    """Return the parts with this label of all sections of the document."""
    cuts = sorted({0, *(heading.span.start for heading in document.headings), len(document.text)})
    sections = [Span(start, end) for start, end in pairwise(cuts)]
    return [span for section in sections for span in _inside(document.text, section, kind, label)]


def _section(document: Document, number: int) -> Span:
    """Return the heading at `number` with its text, up to the next heading of the same or a higher level."""
    heading = document.headings[number]
    following = (other.span.start for other in document.headings[number + 1 :] if other.level <= heading.level)
    return Span(heading.span.start, next(following, len(document.text)))


def _lines(document: Document, kind: str, label: str, start: re.Pattern[str], alone: bool) -> Iterator[Span]:
    """Yield the text from each line that `start` matches up to the next line of the same kind, or the next heading.

    Clause 4 includes 4.1 and 4.2.
    """
    text = document.text
    number = r"\d+[A-Za-z]?(?:\.\d+)*[.)]?\s" if alone else rf"(?:{kind_names(kind)})\s*\w"
    following = re.compile(rf"^[^\w\n(]*(?!{re.escape(label)}\.\d){number}", re.IGNORECASE | re.MULTILINE)
    heads = [heading.span.start for heading in document.headings]
    for match in start.finditer(text):
        at = match.start() + len(match[0]) - len(match[0].lstrip())
        after = following.search(text, match.end())
        ends = [after.start() if after else len(text), at + _LONGEST, *(head for head in heads if head > at)]
        yield Span(at, min(ends))


def _inside(text: str, outer: Span, kind: str, label: str) -> Iterator[Span]:
    """Yield the parts of `outer` that are marked with the label: `(3)` or `(b)`, or `3.` and `b)` at line starts."""
    for pattern in _markers(kind, label):
        matches = list(re.finditer(pattern, text[outer.start : outer.end], re.MULTILINE | re.IGNORECASE))
        for match in matches[:_MAX_PLACES]:
            start = outer.start + match.start("mark")
            yield Span(start, _end(text, Span(outer.start + match.end(), outer.end), kind, label))
        if matches:
            return


def _markers(kind: str, label: str) -> tuple[str, str]:
    """Return the patterns of a marker: in brackets, and at the start of a line."""
    written = re.escape(label.strip("()"))
    before = r"(?:^[^\S\n]*(?:(?:\d+[A-Za-z]?\.?|\(\w{1,5}\))[^\S\n]*)*|(?<=[;:.—–\]])\s+(?:(?:and|or)\s+)?|(?<=[—–]))"
    name = rf"(?:(?:{kind_names(kind)})\s*)?" if kind else ""
    return rf"{before}(?P<mark>\({written}\))(?=\s*\S)", rf"^\W*(?P<mark>{name}{written}[.):]?(?=\s))"


def _end(text: str, after: Span, kind: str, label: str) -> int:
    """Return where the part with this label ends: at the marker of the next one, or at the end of `after`."""
    rest = text[after.start : after.end]
    ends = [
        after.start + match.start("mark")
        for following in _following(label.strip("()"))
        for pattern in _markers(kind, following)
        if (match := re.search(pattern, rest, re.MULTILINE | re.IGNORECASE))
    ]
    if label.strip("()").isdigit() and text[: after.start].endswith(")") and (match := _NUMBERED.search(rest)):
        ends.append(after.start + match.start("mark"))  # the numbers between may be repealed
    return min([*ends, after.end, after.start + _LONGEST])


def _following(label: str) -> Iterator[str]:
    """Yield the labels that may follow: 4, 3A or 1 after 3, c after b, and ii or j after i."""
    lowered = label.lower()
    if lowered.isdigit():
        yield from (str(int(lowered) + 1), f"{lowered}A")
    if lowered.isdigit() and lowered != "1":
        yield "1"  # the next section begins
    if lowered in _ROMAN[:-1]:
        yield _ROMAN[_ROMAN.index(lowered) + 1]
    if len(lowered) == 1 and "a" <= lowered < "z":
        yield chr(ord(lowered) + 1)


def inside(spans: Mapping[str, Iterable[Span]], document: str, span: Span) -> bool:
    """Return whether `span` of a document begins in one of its `spans`."""
    return any(place.start <= span.start < place.end for place in spans.get(document, ()))
