"""Measure answers about policies in time, and write the page: `python -m tests.policy [PAGE] [--wrong]`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.policy import measures
from tests.policy.asking import Interface, Reply, serving, without_validity
from tests.policy.corpus import DOCUMENTS, Question, policies, questions
from tests.policy.scoring import OUTCOME, POINTS, WORDS, Score, score
from tests.policy.subscriptions import subscriptions

_INTRODUCTION = """# Policies in time

`make policy` asks {questions} questions about {policies} policies, and writes this page. The policies are in
`tests/policy/documents/`: statutes, orders, by-laws, guidance notes, circulars, handbooks and pages of questions of
three invented jurisdictions, and digests of well-known rules of the European Union and the United Kingdom in our own
words. They have versions, repeals, exceptions, cross-references and conflicts. {silent} of them say only in their text
when they are in force. The project wrote the policies and the questions before it measured them, and a test proves that
each expected quote stands in its policy.

Each question is asked over HTTP, with its date in `as_of`, or in its words, or without a date. {filtered} questions
have a filter on the jurisdiction; the others name it. Beside it stands plain hybrid retrieval: the best passage of
`POST /v1/search` over the same files, each without its dates and versions, and from this passage the sentence whose
vector is nearest to the question. Plain retrieval names no provision, sees no conflict and refuses nothing.

## Points

A point holds if at least the share in the column *needed* is right.

| point | needed | the service | plain retrieval | holds |
|---|---:|---:|---:|---|
"""
_KINDS = """
## Kinds of questions

| questions | number | outcome right | answering words cited | plain retrieval: words cited |
|---|---:|---:|---:|---:|
"""
_NOTES = """
*As-of* questions have a date, in the field or in words, or mean today. *Conflict* questions are half about two policies
in force that differ in a figure, a date, a modality or a negation, and half about texts that only seem to differ.
*Pinpoint* questions name a provision, or have their answer in a small part of one. Questions *before the first version*
ask about a time in which no policy of the corpus had a rule.
"""


_LEAST = 0.9
"""The share that a point needs if it has no share of its own."""


@dataclass(frozen=True, slots=True)
class Row:
    """A point with its scores. `plain` is None if plain retrieval has nothing to compare."""

    name: str
    least: float
    service: Score
    plain: Score | None

    @property
    def holds(self) -> bool:
        """Whether enough answers of the service are right."""
        return self.service.reaches(self.least)


def main() -> None:
    """Measure and print; write the page if its path is given."""
    parser = ArgumentParser(prog="python -m tests.policy", description="Measure answers about policies in time.")
    parser.add_argument("page", type=Path, nargs="?", help="Write the tables to this Markdown page.")
    parser.add_argument("--wrong", action="store_true", help="Print the ids of the wrong answers, by point.")
    given = parser.parse_args()
    asked = questions()
    with serving(DOCUMENTS) as interface:
        encoder = interface.encoder
        replies = [interface.ask(one) for one in asked]
        more = _without_questions(interface)
    more |= subscriptions(encoder)
    with without_validity() as files, serving(files, encoder) as interface:
        plain = [interface.retrieve(one) for one in asked]
    rows = [Row(one.name, one.least, score(one, asked, replies), score(one, asked, plain)) for one in POINTS]
    rows += [Row(name, _LEAST, found, None) for name, found in more.items()]
    tables = "\n".join([*map(_line, rows), _KINDS.rstrip(), *_groups(asked, replies, plain)]) + "\n"
    sys.stdout.write(f"{tables}\n{_held(rows)}\n")
    if given.wrong:
        sys.stdout.write("\n".join(f"{row.name}: {', '.join(row.service.wrong)}" for row in rows) + "\n")
    if given.page:
        given.page.write_text(f"{_introduction(asked)}{tables}{_NOTES}\n{_held(rows)}\n", encoding="utf-8")


def _without_questions(interface: Interface) -> dict[str, Score]:
    return {
        "a quotation in a memo is valid only if its words stand in the policy": measures.quotations(interface),
        "dates that only the text states are read": measures.dates_from_texts(interface),
        "each version of a policy lists all of them": measures.versions(interface),
        "a comparison of versions names the change of a sentence": measures.compared(interface),
    }


def _introduction(asked: Sequence[Question]) -> str:
    silent = sum(not one.stated for one in policies().values())
    filtered = sum(one.jurisdiction is not None for one in asked)
    return _INTRODUCTION.format(questions=len(asked), policies=len(policies()), silent=silent, filtered=filtered)


def _line(row: Row) -> str:
    held = "yes" if row.holds else "**no**"
    return f"| {row.name} | {row.least:.0%} | {row.service} | {row.plain or '-'} | {held} |"


def _groups(asked: Sequence[Question], replies: Sequence[Reply], plain: Sequence[Reply]) -> Iterator[str]:
    groups = {
        **{
            kind: [place for place, one in enumerate(asked) if one.kind == kind]
            for kind in {one.kind: None for one in asked}
        },
        "with a filter on the jurisdiction": [place for place, one in enumerate(asked) if one.jurisdiction],
        "with the jurisdiction in words": [place for place, one in enumerate(asked) if not one.jurisdiction],
    }
    for kind, places in groups.items():
        group = [asked[place] for place in places]
        answers, passages = ([found[place] for place in places] for found in (replies, plain))
        outcome = score(OUTCOME, group, answers)
        words = [score(WORDS, group, found) for found in (answers, passages)]
        yield f"| {kind} | {len(group)} | {outcome} | {words[0]} | {words[1]} |"


def _held(rows: Sequence[Row]) -> str:
    failed = [row.name for row in rows if not row.holds]
    rest = f" Not held: {'; '.join(failed)}." if failed else ""
    return f"Held: {len(rows) - len(failed)} of {len(rows)} points.{rest}"


if __name__ == "__main__":
    main()
