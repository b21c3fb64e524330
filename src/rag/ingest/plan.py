"""From what a run found to what it changes: sources and their texts in, changes of the index and a report out.

A text is one document, however many sources have it; it bears the facts and the id of the first. An id stays with the
source that it was given for, or, where that source is gone, with the text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from rag.errors import UnreadableSource
from rag.snapshots import Changes, Origin, Source, StoredDocument
from rag.sources import slug
from rag.types import Document, SourceState


@dataclass(frozen=True, slots=True)
class Item:
    """What became of one source; `reason` says why it failed or was skipped, or what it duplicates."""

    source: str
    state: SourceState
    document_id: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """Why a file was not read, though it lies where files are."""

    reason: str


Content: TypeAlias = tuple[Document, Origin] | UnreadableSource | Skipped | None


@dataclass(frozen=True, slots=True)
class Found:
    """A source as a run found it in `file`: a document and its origin, why there is none, or None where unchanged."""

    source: str
    file: str
    content: Content


@dataclass(slots=True, eq=False)
class _Text:
    """A text, the document that had it before the run, and its sources after it with the digests of their files."""

    stored: StoredDocument | None
    sources: dict[str, str]
    id: str | None = None

    @property
    def lead(self) -> str:
        return next(iter(self.sources))

    @property
    def kept(self) -> StoredDocument | None:
        """The document, where it keeps its id."""
        return self.stored if self.stored and self.stored.reference.id == self.id else None


class Plan:
    """Decides what documents there are after a run, with which sources, and the state of each source.

    `gone` are the sources that are to be forgotten; `restored` returns a document as it stands in the index.
    """

    def __init__(
        self,
        documents: Iterable[StoredDocument],
        gone: Iterable[str],
        found: Sequence[Found],
        restored: Callable[[str], Document],
    ) -> None:
        self._gone = dict.fromkeys(gone)
        self._found = found
        self._restored = restored
        self._read = {one.source: one.content for one in found if isinstance(one.content, tuple)}
        self._texts = [_Text(stored, self._staying(stored)) for stored in documents]
        self._before = {name: text for text in self._texts for name in _names(text.stored)}
        self._after = {name: text for text in self._texts for name in text.sources}
        self._join()
        self._identify()
        self._added = {text.id: new for text in self._texts if text.sources and (new := self._new(text))}

    @property
    def changes(self) -> Changes:
        """What the next snapshot has that the last has not."""
        there = {text.id for text in self._texts if text.sources}
        stored = [text.stored.reference.id for text in self._texts if text.stored]
        moved = {text.kept.reference.id: _moved(text.kept, text) for text in self._texts if text.kept and text.sources}
        return Changes(
            added=list(self._added.values()),
            removed=frozenset(stored) - there,
            origins={name: origin for name, origin in moved.items() if origin and name not in self._added},
        )

    @property
    def items(self) -> list[Item]:
        """What became of each source."""
        met = {one.source for one in self._found}
        orphans = (text for text in self._texts if text.stored and text.sources and not text.kept)
        return [
            *map(self._forgotten, self._gone),
            *map(self._settled, self._found),
            *(_orphaned(text) for text in orphans if text.lead not in met),
        ]

    def _staying(self, stored: StoredDocument) -> dict[str, str]:
        """Return the sources of a document that still have its text, as far as the run looked."""
        return {
            source.name: source.sha256
            for source in stored.origin.sources
            if source.name not in self._gone and self._sha256(source.name, stored) == stored.origin.sha256
        }

    def _sha256(self, source: str, stored: StoredDocument) -> str:
        return self._read[source][1].sha256 if source in self._read else stored.origin.sha256

    def _join(self) -> None:
        """Bring together the sources that have one text."""
        by_sha256: dict[str, _Text] = {}
        for text in self._texts:
            assert text.stored is not None
            by_sha256.setdefault(text.stored.origin.sha256, text)
        for source, (_, origin) in self._read.items():
            if source not in self._after:
                if origin.sha256 not in by_sha256:
                    by_sha256[origin.sha256] = _Text(None, {})
                    self._texts.append(by_sha256[origin.sha256])
                self._after[source] = by_sha256[origin.sha256]
                self._after[source].sources[source] = origin.source_sha256

    def _identify(self) -> None:
        """Give each text its id."""
        texts = [text for text in self._texts if text.sources]
        for text in texts:
            if not self._stays(text):
                self._lead(text, lambda source: self._owned(source) is not None)
                owned = self._owned(text.lead)
                text.id = owned.reference.id if owned else None
        claimed = {text.id for text in texts}
        for text in texts:
            if text.stored and self._stays(text) and text.stored.reference.id not in claimed:
                text.id = text.stored.reference.id
        ids = _Ids(text.id for text in texts if text.id)
        for text in (text for text in texts if text.id is None):
            self._lead(text, lambda source: source in self._read)
            text.id = ids.free(self._proposed(text.lead))

    def _stays(self, text: _Text) -> bool:
        """Tell whether the document of a text has a source still, or one took the place of those that are gone."""
        names = _names(text.stored)
        replaced = bool(names) and all(name in self._gone for name in names) and self._owned(text.lead) is None
        return replaced or any(name in text.sources for name in names)

    def _owned(self, source: str) -> StoredDocument | None:
        """Return the document that a source gave its facts and id."""
        text = self._before.get(source)
        return text.stored if text and text.stored and text.stored.origin.source == source else None

    def _lead(self, text: _Text, fit: Callable[[str], bool]) -> None:
        """Let the first source that is fit come first."""
        if lead := next(filter(fit, text.sources), None):
            text.sources = {lead: text.sources[lead], **text.sources}

    def _proposed(self, source: str) -> str:
        return self._read[source][0].reference.id if source in self._read else slug(Path(source).stem)

    def _new(self, text: _Text) -> tuple[Document, Origin] | None:
        """Return the document of a text where it is not what stands in the index."""
        if text.lead in self._read:
            document, origin = self._read[text.lead]
            if text.kept and text.kept.origin.fingerprint == origin.fingerprint:
                return None
        elif text.kept or text.stored is None:
            return None
        else:
            # Its source was not looked at; without a digest, it is read when it is next met.
            document, origin = self._restored(text.stored.reference.id), replace(text.stored.origin, source_sha256="")
        assert text.id is not None
        reference = replace(document.reference, id=text.id)
        copies = tuple(Source(*one) for one in list(text.sources.items())[1:])
        return replace(document, reference=reference), replace(origin, source=text.lead, copies=copies)

    def _forgotten(self, source: str) -> Item:
        text = self._before[source]
        stays = f"its text stays, from {text.lead}" if text.kept and text.sources else None
        return Item(source, "removed", text.stored.reference.id if text.stored else None, stays)

    def _settled(self, found: Found) -> Item:
        text = self._after.get(found.source)
        document_id = text.id if text else None
        match found.content:
            case UnreadableSource() as error:
                # What an earlier run could read stays in the index: a failure is no removal.
                return Item(found.source, "failed", document_id, printable(str(error)))
            case Skipped(reason):
                return Item(found.source, "skipped", document_id, reason)
            case None:
                return Item(found.source, "unchanged", document_id)
        assert text is not None
        state = self._state(found.source, text)
        return Item(
            found.source, state, document_id, f"its text is that of {document_id}" if state == "duplicate" else None
        )

    def _state(self, source: str, text: _Text) -> SourceState:
        owned = self._owned(source)
        stayed = text.kept is not None and self._before.get(source) is text
        if source != text.lead:
            return "unchanged" if stayed else "duplicate"
        if owned and owned.reference.id == text.id:
            return "updated"
        return ("updated" if text.id in self._added else "unchanged") if stayed else "added"


def origin_of(source: str, source_sha256: str, document: Document) -> Origin:
    """Return where a document came from, with the digests that tell whether it changed."""
    known = asdict(document)
    del known["reference"]["id"]
    return Origin(
        source=source,
        source_sha256=source_sha256,
        sha256=sha256(document.text.encode()).hexdigest(),
        fingerprint=sha256(json.dumps(known, sort_keys=True, default=list).encode()).hexdigest(),
    )


def printable(path: str) -> str:
    """Return a path as Unicode, which the name of a file need not be."""
    return path.encode(errors="backslashreplace").decode()


def _names(stored: StoredDocument | None) -> list[str]:
    return [source.name for source in stored.origin.sources] if stored else []


def _moved(stored: StoredDocument, text: _Text) -> Origin | None:
    """Return where a document comes from now, None where that is as it was."""
    if list(text.sources) == _names(stored):
        return None
    (lead, digest), *copies = text.sources.items()
    return replace(stored.origin, source=lead, source_sha256=digest, copies=tuple(Source(*one) for one in copies))


def _orphaned(text: _Text) -> Item:
    assert text.stored is not None
    return Item(text.lead, "added", text.id, f"it was a copy of {text.stored.reference.id}, which has another text now")


class _Ids:
    """Hands out ids: what is proposed, counted up where another document has it."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._taken = set(taken)
        self._last: dict[str, int] = {}  # so that a thousand files named alike are not counted up from one each

    def free(self, proposed: str) -> str:
        number = self._last.get(proposed, 0) + 1
        while (candidate := proposed if number == 1 else f"{proposed}-{number}") in self._taken:
            number += 1
        self._last[proposed] = number
        self._taken.add(candidate)
        return candidate
