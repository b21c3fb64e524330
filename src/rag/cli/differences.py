"""Comparisons and timelines as Markdown that a terminal of 80 columns shows well."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from textwrap import fill

from rag.answer import versions
from rag.answer.versions import (
    ChangeKind,
    ComparedVersions,
    Comparison,
    DateKind,
    Edit,
    Event,
    EventKind,
    Row,
    RowState,
    Skipped,
    Timeline,
    VersionText,
)
from rag.cli.output import printable
from rag.text import one_line
from rag.types import Document

_WIDTH = 80
_SPECIAL = re.compile(r"[\\*`~\[\]<]|(?<!\w)_|_(?!\w)")
"""Characters that would be markup."""

_KINDS = {
    ChangeKind.FIGURE: "figure",
    ChangeKind.DATE: "date",
    ChangeKind.MODALITY: "must or may",
    ChangeKind.NEGATION: "negation",
    ChangeKind.REFERENCE: "reference",
}
_STATES = {
    RowState.SAME: "unchanged",
    RowState.CHANGED: "changed",
    RowState.ADDED: "added",
    RowState.REMOVED: "removed",
    RowState.MOVED: "moved",
}
_DATES = {DateKind.IN_FORCE: "in force from", DateKind.PUBLISHED: "published", DateKind.INDEXED: "indexed"}
_EVENTS = {EventKind.BEGAN: "appears", EventKind.CHANGED: "changed", EventKind.ENDED: "ended"}


def comparison_markdown(found: ComparedVersions, context: int) -> str:
    """Return a comparison: its counts, and under each heading the sentences that changed."""
    comparison = found.comparison
    lines = [f"# {_escaped(found.became.stored.reference.title)}", ""]
    lines += [_item(f"older: {_named(found.was)}"), _item(f"newer: {_named(found.became)}"), ""]
    if comparison.is_same:
        return "\n".join([*lines, "Both versions have the same sentences."])
    lines.append(_wrapped(f"Sentences: {_counts(_STATES, comparison.states)}."))
    if comparison.kinds:
        lines.append(_wrapped(f"Changes: {_counts(_KINDS, comparison.kinds)}."))
    rows = versions.described(comparison, versions.excerpt(comparison, context))
    return "\n".join([*lines, *_sections(rows, comparison)])


def timeline_markdown(found: Timeline) -> str:
    """Return a timeline: each event with its date, its version, and the sentences that changed."""
    lines = [f"# {_escaped(found.name)}"]
    for event in found.events:
        lines += ["", *_event(event)]
    if found.ends:
        lines += ["", f"## In force until {found.ends}"]
    return "\n".join(lines)


def _event(event: Event) -> Iterator[str]:
    kind, day = versions.dated(event.version)
    name = versions.VersionName.of(event.version)
    yield f"## {_DATES[kind].capitalize()} {day.partition('T')[0]}: {_EVENTS[event.kind]}"
    yield ""
    yield _item(f"version: {_escaped(event.version.stored.reference.title)} ({_escaped(str(name))})")
    if event.comparison is not None:
        rows = versions.described(event.comparison, versions.excerpt(event.comparison, 0))
        yield from (
            line for row in rows if isinstance(row, Row) and _is_change(row) for line in _row(row, event.comparison)
        )
    elif event.provision is not None and event.document is not None:
        for paragraph in event.provision.span.of(event.document.text).split("\n\n"):
            yield from ("", _wrapped(_escaped(paragraph), "> "))


def _is_change(row: Row) -> bool:
    return row.state is not RowState.SAME


def _named(version: VersionText) -> str:
    reference, validity = version.stored.reference, version.stored.validity
    known = [
        _escaped(str(version.name)),
        f"published {reference.published}" if reference.published else "",
        f"in force from {validity.first}" if validity and validity.first else "",
        f"in force until {validity.last}" if validity and validity.last else "",
    ]
    return f"{_escaped(reference.title)} ({', '.join(filter(None, known))})"


def _counts(
    names: Mapping[RowState, str] | Mapping[ChangeKind, str], counts: Mapping[RowState, int] | Mapping[ChangeKind, int]
) -> str:
    return ", ".join(f"{names[key]} {count}" for key, count in counts.items())  # type: ignore[index]


def _sections(rows: Sequence[Row | Skipped], comparison: Comparison) -> Iterator[str]:
    for heading, group in groupby(rows, lambda row: row.heading if isinstance(row, Row) else ()):
        if heading:
            yield from ("", f"## {' › '.join(map(_escaped, heading))}")
        for row in group:
            yield from _skipped(row) if isinstance(row, Skipped) else _row(row, comparison)


def _skipped(row: Skipped) -> Iterator[str]:
    yield from ("", f"*{row.sentences} unchanged sentences*")


def _row(row: Row, comparison: Comparison) -> Iterator[str]:
    yield ""
    if row.state is RowState.SAME:
        assert row.became is not None
        yield _wrapped(_escaped(row.became.of(comparison.became.text)))
        return
    kinds = f" ({', '.join(_KINDS[kind] for kind in row.kinds)})" if row.kinds else ""
    yield f"- {_STATES[row.state]}{kinds}:"
    yield _wrapped(_words(row, comparison.was, comparison.became), "  ")


def _words(row: Row, was: Document, became: Document) -> str:
    if row.became is None:
        assert row.was is not None
        return _struck(row.was.of(was.text))
    if row.was is None:
        return _bold(row.became.of(became.text))
    parts, place = list[str](), row.became.start
    for edit in row.edits:
        parts += (_escaped(became.text[place : edit.became.start], keep=True), _edit(edit, was, became))
        place = edit.became.end
    return "".join([*parts, _escaped(became.text[place : row.became.end], keep=True)])


def _edit(edit: Edit, was: Document, became: Document) -> str:
    """Return both versions of some words. A space sets words that are only old apart from those around them."""
    old, new = edit.was.of(was.text), edit.became.of(became.text)
    if old and new:
        return f"{_struck(old)} {_bold(new)}"
    if new:
        return _bold(new)
    before, after = became.text[: edit.became.start][-1:], became.text[edit.became.end :][:1]
    return f"{' ' if before.strip() else ''}{_struck(old)}{'' if after.isspace() or not after.isalnum() else ' '}"


def _struck(words: str) -> str:
    return f"~~{_escaped(words)}~~"


def _bold(words: str) -> str:
    return f"**{_escaped(words)}**"


def _escaped(words: str, *, keep: bool = False) -> str:
    """Return words on one line without markup of their own; with `keep`, their white space at both ends stays."""
    line = one_line(words)
    if keep:
        line = f"{' ' if words[:1].isspace() else ''}{line}{' ' if line and words[-1:].isspace() else ''}"
    return printable(_SPECIAL.sub(r"\\\g<0>", line))


def _item(words: str) -> str:
    return _wrapped(words, "- ", "  ")


def _wrapped(words: str, first: str = "", later: str | None = None) -> str:
    after = first if later is None else later
    return fill(
        words, _WIDTH, initial_indent=first, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
    )
