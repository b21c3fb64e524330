"""Assigns sources to documents: groups the sources by text, then gives each text an id.

Each text is one document, even if several sources have it. Its primary source gives the document its facts and its id.
The other sources are copies. An id stays with its primary source, or with the text if that source is gone. Sources with
other labels are other texts, because a client who sees one of them must not see the name and the facts of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag.ingest.found import Found, ParsedDocument, TextKey, key_of, key_of_parsed
from rag.snapshots import StoredDocument
from rag.sources import slug


@dataclass(frozen=True, slots=True)
class Inputs:
    """The known documents and the results of one run.

    `by_source` maps every known source to its document. `gone` lists the sources to forget, in order and without
    repeats. `parsed` maps new and changed sources to their documents.
    """

    documents: Sequence[StoredDocument]
    by_source: Mapping[str, StoredDocument]
    gone: Collection[str]
    parsed: Mapping[str, ParsedDocument]

    def own_document(self, source: str) -> StoredDocument | None:
        """Return the known document whose primary source is `source`."""
        stored = self.by_source.get(source)
        return stored if stored and stored.origin.source == source else None


@dataclass(frozen=True, slots=True)
class Assignment:
    """One document after the run.

    `sources` maps its sources to their file digests. The primary source comes first. `stored` is the known document
    with this text from before the run, if any.
    """

    id: str
    sources: Mapping[str, str]
    stored: StoredDocument | None

    @property
    def primary(self) -> str:
        """The source that gives the document its facts."""
        return next(iter(self.sources))

    @property
    def kept(self) -> StoredDocument | None:
        """The known document with this text, if it keeps its id."""
        return self.stored if self.stored and self.stored.reference.id == self.id else None


@dataclass(frozen=True, slots=True)
class _Text:
    """The sources of one text, as in `Assignment`; `id` is None until an id is assigned."""

    stored: StoredDocument | None
    sources: Mapping[str, str]
    id: str | None = None

    @property
    def primary(self) -> str:
        return next(iter(self.sources))


def collect(documents: Iterable[StoredDocument], found: Iterable[Found], gone: Iterable[str]) -> Inputs:
    """Index the known documents and the results of a run by source."""
    known = tuple(documents)
    return Inputs(
        documents=known,
        by_source={source.name: stored for stored in known for source in stored.origin.sources},
        gone=dict.fromkeys(gone).keys(),
        parsed={one.source: one.content for one in found if isinstance(one.content, tuple)},
    )


def assign(inputs: Inputs) -> list[Assignment]:
    """Return the documents after the run: known texts that remain, in their order, then new texts.

    First, primary sources claim the ids of their documents. Then known texts keep their ids. All others get new ids.
    """
    claimed = [_claim_id(inputs, text) for text in _group(inputs)]
    return list(_add_ids(inputs, _keep_ids(inputs, claimed)))


def _group(inputs: Inputs) -> list[_Text]:
    """Group all sources by text. New and changed sources join a known text if they have the same one."""
    known = [(stored, _unchanged_sources(inputs, stored)) for stored in inputs.documents]
    grouped = {source for _, sources in known for source in sources}
    arrived: dict[TextKey, dict[str, str]] = {}
    for source, parsed in inputs.parsed.items():
        if source not in grouped:
            arrived.setdefault(key_of_parsed(parsed), {})[source] = parsed[1].source_sha256
    texts = [_Text(stored, sources | arrived.pop(key_of(stored), {})) for stored, sources in known]
    texts += [_Text(None, sources) for sources in arrived.values()]
    return [text for text in texts if text.sources]


def _unchanged_sources(inputs: Inputs, stored: StoredDocument) -> dict[str, str]:
    """Return the sources of a known document that still have its text and its labels, with their file digests.

    A source that this run did not parse counts as unchanged.
    """
    return {
        source.name: source.sha256
        for source in stored.origin.sources
        if source.name not in inputs.gone and _key(inputs, source.name, stored) == key_of(stored)
    }


def _key(inputs: Inputs, source: str, stored: StoredDocument) -> TextKey:
    return key_of_parsed(inputs.parsed[source]) if source in inputs.parsed else key_of(stored)


def _claim_id(inputs: Inputs, text: _Text) -> _Text:
    """Give a text the id of a document whose primary source now has this text.

    A text that continues its own known document claims no id.
    """
    if _continues(inputs, text):
        return text
    text = _with_primary(text, lambda source: inputs.own_document(source) is not None)
    own = inputs.own_document(text.primary)
    return replace(text, id=own.reference.id) if own else text


def _keep_ids(inputs: Inputs, texts: Sequence[_Text]) -> list[_Text]:
    """Give each text that continues a known document the id of that document, unless another text claimed it."""
    claimed = {text.id for text in texts}
    return [
        replace(text, id=text.stored.reference.id)
        if text.stored and text.stored.reference.id not in claimed and _continues(inputs, text)
        else text
        for text in texts
    ]


def _add_ids(inputs: Inputs, texts: Sequence[_Text]) -> Iterator[Assignment]:
    """Give each text without an id a new one. The id comes from its first parsed source, or else from a file name."""
    ready = [
        text if text.id is not None else _with_primary(text, lambda source: source in inputs.parsed) for text in texts
    ]
    proposed = (_proposed_id(inputs, text.primary) for text in ready if text.id is None)
    new_ids = _unused_ids(proposed, [text.id for text in ready if text.id is not None])
    for text in ready:
        yield Assignment(text.id if text.id is not None else next(new_ids), text.sources, text.stored)


def _continues(inputs: Inputs, text: _Text) -> bool:
    """Return whether a text continues its known document.

    It does if one of the document's sources still has the text. It also does if all these sources are gone, and the new
    primary source is not the primary source of another known document.
    """
    if text.stored is None:
        return False
    before = [source.name for source in text.stored.origin.sources]
    if any(source in text.sources for source in before):
        return True
    return all(source in inputs.gone for source in before) and inputs.own_document(text.primary) is None


def _with_primary(text: _Text, is_suitable: Callable[[str], bool]) -> _Text:
    """Return the text with the first suitable source as its primary source; unchanged if no source is suitable."""
    primary = next(filter(is_suitable, text.sources), None)
    return text if primary is None else replace(text, sources={primary: text.sources[primary], **text.sources})


def _proposed_id(inputs: Inputs, source: str) -> str:
    return inputs.parsed[source][0].reference.id if source in inputs.parsed else slug(Path(source).stem)


def _unused_ids(proposed: Iterable[str], used: Iterable[str]) -> Iterator[str]:
    """Yield an id for each proposed one: itself, or with the next free number (`act-2`) if it is in use."""
    taken = set(used)
    # The last number of each id, because thousands of files may propose one id: counting must not start over.
    last: dict[str, int] = {}
    for name in proposed:
        number = last.get(name, 0) + 1
        while (candidate := name if number == 1 else f"{name}-{number}") in taken:
            number += 1
        last[name] = number
        taken.add(candidate)
        yield candidate
