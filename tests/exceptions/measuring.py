"""Asks each question over an index of all the texts, and counts the exceptions that the answers show."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from rag.settings import Settings
from rag.text import one_line
from rag.types import Answer, Ask
from rag.wiring import assemble

PAIRS = Path(__file__).with_name("pairs.jsonl")


@dataclass(frozen=True, slots=True)
class Pair:
    """A text with a rule that answers a question, and the sentence that limits the rule; None if none does.

    `also` has further sentences that belong to the exception.
    """

    title: str
    text: str
    question: str
    rule: str
    exception: str | None
    also: tuple[str, ...] = ()

    @property
    def apart(self) -> bool:
        """Whether the pair is kept apart: nobody looks at it while correcting the rules."""
        return sha256(self.question.encode()).digest()[0] % 2 == 0


@dataclass(frozen=True, slots=True)
class Shown:
    """The answer to a pair's question: whether it cites the rule and the exception, and wrong exceptions.

    `separately` has the exceptions that the service adds as statements of their own.
    """

    pair: Pair
    rule: bool
    exception: bool
    wrong: tuple[str, ...]
    separately: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of one part of the pairs."""

    pairs: int
    exceptions: int
    cited: int
    found: int
    wrong: int

    @property
    def recall(self) -> float:
        """The share of exceptions that are shown."""
        return self.found / max(1, self.exceptions)

    @property
    def false_share(self) -> float:
        """The share of answers that show an exception that is none."""
        return self.wrong / max(1, self.pairs)


def read_pairs(file: Path = PAIRS) -> list[Pair]:
    """Read pairs, one JSON object a line."""
    return [Pair(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]


def ask_all(pairs: Sequence[Pair], folder: Path, encoder: str) -> Iterator[Shown]:
    """Index the texts of all pairs, and yield what the answers show."""
    articles = folder / "articles"
    articles.mkdir(parents=True)
    for number, pair in enumerate(pairs):
        head = f"---\ntitle: {pair.title}\n---\n# {pair.title}\n\n"
        (articles / f"{number:03}.md").write_text(head + pair.text + "\n", encoding="utf-8")
    service = assemble(Settings(_env_file=None, index_dir=folder / "index", encoder=encoder))
    service.ingest([articles], lambda done, total: None)
    known = {one_line(one) for pair in pairs if pair.exception for one in (pair.exception, *pair.also)}
    for pair in pairs:
        yield _shown(pair, service.view(None).answer(Ask(pair.question)), known)


def measured(shown: Iterable[Shown]) -> Measured:
    """Return the figures of some answers. All exceptions count, whether or not the answer cites the rule."""
    found = list(shown)
    limited = [one for one in found if one.pair.exception]
    return Measured(
        len(found),
        len(limited),
        sum(one.rule for one in found),
        sum(one.exception for one in limited),
        sum(bool(one.wrong) for one in found),
    )


def _shown(pair: Pair, answer: Answer, known: set[str]) -> Shown:
    """Return what an answer shows. The exception of another pair is right if the answer cites its rule."""
    quotes = [one_line(citation.quote) for citation in answer.citations]
    added = tuple(one_line(one.citations[-1].quote) for one in answer.statements if one.exception)
    wrong = tuple(one for one in added if not any(exception in one or one in exception for exception in known))
    rule = any(one_line(pair.rule) in quote for quote in quotes)
    exception = pair.exception is not None and any(one_line(pair.exception) in quote for quote in quotes)
    return Shown(pair, rule, exception, wrong, added)
