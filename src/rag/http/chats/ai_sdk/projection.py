"""From what is told to the parts of a UI message stream."""

from __future__ import annotations

from collections.abc import Iterator

from rag.errors import RagError
from rag.http.chats.ai_sdk.schemas import Part
from rag.http.chats.asking import Telling
from rag.http.chats.schemas import Verdict, citation
from rag.http.chats.transcript import Mark, Piece, Source, Whole

_TEXT = "text"


def parts(telling: Telling) -> Iterator[Part]:
    """Yield each source before the words that cite it, the words, and where in them the markers stand."""
    yield {"type": "start", "messageId": f"msg_{telling.id}"}
    yield {"type": "start-step"}
    yield {"type": "text-start", "id": _TEXT}
    try:
        for one in telling.told:
            yield from _said(one) if isinstance(one, Piece) else _ended(one)
    except RagError as error:
        yield {"type": "error", "errorText": str(error)}


def _said(piece: Piece) -> Iterator[Part]:
    yield from map(_source, piece.new)
    yield {"type": "text-delta", "id": _TEXT, "delta": piece.text}


def _source(source: Source) -> Part:
    return {
        "type": "source-url",
        "sourceId": str(source.marker),
        "url": source.link,
        "title": source.title,
        "providerMetadata": {"rag": citation(source).model_dump(mode="json")},
    }


def _ended(whole: Whole) -> Iterator[Part]:
    verdict = Verdict.of(whole)
    yield {"type": "text-end", "id": _TEXT}
    if whole.marks:
        yield {"type": "data-citations", "data": [_mark(mark) for mark in whole.marks]}
    yield {"type": "finish-step"}
    metadata = {"messageMetadata": {"rag": verdict.model_dump(mode="json")}} if verdict else {}
    yield {"type": "finish", "finishReason": "stop", **metadata}


def _mark(mark: Mark) -> Part:
    source = mark.source
    return {"sourceId": str(source.marker), "start": mark.start, "end": mark.end, "quote": source.citation.quote}
