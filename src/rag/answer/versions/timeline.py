"""The timeline of a provision: when it first stood, each change of it, and when it ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rag.answer.versions.comparison import Comparison, compare
from rag.answer.versions.provision import Provision, find_provision, same_provision
from rag.errors import UnknownProvision
from rag.snapshots import Version
from rag.types import Document

Read = Callable[[Version], Document]
"""Returns a version with its text."""


class EventKind(StrEnum):
    """What a version did to a provision."""

    BEGAN = "began"
    CHANGED = "changed"
    ENDED = "ended"


class DateKind(StrEnum):
    """What the date of a version is: the day on which it came into force, was published, or was indexed."""

    IN_FORCE = "in_force"
    PUBLISHED = "published"
    INDEXED = "indexed"


@dataclass(frozen=True, slots=True)
class Event:
    """What a version did to a provision, and where the provision stands in it; nowhere if the version ended it.

    A provision that stands again after its end begins again. `comparison` has its changes since it last stood.
    """

    kind: EventKind
    version: Version
    provision: Provision | None = None
    document: Document | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """The events of a provision, oldest first. `name` is its first line in the newest version that has it.

    `ends` is the last day of the newest version if it has one and still has the provision.
    """

    name: str
    events: tuple[Event, ...]
    ends: str | None = None


def dated(version: Version) -> tuple[DateKind, str]:
    """Return the best known date of a version, and what it is."""
    if version.valid_from is not None:
        return DateKind.IN_FORCE, version.valid_from
    if version.stored.reference.published is not None:
        return DateKind.PUBLISHED, version.stored.reference.published
    return DateKind.INDEXED, version.since


def timeline(versions: Sequence[Version], read: Read, words: str) -> Timeline:
    """Return the timeline of the provision that words name, through versions in the order of `versions`, newest first.

    It is searched in the newest version first, and followed from there to the others by its text, heading and number.
    Raises UnknownProvision if no version has it.
    """
    documents = [read(version) for version in versions]
    found = _followed(documents, words)
    if not any(found):
        raise UnknownProvision(f"no version of {versions[0].stored.reference.id!r} has a provision {words!r}")
    events: list[Event] = []
    before: tuple[Document, Provision] | None = None
    for version, document, provision in reversed(list(zip(versions, documents, found, strict=True))):
        if provision is None:
            if before is not None and events[-1].kind is not EventKind.ENDED:
                events.append(Event(EventKind.ENDED, version))
            continue
        event = _event(version, document, provision, before)
        if events and events[-1].kind is EventKind.ENDED:
            events.append(replace(event, kind=EventKind.BEGAN))
        elif event.comparison is None or not event.comparison.is_same:
            events.append(event)
        before = document, provision
    newest = next(one for one in found if one)
    return Timeline(newest.name, tuple(events), versions[0].valid_to if found[0] else None)


def _followed(documents: Sequence[Document], words: str) -> list[Provision | None]:
    """Return the provision in each document; None for those that do not have it."""
    found: list[Provision | None] = [None] * len(documents)
    start = next((at for at, document in enumerate(documents) if find_provision(document, words)), None)
    if start is None:
        return found
    found[start] = find_provision(documents[start], words)
    for steps in (range(start + 1, len(documents)), range(start - 1, -1, -1)):
        known, last = found[start], start
        for at in steps:
            assert known is not None
            found[at] = same_provision(documents[at], documents[last], known)
            if found[at] is not None:
                known, last = found[at], at
    return found


def _event(
    version: Version, document: Document, provision: Provision, before: tuple[Document, Provision] | None
) -> Event:
    if before is None:
        return Event(EventKind.BEGAN, version, provision, document)
    found = compare(before[0], document, before[1].span, provision.span)
    return Event(EventKind.CHANGED, version, provision, document, found)
