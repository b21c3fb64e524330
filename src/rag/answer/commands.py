"""Leaves out sentences that give orders which the question does not ask about: they are no evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import lru_cache

from rag.text import sentences
from rag.text.commands import gives_orders, is_misplaced
from rag.types import Hit, Quotable, Span


def without_commands(hits: Iterable[Hit], question: str) -> list[Hit]:
    """Return the hits without the quotable parts that give misplaced orders.

    A part whose lead-in, item or exception gives such an order is left out too. The text of a hit stays, so that the
    reader sees the passage as it is.
    """
    return [replace(hit, quotable=tuple(one for one in hit.quotable if _is_fit(one, hit, question))) for hit in hits]


def unordered_text(hit: Hit, question: str) -> str:
    """Return the text of a passage for a language model: without the sentences that give misplaced orders."""
    text = hit.text
    orders = [span for span in sentences(text, hit.language) if is_order(span.of(text), hit, question)]
    for span in reversed(orders):
        text = text[: span.start] + text[span.end :]
    return text.strip()


def fit_headings(hit: Hit, question: str) -> Iterator[str]:
    """Yield the title and the headings above a passage, without those that give misplaced orders."""
    return (words for words in (hit.reference.title, *hit.heading) if words and not _misplaced(words, question, ""))


def is_order(text: str, hit: Hit, question: str) -> bool:
    """Return whether a text of a passage is a misplaced order."""
    return is_misplaced(text, question, _above(hit))


def _is_fit(one: Quotable, hit: Hit, question: str) -> bool:
    parts = (one.span, *one.leads, *one.items, *one.tails)
    return not any(_misplaced(hit.quote(part), question, _above(hit)) for part in parts)


def _misplaced(text: str, question: str, above: str) -> bool:
    """Return whether a part of a statement gives a misplaced order."""
    return any(is_misplaced(one, question, above) for one in _orders(text))


@lru_cache(maxsize=4_096)
def _orders(text: str) -> tuple[str, ...]:
    """Return the sentences of a text that give orders. Most texts have none, whatever the question is."""
    spans = sentences(text) or [Span(0, len(text))]
    return tuple(one for one in (span.of(text) for span in spans) if gives_orders(one))


def _above(hit: Hit) -> str:
    return hit.heading[-1] if hit.heading else ""
