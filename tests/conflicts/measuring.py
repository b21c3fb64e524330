"""Asks each question over an index of all the pairs, and counts the conflicts that the answers report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rag.settings import Settings
from rag.types import Answer, Ask, Outcome
from rag.wiring import assemble

PAIRS = Path(__file__).with_name("pairs.jsonl")
OTHER_LANGUAGES = Path(__file__).with_name("languages.jsonl")


@dataclass(frozen=True, slots=True)
class Text:
    """One short document."""

    title: str
    published: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents for one question, and whether they contradict each other. `kind` says how, or why they do not.

    `language` is that of both.
    """

    question: str
    conflict: bool
    kind: str
    first: Text
    second: Text
    language: str = "en"

    @property
    def apart(self) -> bool:
        """Whether the pair is kept apart: nobody looks at it while correcting the rules."""
        return sha256(self.question.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Judged:
    """The answer to a pair's question. `both` is true if it quotes both sides of the conflict."""

    pair: Pair
    answer: Answer
    both: bool

    @property
    def reported(self) -> bool:
        """Whether the outcome is `conflicting`."""
        return self.answer.outcome is Outcome.CONFLICTING


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one part of the pairs."""

    conflicts: int
    found: int
    others: int
    alarms: int


def read_pairs(file: Path = PAIRS) -> list[Pair]:
    """Read pairs, one JSON object a line."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Pair(**{**row, "first": Text(**row["first"]), "second": Text(**row["second"])}) for row in rows]


def ask_all(pairs: Sequence[Pair], folder: Path, encoder: str) -> Iterator[Judged]:
    """Index the documents of all pairs, and yield the answers."""
    articles = folder / "articles"
    articles.mkdir(parents=True)
    for number, pair in enumerate(pairs):
        for side, one in enumerate((pair.first, pair.second)):
            head = f"---\ntitle: {one.title!r}\npublished: {one.published}\nlanguage: {pair.language}\n---\n"
            head += f"# {one.title}\n\n"
            (articles / f"{number:03}-{side}.md").write_text(f"{head}{one.text}\n", encoding="utf-8")
    service = assemble(Settings(_env_file=None, index_dir=folder / "index", encoder=encoder))
    service.ingest([articles], lambda done, total: None)
    for pair in pairs:
        answer = service.view(None).answer(Ask(pair.question))
        titles = {citation.reference.title for citation in answer.citations}
        yield Judged(pair, answer, {pair.first.title, pair.second.title} <= titles)


def measured(judged: Iterable[Judged]) -> Measured:
    """Return the figures of some answers. A conflict counts as found if both sides are quoted."""
    found = list(judged)
    real = [one for one in found if one.pair.conflict]
    others = [one for one in found if not one.pair.conflict]
    return Measured(
        len(real),
        sum(one.reported and one.both for one in real),
        len(others),
        sum(one.reported for one in others),
    )
