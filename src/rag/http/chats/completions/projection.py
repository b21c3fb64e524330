"""From what is told to a chat completion, whole or as chunks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rag.http.chats.asking import Telling
from rag.http.chats.completions.open_webui import source_event
from rag.http.chats.completions.schemas import (
    Annotation,
    Choice,
    Chunk,
    ChunkChoice,
    Completion,
    Delta,
    Reply,
    Usage,
)
from rag.http.chats.schemas import Verdict, citations
from rag.http.chats.transcript import Piece, Whole


def completion(telling: Telling) -> Completion:
    """Return the whole answer as one completion."""
    *_, whole = telling.told
    assert isinstance(whole, Whole)
    return Completion(
        id=f"chatcmpl-{telling.id}",
        created=telling.created,
        model=telling.model.name,
        choices=[Choice(message=Reply(content=whole.text, annotations=Annotation.all_of(whole)))],
        usage=_usage(telling, whole),
        citations=citations(whole),
        rag=Verdict.of(whole),
    )


def chunks(telling: Telling, *, include_usage: bool) -> Iterator[Chunk]:
    """Yield the answer as it comes. Citations come with `finish_reason`, as some clients look for them only there.

    With `include_usage` the last chunk has it, and every other one says that it has not.
    """
    missing = {"usage": None} if include_usage else {}
    yield _chunk(telling, Delta(role="assistant", content="")).model_copy(update=missing)
    for one in telling.told:
        for chunk in [_last(telling, one)] if isinstance(one, Whole) else _said(telling, one):
            yield chunk.model_copy(update=missing)
        if isinstance(one, Whole) and include_usage:
            yield _chunk(telling, None).model_copy(update={"usage": _usage(telling, one)})


def _said(telling: Telling, piece: Piece) -> Iterator[Chunk]:
    """Show Open WebUI each source before the words that cite it."""
    for source in piece.new if telling.model.sources else ():
        yield _chunk(telling, Delta()).model_copy(update={"event": source_event(source)})
    yield _chunk(telling, Delta(content=piece.text))


def _last(telling: Telling, whole: Whole) -> Chunk:
    shown = [] if telling.model.sources else Annotation.all_of(whole)  # Open WebUI would store every source twice
    last = _chunk(telling, Delta(annotations=shown) if shown else Delta(), "stop")
    return last.model_copy(update={"citations": citations(whole), "rag": Verdict.of(whole)})


def _chunk(telling: Telling, delta: Delta | None, finish_reason: Literal["stop"] | None = None) -> Chunk:
    """Return a chunk, of which what is not said here is not sent."""
    choices = [ChunkChoice(index=0, delta=delta, logprobs=None, finish_reason=finish_reason)] if delta else []
    return Chunk(
        id=f"chatcmpl-{telling.id}",
        object="chat.completion.chunk",
        created=telling.created,
        model=telling.model.name,
        choices=choices,
    )


def _usage(telling: Telling, whole: Whole) -> Usage:
    asked, told = telling.usage(whole)
    return Usage(prompt_tokens=asked, completion_tokens=told, total_tokens=asked + told)
