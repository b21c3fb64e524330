"""Reads the headings of a list of amendments: `Amendment 9 … Article 5 – paragraph 1 – point a`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.text.provision_names import Step, kind_names
from rag.text.provisions.starts import Line

_FEWEST = 3  # headings of a document that is a list of amendments
_AMENDMENT = re.compile(r"Amendments?\s++(?P<label>\d{1,4})\b(?P<rest>.*)\Z", re.DOTALL)
_KINDS = ("article", "recital", "annex", "title", "chapter", "section", "paragraph", "point")
_STEP = "|".join(f"(?P<{kind}>{kind_names(kind)})" for kind in _KINDS)
_PART = re.compile(
    rf"(?:{_STEP})\s*+(?P<label>\d++(?:\.\d++)*+|[ivx]++|[a-z])(?P<letters>(?:\s[a-z]{{1,2}})?)\Z", re.IGNORECASE
)
_ITEMS = frozenset({"paragraph", "point"})
_BETWEEN = re.compile(r"(?<!\s)\s++[–—-]\s++")
_NEW = re.compile(r"(?<!\s)\s*+\((?:new|deleted)\)\s*+\Z", re.IGNORECASE)
_PATH = re.compile(
    rf"(?<![\w–—-])(?:{kind_names('article')}|{kind_names('recital')}|{kind_names('annex')})\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Amendment:
    """An amendment whose heading is line number `line`, and the path of the provision that it changes."""

    line: int
    label: str
    path: tuple[Step, ...]


def amendments(lines: Sequence[Line]) -> list[Amendment]:
    """Return the amendments of a document; none if it is no list of amendments."""
    found = [
        Amendment(number, match["label"], tuple(_path(match["rest"])))
        for number, line in enumerate(lines)
        if line.heading is not None and (match := _AMENDMENT.match(line.heading.title))
    ]
    return found if len(found) >= _FEWEST else []


def _path(words: str) -> Iterator[Step]:
    """Yield the steps of the path at the end of a heading; the outer ones only if an inner one cannot be read.

    The kind of an item is empty. An annex counts its points through, so `paragraph 1` before them is left out.
    """
    found = _PATH.search(words)
    if found is None:
        return
    steps = list(map(_step, _BETWEEN.split(_NEW.sub("", words[found.start() :]).strip())))
    in_annex = steps[0] is not None and steps[0][0] == "annex"
    for place, step in enumerate(steps):
        if step is None or (place and step[0] not in _ITEMS and not in_annex):
            return
        kind, label = step
        if in_annex and kind == "paragraph":
            if place + 1 == len(steps):
                yield step
        else:
            yield ("" if kind in _ITEMS else kind), label


def _step(words: str) -> Step | None:
    found = _PART.fullmatch(words.strip())
    return (
        None
        if found is None
        else (next(one for one in _KINDS if found[one]), found["label"] + found["letters"].strip())
    )
