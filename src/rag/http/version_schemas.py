"""The schemas of the versions of documents, of their comparisons, and of the timelines of provisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import BaseModel, Field

from rag import snapshots, types
from rag.answer import versions
from rag.answer.versions import ComparedVersions, DateKind, EventKind, RowState, Skipped, VersionName, VersionText

Kind = Literal["figure", "date", "modality", "negation", "reference"]


class Version(BaseModel):
    """A version of a document: the document as one or more snapshots on disk have it, one after the other."""

    name: str = Field(
        description="The name of this version for comparisons: the id of the document, and `@` and a snapshot if the "
        "current snapshot does not have it.",
        examples=["leave-2024", "leave@000003-8b890b1b"],
    )
    document_id: str = Field(description="The document. Documents that declare the same identity are versions too.")
    snapshot: str = Field(description="The newest of these snapshots. It is the last part of the version's address.")
    since: str = Field(description="The time of the oldest of these snapshots.")
    until: str | None = Field(description="The time of the snapshot after them; null if there is none.")
    current: bool = Field(description="Whether the current snapshot is one of them.")
    title: str
    author: str | None
    published: str | None
    valid_from: str | None = Field(description="The first day on which it is in force; null if nothing says it.")
    valid_to: str | None = Field(description="The last day on which it is in force; null if nothing says it.")
    indexed: str | None = Field(description="The time at which the index got this version; null if it is not known.")
    sha256: str = Field(description="The SHA-256 of the canonical text in UTF-8.")

    @classmethod
    def of(cls, version: snapshots.Version) -> Self:
        """Convert a version."""
        reference, origin = version.stored.reference, version.stored.origin
        return cls(
            name=str(VersionName.of(version)),
            document_id=reference.id,
            snapshot=version.snapshot,
            since=version.since,
            until=version.until,
            current=version.current,
            title=reference.title,
            author=reference.author,
            published=reference.published,
            valid_from=version.valid_from,
            valid_to=version.valid_to,
            indexed=origin.indexed,
            sha256=origin.sha256,
        )


class Versions(BaseModel):
    """The versions of a document, newest first."""

    document_id: str
    versions: list[Version]


class ComparedVersion(BaseModel):
    """One of the two versions of a comparison."""

    name: str
    document_id: str
    title: str
    published: str | None
    valid_from: str | None = Field(description="The first day on which it is in force; null if nothing says it.")
    valid_to: str | None = Field(description="The last day on which it is in force; null if nothing says it.")
    sha256: str = Field(description="The SHA-256 of the canonical text in UTF-8.")

    @classmethod
    def of(cls, version: VersionText) -> Self:
        """Convert a version."""
        stored, validity = version.stored, version.stored.validity
        return cls(
            name=str(version.name),
            document_id=stored.reference.id,
            title=stored.reference.title,
            published=stored.reference.published,
            valid_from=validity.first if validity else None,
            valid_to=validity.last if validity else None,
            sha256=stored.origin.sha256,
        )


class Place(BaseModel):
    """A span of the canonical text of one version."""

    start: int
    end: int

    @classmethod
    def of(cls, span: types.Span) -> Self:
        """Convert a span."""
        return cls(start=span.start, end=span.end)


class Words(Place):
    """A sentence of one version: its words, and their span in the canonical text."""

    text: str


class Edit(BaseModel):
    """Words that became others. One side is empty if words were only added or left out."""

    was: Place
    became: Place
    kinds: list[Kind] = Field(
        description="What changed: a figure, a date, what is obliged or allowed (modality), a negation, or a reference "
        "to a provision. Empty if only other words did."
    )


class Row(BaseModel):
    """A sentence in both versions, or in one of them; or a run of unchanged sentences that is left out."""

    state: Literal["same", "changed", "added", "removed", "moved", "skipped"]
    heading: list[str] = Field(description="The headings above the sentence, the highest level first.")
    was: Words | None = Field(description="The sentence in the older version; null if it has none.")
    became: Words | None = Field(description="The sentence in the newer version; null if it has none.")
    edits: list[Edit] = Field(description="The words that changed in it.")
    kinds: list[Kind] = Field(
        description="What changed in it. If the sentence is new or gone: the kinds of words that it has."
    )
    sentences: int = Field(description="The number of sentences: more than 1 only if they are left out.")

    @classmethod
    def of(cls, row: versions.Row | Skipped, was: types.Document, became: types.Document) -> Self:
        """Convert a row of an excerpt."""
        if isinstance(row, Skipped):
            return cls(state="skipped", heading=[], was=None, became=None, edits=[], kinds=[], sentences=row.sentences)
        found = [
            Edit(was=Place.of(one.was), became=Place.of(one.became), kinds=[kind.value for kind in one.kinds])
            for one in row.edits
        ]
        return cls(
            state=row.state.value,
            heading=list(row.heading),
            was=_words(row.was, was),
            became=_words(row.became, became),
            edits=found,
            kinds=[kind.value for kind in row.kinds],
            sentences=1,
        )


class Comparison(BaseModel):
    """Two versions of a document compared, sentence by sentence."""

    was: ComparedVersion
    became: ComparedVersion
    same: bool = Field(description="Whether both have the same sentences in the same order.")
    counts: dict[RowState, int] = Field(description="The number of sentences in each state that has some.")
    kinds: dict[Kind, int] = Field(description="The number of changed sentences with a change of each kind.")
    rows: list[Row]
    total: int = Field(description="The number of all rows.")
    next: int | None = Field(description="The `offset` of the next part; null if this is the last one.")

    @classmethod
    def of(cls, found: ComparedVersions, context: int, offset: int = 0, limit: int | None = None) -> Self:
        """Convert a part of a comparison, with unchanged sentences around each change."""
        comparison = found.comparison
        rows = versions.excerpt(comparison, context)
        after = len(rows) if limit is None else offset + limit
        shown = versions.described(comparison, rows[offset:after])
        return cls(
            was=ComparedVersion.of(found.was),
            became=ComparedVersion.of(found.became),
            same=comparison.is_same,
            counts=dict(comparison.states),
            kinds={kind.value: count for kind, count in comparison.kinds.items()},
            rows=[Row.of(row, comparison.was, comparison.became) for row in shown],
            total=len(rows),
            next=after if after < len(rows) else None,
        )


class Event(BaseModel):
    """What a version did to a provision."""

    kind: EventKind = Field(description="It began, or began again; it changed; or it ended, because it is not there.")
    date: str = Field(description="The date of the version.")
    dated: DateKind = Field(
        description="What this date is: the first day in force, or else the date of publication, or else the time of "
        "the first snapshot that has the version."
    )
    version: Version
    provision: Words | None = Field(description="The provision in this version; null if it has ended.")
    rows: list[Row] = Field(description="The sentences that changed since the provision stood before.")

    @classmethod
    def of(cls, event: versions.Event) -> Self:
        """Convert an event."""
        kind, day = versions.dated(event.version)
        place = _words(event.provision.span, event.document) if event.provision and event.document else None
        found = event.comparison
        changed = versions.described(found, versions.excerpt(found, context=0)) if found else []
        rows = (
            [Row.of(row, found.was, found.became) for row in changed if not isinstance(row, Skipped)] if found else []
        )
        changes = [row for row in rows if row.state != "same"]
        version = Version.of(event.version)
        return cls(kind=event.kind, date=day, dated=kind, version=version, provision=place, rows=changes)


class Timeline(BaseModel):
    """The timeline of a provision: when it first stood, each change of it, and when it ended."""

    document_id: str
    provision: str = Field(description="The first line of the provision in the newest version that has it.")
    ends: str | None = Field(
        description="The last day of the newest version in force, if it has one and still has the provision."
    )
    events: list[Event] = Field(description="Oldest first.")

    @classmethod
    def of(cls, document_id: str, found: versions.Timeline) -> Self:
        """Convert a timeline."""
        events: Sequence[versions.Event] = found.events
        shown = [Event.of(event) for event in events]
        return cls(document_id=document_id, provision=found.name, ends=found.ends, events=shown)


def _words(span: types.Span | None, document: types.Document) -> Words | None:
    return Words(start=span.start, end=span.end, text=span.of(document.text)) if span else None
