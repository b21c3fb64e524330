"""Serve HTML pages for versions: two of them compared sentence by sentence, and the timeline of a provision.

They are HTML without scripts, so that they can be printed, sent as links, and read by every browser. The script of the
page only translates them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from string import Template
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

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
    VersionName,
    VersionText,
)
from rag.http.access.requirements import AccessDep
from rag.http.dependencies import ViewDep
from rag.http.document_parts import Offset
from rag.http.version_routes import Became, DocumentId, Was, compared, followed, may_see_earlier
from rag.snapshots import StoredDocument, Version
from rag.types import Document, Span

_UI = Path(__file__).parent / "ui"
_CONTEXT = 1
_ROWS = 300
"""The most rows on one page."""

_STATES = {
    RowState.SAME: "Unchanged",
    RowState.CHANGED: "Changed",
    RowState.ADDED: "Added",
    RowState.REMOVED: "Removed",
    RowState.MOVED: "Moved",
}
_KINDS = {
    ChangeKind.FIGURE: "Figure",
    ChangeKind.DATE: "Date",
    ChangeKind.MODALITY: "Must or may",
    ChangeKind.NEGATION: "Negation",
    ChangeKind.REFERENCE: "Reference",
}
_EVENTS = {EventKind.BEGAN: "Appears", EventKind.CHANGED: "Changed", EventKind.ENDED: "Ended"}
_DATES = {DateKind.IN_FORCE: "In force from", DateKind.PUBLISHED: "Published", DateKind.INDEXED: "Indexed"}
_VERSIONS = {"was": "Older version", "became": "Newer version"}
NAMES = (_STATES, _KINDS, _EVENTS, _DATES, _VERSIONS)
"""The words of the page that are translated, beside those in its HTML."""


router = APIRouter(include_in_schema=False)


@router.get("/comparisons")
def comparison_page(
    request: Request, view: ViewDep, control: AccessDep, became: Became, was: Was = "", offset: Offset = 0
) -> HTMLResponse:
    """Show two versions of a document, or any two documents, compared sentence by sentence."""
    found = compared(view, control, request.scope, was, became)
    document_id = found.became.name.document_id
    listed = view.versions(document_id, earlier=may_see_earlier(request.scope))
    parts = [_choice(listed, found), _summary(found.comparison), *_rows(found, offset), _ask_for_provision(document_id)]
    return _page(found.became.stored.reference.title, _compared_names(found), "".join(parts))


@router.get("/timelines")
def timeline_page(
    request: Request,
    view: ViewDep,
    document: DocumentId,
    provision: Annotated[str, Query(max_length=300)] = "",
) -> HTMLResponse:
    """Show the timeline of a provision; without its name, ask for it."""
    if not provision.strip():
        title = view.document(document)[0].reference.title
        return _page(title, "<p data-t>Timeline of a provision</p>", _ask_for_provision(document))
    found = followed(view, request.scope, document, provision)
    title = found.events[-1].version.stored.reference.title
    about = f"<p><span data-t>Timeline of a provision</span>: <bdi>{escape(title)}</bdi></p>"
    return _page(found.name, about, _timeline(found) + _ask_for_provision(document, provision))


# Comparisons


def _compared_names(found: ComparedVersions) -> str:
    return (
        f'<dl class="compared"><div><dt data-t>Older version</dt><dd>{_version_link(found.was)}</dd></div>'
        f"<div><dt data-t>Newer version</dt><dd>{_version_link(found.became)}</dd></div></dl>"
    )


def _version_link(version: VersionText) -> str:
    """Return the title and the dates of a version, with a link to its text if the current snapshot has it."""
    title, snapshot = f"<bdi>{escape(version.stored.reference.title)}</bdi>", version.name.snapshot
    if snapshot is None:
        title = f'<a href="{_document_address(version.name)}">{title}</a>'
    else:
        title += f' <span class="about"><span data-t>Earlier text, snapshot</span> <bdi>{escape(snapshot)}</bdi></span>'
    return title + "".join(f'<span class="about">{one}</span>' for one in _dates(version.stored))


def _dates(stored: StoredDocument) -> Iterator[str]:
    """Yield the dates of a document as HTML: the days in force, and the publication."""
    validity, published = stored.validity, stored.reference.published
    if validity and validity.first:
        yield f"<span data-t>In force from</span> <time>{escape(validity.first)}</time>"
    if validity and validity.last:
        yield f"<span data-t>In force until</span> <time>{escape(validity.last)}</time>"
    if published:
        yield f"<span data-t>Published</span> <time>{escape(published)}</time>"


def _choice(listed: Sequence[Version], found: ComparedVersions) -> str:
    """Return the form that chooses two other versions; empty if there are only these two."""
    if len(listed) < 3:
        return ""
    chosen = {"was": found.was.name, "became": found.became.name}
    selects = "".join(
        f'<label><span data-t>{label}</span><select name="{name}">{_options(listed, chosen[name])}</select></label>'
        for name, label in _VERSIONS.items()
    )
    button = '<button class="quiet" data-t>Compare</button>'
    return f'<form class="version-choice" action="comparisons">{selects}{button}</form>'


def _options(listed: Sequence[Version], chosen: VersionName) -> str:
    names = [(VersionName.of(one), one) for one in listed]
    options = [
        f'<option value="{escape(str(name))}"{" selected" if name == chosen else ""}>{escape(_option(one))}</option>'
        for name, one in names
    ]
    if chosen not in [name for name, _ in names]:
        options.insert(0, f'<option value="{escape(str(chosen))}" selected>{escape(str(chosen))}</option>')
    return "".join(options)


def _option(version: Version) -> str:
    day = versions.dated(version)[1].partition("T")[0]
    snapshot = "" if version.current else f" ({version.snapshot.partition('-')[0]})"
    return f"{day} · {version.stored.reference.title}{snapshot}"


def _summary(comparison: Comparison) -> str:
    if comparison.is_same:
        return '<p class="same-text" role="status" data-t>Both versions have the same sentences.</p>'
    states = "".join(
        _count(_STATES[state], count, f'data-state="{state}"') for state, count in comparison.states.items()
    )
    kinds = "".join(_count(_KINDS[kind], count, f'data-kind="{kind}"') for kind, count in comparison.kinds.items())
    kinds = (
        f'<h2 class="visually-hidden" data-t>Kinds of changes</h2><dl class="counts kinds">{kinds}</dl>'
        if kinds
        else ""
    )
    return f'<h2 class="visually-hidden" data-t>Sentences</h2><dl class="counts">{states}</dl>{kinds}'


def _count(name: str, count: int, attributes: str) -> str:
    return f"<div {attributes}><dt data-t>{name}</dt><dd>{count}</dd></div>"


def _rows(found: ComparedVersions, offset: int) -> Iterator[str]:
    comparison = found.comparison
    if comparison.is_same:
        return
    everything = versions.excerpt(comparison, _CONTEXT)
    shown = versions.described(comparison, everything[offset : offset + _ROWS])
    for heading, rows in groupby(shown, _heading):
        title = " › ".join(map(escape, heading))
        yield f'<section class="part">{f"<h2><bdi>{title}</bdi></h2>" if title else ""}'
        yield from (_row(row, comparison.was, comparison.became) for row in rows)
        yield "</section>"
    if offset + _ROWS < len(everything):
        query = {"was": found.was.name, "became": found.became.name, "offset": offset + _ROWS}
        address = f"comparisons?{escape(urlencode(query))}"
        yield f'<p class="more"><a class="quiet" href="{address}" data-t>More changes</a></p>'


def _heading(row: Row | Skipped) -> tuple[str, ...]:
    return row.heading if isinstance(row, Row) else ()


def _row(row: Row | Skipped, was: Document, became: Document) -> str:
    if isinstance(row, Skipped):
        return f'<p class="skipped"><span data-t>Unchanged sentences:</span> <span>{row.sentences}</span></p>'
    if row.state is RowState.SAME:
        return f'<p class="sentence" data-state="same" dir="auto">{_unchanged(row, became)}</p>'
    kinds = "".join(f'<li data-kind="{kind}" data-t>{_KINDS[kind]}</li>' for kind in row.kinds)
    marks = f'<ul class="kinds" role="list">{kinds}</ul>' if kinds else ""
    state = f'<span class="change-state" data-t>{_STATES[row.state]}</span>'
    words = f'<p class="sentence" dir="auto">{_words(row, was, became)}</p>'
    return f'<div class="change" data-state="{row.state}"><div class="about">{state}{marks}</div>{words}</div>'


def _unchanged(row: Row, became: Document) -> str:
    assert row.became is not None
    return escape(row.became.of(became.text))


def _words(row: Row, was: Document, became: Document) -> str:
    """Return the words of both versions of a sentence, with the older ones in `del` and the newer ones in `ins`."""
    if row.became is None:
        assert row.was is not None
        return _deleted(row.was.of(was.text), ())
    if row.was is None:
        return _inserted(row.became.of(became.text), ())
    parts, place = list[str](), row.became.start
    for edit in row.edits:
        parts.append(escape(became.text[place : edit.became.start]))
        parts.append(_edit(edit, was, became))
        place = edit.became.end
    return "".join([*parts, escape(became.text[place : row.became.end])])


def _edit(edit: Edit, was: Document, became: Document) -> str:
    old, new = edit.was.of(was.text), edit.became.of(became.text)
    between = " " if old and new else ""
    if old and not new:
        between = "" if became.text[edit.became.end : edit.became.end + 1].isspace() else " "
        return f" {_deleted(old, edit.kinds)}{between}"
    return f"{_deleted(old, edit.kinds) if old else ''}{between}{_inserted(new, edit.kinds)}"


def _deleted(words: str, kinds: Sequence[ChangeKind]) -> str:
    return f'<del{_kinds(kinds)}><span class="visually-hidden" data-t>was:</span> {escape(words)}</del>'


def _inserted(words: str, kinds: Sequence[ChangeKind]) -> str:
    return f'<ins{_kinds(kinds)}><span class="visually-hidden" data-t>now:</span> {escape(words)}</ins>'


def _kinds(kinds: Sequence[ChangeKind]) -> str:
    return f' data-kinds="{" ".join(kinds)}"' if kinds else ""


# Timelines


def _timeline(found: Timeline) -> str:
    events = "".join(map(_event, found.events))
    return f'<ol class="timeline" role="list">{events}{_end(found.ends)}</ol>'


def _end(day: str | None) -> str:
    if day is None:
        return ""
    when = f'<p class="when"><span data-t>In force until</span> <time>{escape(day)}</time></p>'
    return f'<li data-event="ended">{when}</li>'


def _event(event: Event) -> str:
    kind, day = versions.dated(event.version)
    when = f"<span data-t>{_DATES[kind]}</span> <time>{escape(day.partition('T')[0])}</time>"
    head = f'<p class="when">{when}</p><h2 data-t>{_EVENTS[event.kind]}</h2>'
    name = VersionName.of(event.version)
    title = f"<bdi>{escape(event.version.stored.reference.title)}</bdi>"
    source = title if name.snapshot else f'<a href="{_document_address(name, event)}">{title}</a>'
    return f'<li data-event="{event.kind}">{head}<p class="about">{source}</p>{_event_text(event)}</li>'


def _event_text(event: Event) -> str:
    """Return the changes of a provision; where it begins, its text."""
    found = event.comparison
    if event.provision is None or event.document is None:
        return ""
    if found is None:
        paragraphs = event.provision.span.of(event.document.text).split("\n\n")
        return "".join(f'<p class="sentence" dir="auto">{escape(words)}</p>' for words in paragraphs)
    rows = [row for row in versions.excerpt(found, 0) if isinstance(row, Row) and row.state is not RowState.SAME]
    return "".join(
        _row(row, found.was, found.became) for row in versions.described(found, rows) if isinstance(row, Row)
    )


def _ask_for_provision(document_id: str, words: str = "") -> str:
    field = f'<input name="provision" required maxlength="300" value="{escape(words)}">'
    label = f"<label><span data-t>Timeline of a provision: its number or heading</span>{field}</label>"
    hidden = f'<input type="hidden" name="document" value="{escape(document_id)}">'
    button = '<button class="quiet" data-t>Show the timeline</button>'
    return f'<form class="version-choice provision" action="timelines">{hidden}{label}{button}</form>'


# The page


def _document_address(name: VersionName, event: Event | None = None) -> str:
    """Return the address of the page of a document, at the provision of an event."""
    place: Span | None = event.provision.span if event and event.provision else None
    query = f"?start={place.start}&amp;end={place.end}#quote" if place else ""
    return f"documents/{quote(name.document_id, safe='/')}{query}"


def _page(title: str, about: str, text: str) -> HTMLResponse:
    template = Template((_UI / "versions.html").read_text(encoding="utf-8"))
    return HTMLResponse(template.substitute(title=escape(title), about=about, text=text))
