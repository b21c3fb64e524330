"""Find the context that each sentence needs: the lead-in of its list, the header of its table, or its antecedent."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from rag.text.leaning import such_things
from rag.text.marginal_notes import marginal_notes
from rag.text.markers import Marker, Numbering, as_letter, marker
from rag.text.normalisation import one_line
from rag.text.sentence_roles import (
    has_verb,
    introduces_list,
    is_cross_reference,
    is_note,
    is_question,
    is_uninformative,
    refers_back,
)
from rag.text.succession import succession
from rag.types import Span

LONGEST_WITH_ANTECEDENT = 80
"""The limit on the words of a sentence and its antecedent together. A longer pair is not joined."""

LONGEST_HEAD = 4
"""The limit on the words of a term at the start of a paragraph or item, which the next sentence explains."""

_CELL = re.compile(r"\s\|\s|\t")
_DANGLING = re.compile(r"(?<!\s)\s*+[;,](?:\s*+(?:and/or|and|or),?)?\Z")
_FIRST_INLINE = re.compile(r"\s\((?:a|i|1)\)\s")
# The numbering styles of lists in prose. The other styles belong to laws, and there the numbers are part of the text.
_PROSE_NUMBERS = frozenset({Numbering.NUMBER, Numbering.CAPITAL})
_PROSE_STYLES = _PROSE_NUMBERS | {Numbering.BULLET}
_DEMONSTRATIVE = re.compile(r"(?:This|These|Such|That|Those)(?: an?)?(?P<words>(?: [a-z-]+){1,2})\b")
_LONGEST_BREAK = 8  # units between two items of one list
_SHORTEST_NOUN = 5  # letters
_STEM = 6  # letters that two forms of a noun share
_ENDS = (".", "!", "?", "…", ":", ";", "。", "！", "？", "”", '"', ")")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, list item or table row, with the spans of its context.

    `span` omits the bullet or the number of a list in prose, and the `; and` before the next item. `leads` are the
    context, in reading order: the lead-ins of the lists around it, the sentence that its first word refers to, or the
    caption and header of its table. `items` are the items of the list that follows it, with their sub-items. `tails`
    are the parts that a statement puts last. `asked` is the question that it answers, if it can be read without it.
    """

    span: Span
    words: str
    mark: Marker | None = None
    leads: tuple[Span, ...] = ()
    items: tuple[Span, ...] = ()
    heading: bool = False
    tails: tuple[Span, ...] = ()
    asked: tuple[Span, ...] = ()

    @property
    def cells(self) -> list[str]:
        """The cells of a table row; one cell if it is not a row."""
        return split_row(self.words)


@dataclass(slots=True)
class _Level:
    """A list that has not ended yet.

    `mark` is the marker of its last item, and `lead` its lead-in. `introduced` is whether a sentence precedes the list.
    `above` is a complete sentence directly before the list. The items do not need it as their lead-in, but it says
    little without them: `Several kinds are exempt.` `headed` is whether the last item begins with a term.
    """

    mark: Marker
    lead: Span | None
    introduced: bool
    above: Span | None
    headed: bool = False


def split_row(words: str) -> list[str]:
    """Split a table row into its cells, at tabs or bars."""
    if "|" not in words and "\t" not in words:
        return [words]
    return [one_line(cell) for cell in _CELL.split(words)]


def find_context(text: str, spans: Sequence[Span], titles: Collection[str], language: str | None = None) -> list[Unit]:
    """Return a unit for each sentence span of `text`. A sentence that equals one of `titles` is a heading."""
    finder = _ContextFinder(text, titles, language)
    aside = marginal_notes([one_line(span.of(text)) for span in spans])
    for number, span in enumerate(spans):
        finder.take(span, aside=number in aside)
    return [
        replace(unit, items=tuple(finder.items[unit.span])) if unit.span in finder.items else unit
        for unit in finder.units
    ]


@dataclass(slots=True)
class _ContextFinder:
    """Takes the sentences of a text in order, and tracks the open lists and the previous sentence."""

    text: str
    titles: Collection[str]
    language: str | None = None
    units: list[Unit] = field(default_factory=list)
    items: dict[Span, list[Span]] = field(default_factory=dict)
    levels: list[_Level] = field(default_factory=list)
    previous: Unit | None = None
    interrupted: list[_Level] = field(default_factory=list)
    since: int = 0  # units since the lists in `interrupted` were interrupted by a paragraph

    def take(self, span: Span, *, aside: bool = False) -> None:
        """Add the next sentence. Notes, and those `aside`, may stand between a lead-in and its list."""
        words = one_line(span.of(self.text))
        aside = aside or is_note(words)
        gap = self.text[self.previous.span.end : span.start] if self.previous else "\n\n"
        mark = marker(words)
        if words in self.titles:
            unit = Unit(span, words, heading=True)
            self.levels, self.interrupted = [], []
        elif aside:
            unit = Unit(span, words)
        elif mark:
            unit = self._item(span, mark, gap)
        else:
            head = self._head(gap)
            if "\n" in gap:
                self._interrupt()
            elif self.levels:
                self._detach(self.levels[-1], headed=bool(head))
            unit = Unit(span, _row_or_line(span.of(self.text)), leads=head or self._antecedent(words, gap))
        self.units.append(unit)
        if not aside:
            self.previous = None if unit.heading else unit

    def _interrupt(self) -> None:
        """Close the lists at a paragraph that is no item. Their next item may still follow it."""
        if self.levels:
            self.interrupted, self.since = self.levels, 0
        self.since += 1
        self.levels = []

    def _item(self, span: Span, mark: Marker, gap: str) -> Unit:
        level = self._level(mark, span, gap)
        leads = tuple(level.lead for level in self.levels if level.lead)
        own = self._own_span(span, mark, level)
        for lead in (*leads, *(level.above for level in self.levels if level.above)):
            self.items.setdefault(lead, []).append(own)
        if own.of(self.text).endswith(".") and mark.numbering is Numbering.BULLET and len(self.levels) > 1:
            self.levels.pop()  # only the full stop shows that the inner of two bullet lists ends here
        return Unit(own, one_line(own.of(self.text)), mark, leads)

    def _level(self, mark: Marker, span: Span, gap: str) -> _Level:
        """Return the list of an item: a new list if the item begins one, else the list that it continues."""
        self._continue(mark)
        lead = self._lead(mark, span, gap)
        if mark.numbering is Numbering.ROMAN and lead is None:
            letters = [level.mark for level in self.levels if level.mark.numbering is Numbering.LETTER]
            mark = as_letter(mark, letters[-1]) if letters else mark
        alike = [n for n, level in enumerate(self.levels) if level.mark.alike(mark)]
        begins = not alike or mark.first or (mark.numbering is Numbering.BULLET and lead is not None)
        if not begins:
            self.levels = self.levels[: alike[-1] + 1]
            self.levels[-1].mark = mark
            self.levels[-1].headed = False
            return self.levels[-1]
        if lead is None:
            self.levels, self.interrupted = [], []
        elif alike and mark.numbering is not Numbering.BULLET:
            self.levels = self.levels[: alike[-1]]
        self.levels.append(_Level(mark, lead, self.previous is not None, None if lead else self._above(mark, gap)))
        return self.levels[-1]

    def _continue(self, mark: Marker) -> None:
        """Go on with an interrupted list if the marker is the next one of it."""
        if self.levels or self.since > _LONGEST_BREAK:
            return
        for number, level in enumerate(self.interrupted):
            if level.mark.alike(mark) and mark.follows(level.mark):
                self.levels = self.interrupted[: number + 1]

    def _above(self, mark: Marker, gap: str) -> Span | None:
        """Return the complete sentence directly before a list in prose that has no lead-in."""
        before = self.previous
        ends = before is not None and not before.mark and before.words.endswith(".") and "\n" in gap
        return before.span if before and ends and mark.numbering in _PROSE_STYLES else None

    def _detach(self, level: _Level, headed: bool) -> None:
        """Detach a list from the sentence above it, because an item of the list has several sentences.

        The first sentence of such an item is not enough to complete the sentence above, unless it is a term.
        """
        level.headed |= headed
        if level.above and not level.headed:
            self.items.pop(level.above, None)
            level.above = None

    def _lead(self, mark: Marker, item: Span, gap: str) -> Span | None:
        """Return the lead-in of a list that begins here."""
        if self.previous is None:
            return None
        span = self.previous.span
        inline = _FIRST_INLINE.search(self.text, span.start, span.end)
        if inline and "\n" not in gap:
            return Span(span.start, inline.start())
        if introduces_list(self.previous.words, self.language) or self._runs_on(self.previous, mark, item):
            return span
        return None

    def _runs_on(self, before: Unit, mark: Marker, item: Span) -> bool:
        """Return whether an item continues the sentence before it: `A fee is not paid` and `(a) by minors;`"""
        words = item.of(self.text)[len(mark.written) :].lstrip()
        if not words[:1].islower() or len(before.cells) > 1 or is_uninformative(before.words):
            return False
        if mark.numbering is Numbering.BULLET or not mark.first or before.words.endswith(_ENDS):
            return False
        if before.words.endswith(",") and before.mark:
            return False
        return not any(mark.label == "i" and level.mark.label.endswith("h") for level in self.levels)

    def _own_span(self, span: Span, mark: Marker, level: _Level) -> Span:
        start = span.start
        if mark.numbering is Numbering.BULLET or (mark.numbering in _PROSE_NUMBERS and level.introduced):
            start += len(mark.written)
            start += len(self.text[start : span.end]) - len(self.text[start : span.end].lstrip())
        dangling = _DANGLING.search(self.text, start, span.end)
        return Span(start, dangling.start() if dangling and dangling.start() > start else span.end)

    def _head(self, gap: str) -> tuple[Span, ...]:
        """Return the term or the clause number at the start of a line, after its lead-ins: `Access.`, `49E.`"""
        head = self.previous
        if head is None or "\n" in gap or not head.words.endswith(".") or has_verb(head.words):
            return ()
        at_start = head.mark is not None or head.span.start == 0 or self.text[head.span.start - 1] == "\n"
        if not at_start or head.words[:1].islower() or len(head.words.split()) > LONGEST_HEAD:
            return ()
        return (*head.leads, head.span)

    def _antecedent(self, words: str, gap: str) -> tuple[Span, ...]:
        """Return the previous sentence, after its own lead-ins, if this sentence depends on it."""
        before = self.previous
        if before is None or ("\n" in gap and not _names_again(words, before.words)):
            return ()
        if len(before.words.split()) + len(words.split()) > LONGEST_WITH_ANTECEDENT:
            return ()
        continues = words[:1].islower() and not before.words.endswith(_ENDS)
        depends = refers_back(words, self.language) or any(
            thing[:_STEM] in before.words for thing in such_things(words)
        )
        depends = depends and not succession(words, self.language)  # `This text replaces ...` names its document
        if not continues and not (depends and _is_statement(before.words)):
            return ()
        return (*(before.leads if before.mark else ()), before.span)


def _names_again(words: str, before: str) -> bool:
    """Return whether a paragraph opens with a noun of the sentence before it: `These banks`, after `three banks`."""
    match = _DEMONSTRATIVE.match(words)
    nouns = [word for word in match["words"].split() if len(word) >= _SHORTEST_NOUN] if match else []
    return before.endswith(".") and any(re.search(rf"\b{noun[:_STEM]}", before) for noun in nouns)


def _row_or_line(text: str) -> str:
    return text if len(split_row(text)) > 1 else one_line(text)


def _is_statement(words: str) -> bool:
    return not (is_question(words) or is_cross_reference(words) or is_uninformative(words))
