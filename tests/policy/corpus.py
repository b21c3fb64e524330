"""Reads the policies with the time in which each is in force, and the questions about them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from rag.sources.documents import parse
from rag.types import Document

HERE = Path(__file__).parent
DOCUMENTS = HERE / "documents"
QUESTIONS = HERE / "questions.jsonl"
VALIDITY = HERE / "validity.json"
CHANGES = HERE / "changes.jsonl"

WRITTEN = date(2026, 12, 1)
"""The day for which the questions without a date were written. Their answers stay right until the year 2035."""

_FIELDS = ("valid_from", "valid_to", "version_of", "supersedes")


@dataclass(frozen=True, slots=True)
class Policy:
    """One file of the corpus. `last` is the last day on which it is in force; None if no end is known.

    `stated` is true if its front matter says when it is in force, false if only its text does.
    """

    stem: str
    document: Document
    first: date
    last: date | None
    version_of: str | None
    supersedes: str | None
    stated: bool

    def in_force(self, day: date) -> bool:
        """Return whether the policy is in force on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the answer that it should have.

    `as_of` is the date that is sent with it. `meant` is the date that its words mean, if no date is sent. Quotes and
    exceptions are exact words, by the stem of their document. `limits` has conditions of a rule without exceptions that
    an answer may show. `also` has words of another policy in force that would
    be a right answer, too. `beside` are policies that the answer must name although they do not answer: they are not
    yet in force. `jurisdiction` is sent as a filter; without it, the words name it. `first` is the first day on which
    there is a rule. `differ_in` says how the quotes of a conflict differ.
    """

    id: str
    kind: str
    question: str
    outcome: str
    as_of: str | None = None
    meant: str | None = None
    quotes: Mapping[str, list[str]] = field(default_factory=dict)
    also: Mapping[str, list[str]] = field(default_factory=dict)
    exceptions: Mapping[str, list[str]] = field(default_factory=dict)
    limits: Mapping[str, list[str]] = field(default_factory=dict)
    jurisdiction: str | None = None
    pinpoint: str | None = None
    beside: tuple[str, ...] = ()
    first: str | None = None
    differ_in: str | None = None

    @property
    def day(self) -> date:
        """The date that the question is about."""
        asked = self.as_of or self.meant
        return date.fromisoformat(asked) if asked else WRITTEN


@dataclass(frozen=True, slots=True)
class Change:
    """A sentence of one version, by exact words, and the sentence that it became in the next one.

    `kind` says what changed: a figure, a date or a modality.
    """

    was: str
    became: str
    before: str
    after: str
    kind: str


@cache
def policies() -> Mapping[str, Policy]:
    """Return the policies by stem."""
    facts = {file.stem: _facts(file) for file in sorted(DOCUMENTS.glob("*.md"))}
    told = json.loads(VALIDITY.read_text(encoding="utf-8"))
    known = {stem: {**front, **told.get(stem, {})} for stem, front in facts.items()}
    ends = {one["supersedes"]: _day(one["valid_from"]) - timedelta(days=1) for one in known.values() if _replaces(one)}
    return {stem: _policy(stem, one, ends.get(stem), stem not in told) for stem, one in known.items()}


def questions() -> list[Question]:
    """Return the questions in the order of the file."""
    return [Question(**row) for row in _rows()]


def changes() -> list[Change]:
    """Return changes between versions."""
    return [Change(**json.loads(line)) for line in CHANGES.read_text(encoding="utf-8").splitlines()]


def identities() -> Mapping[str, frozenset[str]]:
    """Return the policies that have several versions, by the stem of the first: the stems of all."""
    later = [(policy.version_of, stem) for stem, policy in policies().items() if policy.version_of]
    return {first: frozenset([first, *(stem for named, stem in later if named == first)]) for first, _ in later}


def _rows() -> Iterator[dict[str, Any]]:
    for line in QUESTIONS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield {**row, "beside": tuple(row.get("beside", ()))}


def front_matter(file: Path) -> dict[str, Any]:
    """Return the front matter of a policy."""
    loaded: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8").split("---\n")[1])
    return loaded


def _facts(file: Path) -> dict[str, Any]:
    return {name: value for name, value in front_matter(file).items() if name in _FIELDS}


def _replaces(facts: Mapping[str, Any]) -> bool:
    return "supersedes" in facts


def _policy(stem: str, facts: Mapping[str, Any], replaced: date | None, stated: bool) -> Policy:
    (record,) = parse(DOCUMENTS / f"{stem}.md")
    assert isinstance(record.content, Document)
    last = _day(facts["valid_to"]) if "valid_to" in facts else replaced
    named = facts.get("version_of"), facts.get("supersedes")
    return Policy(stem, record.content, _day(facts["valid_from"]), last, *named, stated)


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)
