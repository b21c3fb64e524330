"""Convert an answer in progress to a chat completion, complete or in chunks."""

from __future__ import annotations

from collections.abc import Iterator

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
from rag.http.chats.in_progress import AnswerInProgress
from rag.http.chats.limits import FinishReason
from rag.http.chats.schemas import Verdict, citations
from rag.http.chats.transcript import Piece, Transcript


def completion(answer: AnswerInProgress) -> Completion:
    """Wait for the complete answer and return it as one completion."""
    *_, transcript = answer.output
    assert isinstance(transcript, Transcript)
    return Completion(
        id=f"chatcmpl-{answer.id}",
        created=answer.created,
        model=answer.model.name,
        choices=[
            Choice(
                message=Reply(content=transcript.text, annotations=Annotation.all_of(transcript)),
                finish_reason=transcript.finish,
            )
        ],
        usage=_usage(answer, transcript),
        citations=citations(transcript),
        rag=Verdict.of(transcript),
    )


def chunks(answer: AnswerInProgress, *, include_usage: bool) -> Iterator[Chunk]:
    """Yield the answer in chunks. The citations are in the chunk with `finish_reason`, because some clients require it.

    With `include_usage` a last chunk has the usage, and all other chunks have a null usage.
    """
    no_usage = {"usage": None} if include_usage else {}
    yield _chunk(answer, Delta(role="assistant", content="")).model_copy(update=no_usage)
    for one in answer.output:
        for chunk in [_final_chunk(answer, one)] if isinstance(one, Transcript) else _piece_chunks(answer, one):
            yield chunk.model_copy(update=no_usage)
        if isinstance(one, Transcript) and include_usage:
            yield _chunk(answer, None).model_copy(update={"usage": _usage(answer, one)})


def _piece_chunks(answer: AnswerInProgress, piece: Piece) -> Iterator[Chunk]:
    """Yield the words of a piece. For Open WebUI, yield each new source before them."""
    for source in piece.new_sources if answer.model.sources else ():
        yield _chunk(answer, Delta()).model_copy(update={"event": source_event(source)})
    yield _chunk(answer, Delta(content=piece.text))


def _final_chunk(answer: AnswerInProgress, transcript: Transcript) -> Chunk:
    # With annotations and source events, Open WebUI would store every source twice.
    annotations = [] if answer.model.sources else Annotation.all_of(transcript)
    last = _chunk(answer, Delta(annotations=annotations) if annotations else Delta(), transcript.finish)
    return last.model_copy(update={"citations": citations(transcript), "rag": Verdict.of(transcript)})


def _chunk(answer: AnswerInProgress, delta: Delta | None, finish_reason: FinishReason | None = None) -> Chunk:
    """Return a chunk with only these fields set, because unset fields are not sent."""
    choices = [ChunkChoice(index=0, delta=delta, logprobs=None, finish_reason=finish_reason)] if delta else []
    return Chunk(
        id=f"chatcmpl-{answer.id}",
        object="chat.completion.chunk",
        created=answer.created,
        model=answer.model.name,
        choices=choices,
    )


def _usage(answer: AnswerInProgress, transcript: Transcript) -> Usage:
    prompt, completion = answer.usage(transcript)
    return Usage(prompt_tokens=prompt, completion_tokens=completion, total_tokens=prompt + completion)
