"""Tell whether a sentence introduces the text below it, such as the lead of a list."""

from __future__ import annotations

from rag.text.markers import marker
from rag.text.normalisation import one_line
from rag.text.sentence_roles import introduces_list

_LEADS_ON = (":", "：", "—", "–", "-")


def ends_open(text: str) -> bool:
    """Return whether a text ends with a colon or a dash, so that the next text belongs to it."""
    return text.rstrip().endswith(_LEADS_ON)


def introduces(sentence: str, following: str, language: str | None = None) -> bool:
    """Return whether a sentence introduces the next one: it ends open, or announces a list whose item is next."""
    return ends_open(sentence) or (marker(following) is not None and introduces_list(one_line(sentence), language))
