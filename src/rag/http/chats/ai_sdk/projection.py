"""Convert an answer in progress to the parts of a UI message stream."""

from __future__ import annotations

from collections.abc import Iterator

from rag.errors import RagError
from rag.http.chats.ai_sdk.schemas import Part
from rag.http.chats.in_progress import AnswerInProgress
from rag.http.chats.schemas import Verdict, citation
from rag.http.chats.transcript import Marker, Piece, Source, Transcript

_TEXT = "text"


def parts(answer: AnswerInProgress) -> Iterator[Part]:
    """Yield the words of the answer, each source before the words that cite it, and last the marker positions."""
    yield {"type": "start", "messageId": f"msg_{answer.id}"}
    yield {"type": "start-step"}
    yield {"type": "text-start", "id": _TEXT}
    try:
        for one in answer.output:
            yield from _piece_parts(one) if isinstance(one, Piece) else _final_parts(one)
    except RagError as error:
        yield {"type": "error", "errorText": str(error)}


def _piece_parts(piece: Piece) -> Iterator[Part]:
    yield from map(_source, piece.new_sources)
    yield {"type": "text-delta", "id": _TEXT, "delta": piece.text}


def _source(source: Source) -> Part:
    return {
        "type": "source-url",
        "sourceId": str(source.number),
        "url": source.link,
        "title": source.title,
        "providerMetadata": {"rag": citation(source).model_dump(mode="json")},
    }


def _final_parts(transcript: Transcript) -> Iterator[Part]:
    verdict = Verdict.of(transcript)
    yield {"type": "text-end", "id": _TEXT}
    if transcript.markers:
        yield {"type": "data-citations", "data": [_marker(marker) for marker in transcript.markers]}
    yield {"type": "finish-step"}
    metadata = {"messageMetadata": {"rag": verdict.model_dump(mode="json")}} if verdict else {}
    yield {"type": "finish", "finishReason": "stop", **metadata}


def _marker(marker: Marker) -> Part:
    source = marker.source
    return {"sourceId": str(source.number), "start": marker.start, "end": marker.end, "quote": source.citation.quote}
