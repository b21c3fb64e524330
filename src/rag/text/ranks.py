"""The rank of a document: law above guidance. Its record says its kind, or else its title does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.types import DEFAULT_RANKS

_FIELDS = ("rank", "document_type", "type", "kind", "source_kind", "genre", "category")


def rank_of(metadata: Mapping[str, object], title: str, ranks: Sequence[str] = DEFAULT_RANKS) -> tuple[int, str]:
    """Return the rank of a document, 0 for the highest, and the word that says it.

    A document without such a word has the rank after the last one and an empty word. The last word of a title names its
    kind: a `guide to the Act` is read from the left up to `to`.
    """
    said = [str(value) for field in _FIELDS if (value := metadata.get(field)) is not None]
    head = re.split(r"\b(?:to|on|under|for|about)\b", title, maxsplit=1)[0]
    for words in (*said, head, title):
        if found := _rank_in(words, ranks):
            return found
    return len(ranks), ""


def _rank_in(words: str, ranks: Sequence[str]) -> tuple[int, str] | None:
    kinds = {kind: (number, kind) for number, rank in enumerate(ranks) for kind in rank.split()}
    found = [kinds.get(word) or kinds.get(word.removesuffix("s")) for word in re.findall(r"[^\W\d_]+", words.lower())]
    return next((one for one in reversed(found) if one), None)
