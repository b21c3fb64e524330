"""Measures whether statements are whole sentences, and whether they refer to words that are not shown ("leaning").

The rules read only the words of a statement and the text after its quotes. They do not use the rules by which answers
are written, so a change of those cannot hide a fault. They are for English and other languages with two cases.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from rag.evaluation.labelled_index import IndexedBenchmark
from rag.evaluation.predictions import Prediction
from rag.evaluation.ranking import Values
from rag.text import one_line
from rag.types import Citation, Statement

_MARKER = re.compile(r"(?:[-*•‣◦▪●➢–—]|\(?(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,3}(?:\.\d{1,3})*)[.)])\s+")
_OPENING = re.compile(r"[^\w]*(?P<word>[^\W\d_][\w-]*)")
_NO_SENTENCE_START = re.compile(r"[a-z]-|\w*[A-Z]|https?\b|www\b")  # e-residency, iPhone, an address
_ROW = re.compile(r"[^.:;]{1,60}: [^;]+; [^.:;]{1,60}: ")  # a table row: "name: cell; name: cell"
_ENDED = re.compile(r"(?:[.!?…:;。！？：；]|;\s*(?:and/or|and|or|but))[\"'”’»)\]]*\Z")
_UNFINISHED = re.compile(r"(?:[,(–—-]|\b(?:a|an|and|as|at|by|for|from|if|in|of|on|or|per|than|that|the|to|with))\Z")
_ANNOUNCED = re.compile(r"(?::|\b(?:as follows|the following|listed below))[.:]?\Z", re.IGNORECASE)
_PRONOUN = re.compile(
    r"(?:It|They|He|She|This|These|Those|That)\s+(?:(?:also|only|then|therefore)\s+)?(?:is|are|was|were|has|have|had|"
    r"shall|must|may|might|should|will|would|can|could|cannot|does|do|did|means?|includes?|appl(?:y|ies)|requires?)\b"
)
# "It is necessary to", "It was not until 1945 that": here "it" refers to the words that follow.
_EMPTY_SUBJECT = re.compile(
    r"It\s+(?:is|was|has been|will be|would be|may be|should be)\s+(?:\w+\s+){1,3}"
    r"(?:that|to|for|whether|if|when|until)\b|It was not until\b"
)
_SUCH = re.compile(
    r"\b(?:by|for|from|in|of|on|to|under|with) such (?!as\b|an?\b|cases?\b|circumstances\b|events?\b)"
    r"(?![^.;]{0,200} as (?:may|shall|is|are|it|the)\b)(?P<phrase>\w+(?: \w+){0,2})"
)
_STEM = 5  # the letters of a word after "such" that occur earlier if the statement shows the thing
_TAIL = 20  # the characters that a quote and its statement must share at the end


def measure(indexed: IndexedBenchmark, predictions: Sequence[Prediction]) -> dict[str, Values]:
    """Return, for each answer, the share of its statements with each fault; NaN if it has no statements."""
    texts = indexed.texts
    faults: Mapping[str, Callable[[Statement], bool]] = {
        "cut_statements": lambda statement: is_cut(statement, texts),
        "unended_statements": lambda statement: is_unended(statement, texts),
        "leaning_statements": lambda statement: is_leaning(statement.text),
    }
    return {
        name: np.array([_share(has_fault, one.answer.statements) for one in predictions], np.float64)
        for name, has_fault in faults.items()
    }


def is_cut(statement: Statement, texts: Mapping[str, str]) -> bool:
    """Return whether a statement begins or ends within a sentence. `texts` has the text of each document by its id.

    It begins within one if its first word is in lower case and it is no list item or table row. It ends within one if
    its last word cannot end a sentence, or if it has no full stop and the document goes on in lower case.
    """
    text = one_line(statement.text)
    begins_within = _begins_in_lower_case(text) and not _MARKER.match(text) and not _ROW.match(text)
    return begins_within or _ends_within(statement, texts)


def is_unended(statement: Statement, texts: Mapping[str, str]) -> bool:
    """Return whether the document has no stop at the end of a statement's last quote, or the statement is cut.

    This also counts list items, headings and table rows, which need no stop.
    """
    last = _last_quote(statement)
    if last is None:
        return is_cut(statement, texts)
    following = texts[last.reference.id][last.span.end :][:1]
    return is_cut(statement, texts) or not _ENDED.search(
        one_line(last.quote) + (following if following in ".;:" else "")
    )


def is_leaning(text: str) -> bool:
    """Return whether a statement refers to words that it does not show.

    It is a list item in lower case without its lead, opens with a pronoun as subject ("It applies"), announces a list
    and ends ("as follows:"), or says "in such letter" without an earlier letter.
    """
    words = one_line(text)
    if _MARKER.match(words) and _begins_in_lower_case(words):
        return True
    if _ANNOUNCED.search(words) or (_PRONOUN.match(words) and not _EMPTY_SUBJECT.match(words)):
        return True
    such = _SUCH.search(words)
    before = words[: such.start()].lower() if such else ""
    return such is not None and not any(word[:_STEM] in before for word in such["phrase"].lower().split())


def _begins_in_lower_case(text: str) -> bool:
    start = 0
    while marker := _MARKER.match(text, start):
        start = marker.end()
    opening = _OPENING.match(text, start)
    return opening is not None and opening["word"][0].islower() and not _NO_SENTENCE_START.match(opening["word"])


def _ends_within(statement: Statement, texts: Mapping[str, str]) -> bool:
    last = _last_quote(statement)
    if last is None:
        return False  # the generator's own words, or a table row with its column names
    quote = one_line(last.quote)
    if _ENDED.search(quote):
        return False
    following = texts[last.reference.id][last.span.end :][:80].lstrip(" \n")
    return bool(_UNFINISHED.search(quote)) or following[:1].islower() or following[:1] == ","


def _last_quote(statement: Statement) -> Citation | None:
    """Return the quote that ends as the statement does, apart from a full stop."""
    text = one_line(statement.text).rstrip(".")
    tails = (one for one in statement.citations if text.endswith(one_line(one.quote).rstrip(".")[-_TAIL:]))
    return next(tails, None)


def _share(has_fault: Callable[[Statement], bool], statements: Sequence[Statement]) -> float:
    return sum(map(has_fault, statements)) / len(statements) if statements else float("nan")
