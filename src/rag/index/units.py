"""Finds the units of a section: each sentence, list item or table row with the parts that belong to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

from rag.index.announced_lists import join_announced_lists
from rag.index.exceptions import join_exceptions
from rag.index.tables import is_row, with_headers
from rag.index.unmarked_lists import join_unmarked_lists
from rag.text.announcements import announces, continues_series, names_the_announced
from rag.text.conditions import completes, is_proviso, limits
from rag.text.normalisation import one_line
from rag.text.sentence_context import Unit, find_context
from rag.text.sentence_roles import (
    has_verb,
    is_cross_reference,
    is_lead_in,
    is_question,
    is_uninformative,
    refers_back,
)
from rag.types import Span

_LONGEST_WITH_TAIL = 110  # words of a sentence and its tails together
_SELF_STANDING = 15  # words; a shorter answer without a verb is quoted with its question
_MOST_ANNOUNCED = 6  # sentences of one series
_SHORTEST_RULE = 4  # words; a shorter line, such as a clause number, is not a rule
_DANGLING = re.compile(r"(?<!\s)\s*+[;,](?:\s*+(?:and/or|and|or),?)?\Z")
_ENDS = re.compile(r"[.!?…:;。！？”\")\]\d|]\Z")
_ADDRESS = re.compile(r"https?:|www\.")
_TERM = re.compile(r"(?:[\w()’'-]+ ){0,5}[\w()’'-]+: ")  # `environment: the surroundings in which ...`


def units_of(text: str, spans: Sequence[Span], titles: Collection[str], language: str | None = None) -> list[Unit]:
    """Return a unit for each sentence span of `text`. A sentence that equals one of `titles` is a heading."""
    units = with_headers(text, find_context(text, spans, titles, language))
    join_unmarked_lists(text, units)
    join_announced_lists(text, units)
    announced, limited = partial(_join_announced, language=language), partial(_join_limits, language=language)
    for join in (_join_answer, announced, limited, _join_cut):
        for number in range(len(units) - 1):
            join(text, units, number)
    join_exceptions(text, units)
    return units


def _join_answer(text: str, units: list[Unit], number: int) -> None:
    """Join a question in the text with the first sentence of its answer."""
    question, answer = units[number], units[number + 1]
    words = one_line(answer.words)
    if not is_question(question.words) or answer.heading or is_question(words) or answer.leads:
        return
    if answer.mark and question.mark and answer.mark.numbering is question.mark.numbering:
        return  # the next question, without an answer between them
    short = len(words.split()) <= _SELF_STANDING and not has_verb(words)
    if short or refers_back(words) or _is_reply(words):
        units[number + 1] = replace(answer, leads=(question.span,))
    elif not question.heading:  # the passage has the words of its headings anyway
        units[number + 1] = replace(answer, asked=(question.span,))


def _is_reply(words: str) -> bool:
    return words.partition(" ")[0].rstrip(".,:;") in ("Yes", "No")


def _join_announced(text: str, units: list[Unit], number: int, language: str | None) -> None:
    """Join a sentence that announces something with the next sentences, which name it."""
    unit = units[number]
    if unit.heading or unit.items or is_row(unit.words) or not announces(one_line(unit.words), language):
        return
    tails: list[Span] = []
    for following in units[number + 1 : number + 1 + _MOST_ANNOUNCED]:
        words = one_line(following.words)
        about = one_line(unit.words)
        names = continues_series(words, language) if tails else names_the_announced(words, about, language)
        if not names or following.mark or is_proviso(words) or not _may_follow(text, unit, following, tails):
            break
        tails.append(following.span)
    if tails:
        units[number] = replace(unit, tails=tuple(tails))


def _join_limits(text: str, units: list[Unit], number: int, language: str | None) -> None:
    """Join a rule with the next sentence of its paragraph if that sentence limits or completes it."""
    unit, following = units[number], units[number + 1]
    words = one_line(following.words)
    rule = one_line(unit.words)
    if unit.heading or unit.tails or is_question(rule) or is_uninformative(rule) or is_cross_reference(rule):
        return
    if "\n\n" in text[unit.span.end : following.span.start] or is_row(unit.words) or is_lead_in(rule):
        return
    if len(rule.split()) < _SHORTEST_RULE:
        return
    if (
        (limits(words, rule, language) or completes(words, rule))
        and not following.mark
        and _may_follow(text, unit, following, ())
    ):
        units[number] = replace(unit, tails=(following.span,))


def _join_cut(text: str, units: list[Unit], number: int) -> None:
    """Join the two parts of a sentence that the end of a page cuts. The second part begins a paragraph."""
    unit, following = units[number], units[number + 1]
    if "\n\n" not in text[unit.span.end : following.span.start] or unit.heading or following.heading:
        return
    words, rest = one_line(unit.words), one_line(following.words)
    if _ENDS.search(words) or not rest[:1].islower() or _ADDRESS.match(rest) or _TERM.match(rest):
        return
    if following.mark or following.leads or is_row(words) or len(words.split()) < _SHORTEST_RULE:
        return
    if _may_follow(text, unit, following, ()):
        units[number] = replace(unit, tails=(_trimmed(text, following.span), *following.tails))
        units[number + 1] = replace(following, leads=(*unit.leads, unit.span))


def _trimmed(text: str, span: Span) -> Span:
    """Return the span without the `; and` before the next item of a list."""
    dangling = _DANGLING.search(text, span.start, span.end)
    return Span(span.start, dangling.start()) if dangling else span


def _may_follow(text: str, unit: Unit, following: Unit, tails: Sequence[Span]) -> bool:
    """Return whether a unit may be quoted after another: it is a statement, and both are short enough together."""
    words = one_line(following.words)
    if following.heading or is_question(words) or is_uninformative(words) or is_row(words) or is_lead_in(words):
        return False
    length = sum(len(span.of(text).split()) for span in (*unit.leads, unit.span, *tails, following.span))
    return length <= _LONGEST_WITH_TAIL
