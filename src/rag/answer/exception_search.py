"""Read a document for the exceptions and conditions of one of its rules.

They stand in the section of the rule, in a neighbouring section with exceptions, in a provision that the rule names
(`subject to section 5`), or in one that names the rule (`Section 3 does not apply to ...`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from rag.answer.checks.words import read
from rag.answer.commands import without_commands
from rag.answer.ownership import USUAL, Asked, is_step, owner
from rag.answer.provision_places import find_places
from rag.answer.retrieval import Query
from rag.answer.statements import Sentence, is_row, sentences_of
from rag.index.late_interaction import sentence_scores
from rag.index.tables import is_row as is_table_row
from rag.snapshots import Index
from rag.text import one_line
from rag.text.exception_forms import (
    excepts,
    excepts_from_itself,
    excepts_from_section,
    is_title_of_exceptions,
    opens_provision,
    refers_to_rule,
)
from rag.text.limiting_references import LIMITING, LimitingReference, limiting_references
from rag.text.provision_limits import own_label, without_label
from rag.text.provision_names import INNER, Step
from rag.types import Citation, Document, ExceptionSearch, Hit, Span

_WHERE = "where"  # a question for a place: sentences that only point to another one are read too
_LEAST_STEPS = 2  # sentences of a section that differ from the rule in a figure only: they are a scale
_LONG = 12  # sentences of a section; the numbered ones of a longer section are mostly rules beside each other
_MOST_PASSAGES = 12  # of one section that are read
_MOST_REFERENCES = 200  # limiting references in one document that are read
_LONGEST_DOCUMENT = 2_000_000  # characters; in a longer document nobody looks for distant provisions that name the rule


@dataclass(frozen=True, slots=True)
class Part:
    """A quotable sentence of a document, with the passage that can quote it, and its MaxSim with the question."""

    sentence: Sentence
    hit: Hit
    maxsim: float

    @property
    def span(self) -> Span:
        """The place of the sentence in its document."""
        return self.sentence.span

    @property
    def words(self) -> str:
        """The sentence on one line, without its number."""
        return without_label(self.sentence.text)


@dataclass(frozen=True, slots=True)
class _Section:
    """The sentences of the rule's section, `cited` the place of the rule, and `most` its MaxSim with the question."""

    parts: Sequence[Part]
    words: tuple[str, ...]
    cited: int
    most: float


class ExceptionReader:
    """Reads one document for the exceptions of its rules."""

    def __init__(self, snapshot: Index, document: Document, question: Query) -> None:
        """Sentences that give orders which `question` does not ask about are left out."""
        self._snapshot = snapshot
        self._document = document
        self._question = question
        self._known: dict[tuple[Step, ...], list[Span]] = {}
        self._idf = lru_cache(maxsize=None)(snapshot.idf)  # the sentences of a section share most of their words

    def exceptions(self, rule: Citation) -> tuple[ExceptionSearch, list[Part]]:
        """Return the exceptions of one rule, and where they were looked for."""
        section = self._section(rule.span.start)
        own = self._parts(section)
        row = is_table_row(rule.quote)  # the sentences around a table seldom limit one of its rows
        most = max((part.maxsim for part in own if part.span.overlaps(rule.span)), default=0.0)
        named, provisions, missing = self._named(rule)
        found = [*(() if row else self._of_section(own, rule, most)), *named, *self._naming(rule)]
        found += () if row else self._of_siblings(section, rule, most)
        found = list({part.span: part for part in found if not part.span.overlaps(rule.span)}.values())
        return ExceptionSearch(rule.reference, rule.heading, provisions, missing, len(found)), found

    def _of_section(self, parts: Sequence[Part], rule: Citation, most: float) -> Iterator[Part]:
        """Yield the sentences of the rule's section that limit it."""
        cited = next((place for place, one in enumerate(parts) if one.span.overlaps(rule.span)), -1)
        section = _Section(parts, tuple(part.words for part in parts), cited, most)
        found = [part for number, part in enumerate(parts) if self._limits_in_section(section, number, rule)]
        ruling = without_label(one_line(rule.quote))
        steps = [part for part in found if is_step(ruling, part.words)]
        yield from (part for part in found if len(steps) < _LEAST_STEPS or part not in steps)

    def _limits_in_section(self, section: _Section, number: int, rule: Citation) -> bool:
        """Return whether a sentence of the section limits the rule. One that limits a named provision is read apart."""
        part, words = section.parts[number], section.words[number]
        if part.span.overlaps(rule.span) or is_row(part.sentence):
            return False
        if excepts_from_section(words):
            return True
        if any(not one.limited for one in limiting_references(words)):
            return False
        if _stands_beside(part, rule, in_short=len(section.parts) < _LONG):
            return False
        asked = Asked(section.cited, _closeness(part, section.most), topic=_topic(rule))
        place = owner(section.words, number, self._idf, asked)
        return place is not None and section.parts[place].span.overlaps(rule.span)

    def _of_siblings(self, section: Span, rule: Citation, most: float) -> Iterator[Part]:
        """Yield what the sections with exceptions beside the rule's section say about the rule."""
        for span in self._siblings(section):
            for part in self._parts(span):
                if any(not one.limited for one in limiting_references(part.words)):
                    continue  # it limits a named provision, see `_naming`
                words = (without_label(one_line(rule.quote)), part.words)
                asked = Asked(0, _closeness(part, most), announced=True, topic=_topic(rule))
                near = asked.closeness >= USUAL or _frees(part)
                if near and owner(words, 1, self._idf, asked) == 0:
                    yield part

    def _named(self, rule: Citation) -> tuple[list[Part], tuple[str, ...], tuple[str, ...]]:
        """Return the sentences of the provisions that limit the rule by its own words, and their names."""
        found: list[Part] = []
        read: list[str] = []
        missing: list[str] = []
        for reference in limiting_references(one_line(rule.quote)):
            if not reference.limited:
                continue
            spans = [] if reference.elsewhere else self._resolved(reference, rule.span.start)
            parts = [part for span in spans[:1] for part in self._parts(span)]
            if parts:
                worded = [part for part in parts if excepts(part.words)]
                found += (worded or parts)[:1]
            (read if parts else missing).append(reference.words)
        return found, tuple(read), tuple(missing)

    def _naming(self, rule: Citation) -> Iterator[Part]:
        """Yield the sentences of the document that limit a provision with the rule in it."""
        text = self._document.text
        if len(text) > _LONGEST_DOCUMENT:
            return
        for match in islice(LIMITING.finditer(text), _MOST_REFERENCES):
            line = Span(
                text.rfind("\n", 0, match.start()) + 1, match.end() + len(text[match.end() :].partition("\n")[0])
            )
            if self._limits(line.of(text), match.start(), rule):
                rows = self._snapshot.rows_at(self._document.reference.id, Span(match.start(), match.end()))
                parts = self._read(rows)
                for part in parts:
                    if part.span.overlaps(line) and self._limits(part.words, part.span.start, rule):
                        yield from self._followed(part)
                        yield from (item for item in parts if part.span in item.sentence.leads)

    def _limits(self, words: str, at: int, rule: Citation) -> bool:
        """Return whether the words at an offset limit a provision by its name, and the rule stands in it."""
        named = (one for one in limiting_references(words) if not one.limited and not one.elsewhere)
        spans = (span for one in named for span in self._resolved(one, at)[:1])
        return any(span.start <= rule.span.start < span.end for span in spans)

    def _followed(self, part: Part) -> Iterator[Part]:
        """Yield a sentence that limits a provision, and the provision that it names: `is subject to section 23`."""
        yield part
        for reference in limiting_references(part.words):
            if reference.limited and not reference.elsewhere:
                for span in self._resolved(reference, part.span.start)[:1]:
                    yield from self._parts(span)[:1]

    def _resolved(self, reference: LimitingReference, at: int) -> list[Span]:
        """Return the spans of a provision. One of a section is that of the section which names it."""
        found = self._places(reference.steps)
        if reference.steps[0][0] in INNER:
            section = self._section(at)
            found = [span for span in found if section.start <= span.start < section.end]
        return found

    def _places(self, steps: tuple[Step, ...]) -> list[Span]:
        if steps not in self._known:
            self._known[steps] = find_places(self._snapshot, self._document.reference.id, steps)
        return self._known[steps]

    def _section(self, at: int) -> Span:
        """Return the part of the document between the headings before and after an offset."""
        starts = [heading.span.start for heading in self._document.headings]
        before = max((start for start in starts if start <= at), default=0)
        after = min((start for start in starts if start > at), default=len(self._document.text))
        return Span(before, after)

    def _siblings(self, section: Span) -> Iterator[Span]:
        """Yield the sections with a title such as `Exceptions` under the same heading as a section."""
        headings = self._document.headings
        own = next((n for n, one in enumerate(headings) if one.span.start == section.start), None)
        if own is None:
            return
        level = headings[own].level
        first = next((n for n in range(own, -1, -1) if headings[n].level < level), -1)
        for number in range(first + 1, len(headings)):
            if headings[number].level < level:
                break
            if number != own and is_title_of_exceptions(headings[number].title):
                yield self._section(headings[number].span.start)

    def _parts(self, span: Span) -> list[Part]:
        """Return the quotable sentences that begin in a span, in order."""
        rows = self._snapshot.rows_at(self._document.reference.id, span)[:_MOST_PASSAGES]
        return [part for part in self._read(rows) if span.start <= part.span.start < span.end]

    def _read(self, rows: Sequence[int]) -> list[Part]:
        evidence = self._snapshot.evidence(self._snapshot.hits(rows, [0.0] * len(rows)))
        hits = without_commands(evidence, self._question.text)
        scores = sentence_scores(self._question.tokens, self._snapshot.tokens(rows))
        parts = (
            Part(sentence, hit, similar.together((place,)).own)
            for hit, similar in zip(hits, scores, strict=True)
            for place, sentence in sentences_of(hit, _WHERE)
            if sentence.whole
        )
        return sorted({part.span: part for part in parts}.values(), key=lambda part: part.span)


def _stands_beside(part: Part, rule: Citation, *, in_short: bool) -> bool:
    """Return whether a sentence is a rule of its own beside another: it opens a provision, and excepts nothing from it.

    `(3) A boat needs a light, unless it is moored` may limit a rule about boats, and no other. A subsection of a short
    section, such as `(2) ...`, mostly belongs to the rule.
    """
    words = part.words
    if not opens_provision(part.sentence.text) or part.sentence.leads or refers_to_rule(words) is not None:
        return False
    if in_short and own_label(part.sentence.text):
        return False
    if not excepts_from_itself(words):
        return not _frees(part)
    subject = next(iter(read(words).content), None)
    return subject is None or subject.stem not in {word.stem for word in read(one_line(rule.quote)).content}


def _frees(part: Part) -> bool:
    """Return whether the main clause of a whole sentence states an exception: `No licence is needed to sell milk.`"""
    return not part.sentence.leads and excepts(part.words) and not excepts_from_itself(part.words)


def _topic(rule: Citation) -> frozenset[str]:
    """Return the stems of the title and headings above a rule."""
    return frozenset(word.stem for word in read(" ".join((rule.reference.title, *rule.heading))).content)


def _closeness(part: Part, most: float) -> float:
    """Return the MaxSim of a sentence with the question as a share of that of the rule."""
    return part.maxsim / most if most > 0 else USUAL
