"""Run the tools: call the service and return the result as data and as text. The tools only read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from anyio import from_thread
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from rag import types
from rag.answer.pipeline import Event
from rag.http import schemas
from rag.http.chats.transcript import Transcript, final_events, transcribe
from rag.http.links import Links
from rag.http.mcp.answer_text import answer_text
from rag.http.mcp.schemas import Answer, Ask, Document, Fetch, Found, Results, Search
from rag.service import View

_PASSAGES = 50
"""Passages to retrieve for one search. Several may be from one document."""

_DOCUMENTS = 10
"""The most documents in the result of one search."""


_PART = 40_000
"""The most characters of a text in the result of one fetch: about 10,000 tokens, which assistants accept."""


def search(view: View, links: Links, arguments: Search) -> CallToolResult:
    """Return the documents whose passages match a query, each once, best first."""
    hits, _ = view.search(types.Ask(arguments.query, limit=_PASSAGES, as_of=schemas.period(arguments.as_of)))
    found = {hit.reference.id: Found.of(hit.reference, links) for hit in hits}
    return _data_result(Results(results=list(found.values())[:_DOCUMENTS]))


def fetch(view: View, links: Links, arguments: Fetch) -> CallToolResult:
    """Return a document with its text, or with a part of a long text. Raises UnknownDocument."""
    stored, document = view.document(arguments.id)
    text, start = document.text, arguments.start
    if start >= max(len(text), 1):
        return error_result(f"start is {start}, but the text has {len(text)} characters: give a smaller start")
    return _data_result(Document.with_part(stored, text, types.Span(start, _part_end(text, start)), links))


def _part_end(text: str, start: int) -> int:
    """Return where a part of a text ends: after a paragraph, or else after a line or a word, of its last half."""
    limit = start + _PART
    if limit >= len(text):
        return len(text)
    breaks = (text.rfind(mark, start + _PART // 2, limit) + len(mark) for mark in ("\n\n", "\n", " "))
    return next((end for end in breaks if end > start + _PART // 2), limit)


def ask(view: View, links: Links, arguments: Ask) -> CallToolResult:
    """Answer a question, as text and as data. Call it in a worker thread of anyio."""
    filters, as_of = schemas.filters(arguments.filters), schemas.period(arguments.as_of)
    request = types.Ask(arguments.question, filters, arguments.limit, as_of=as_of)
    with closing(view.stream(request)) as events:
        final = final_events(_until_cancelled(events))
        *_, transcript = transcribe(final, links, references=False, notices=False, markdown=False)
    assert isinstance(transcript, Transcript)
    answer = Answer.of_transcript(transcript)
    return CallToolResult(
        content=[TextContent(text=answer_text(answer, arguments.question))],
        structured_content=answer.model_dump(mode="json"),
    )


def error_result(sentence: str) -> CallToolResult:
    """Return a result that tells the assistant why the call failed."""
    return CallToolResult(content=[TextContent(text=sentence)], is_error=True)


def _until_cancelled(events: Iterable[Event]) -> Iterator[Event]:
    """Yield events; raise the cancellation error of anyio if the client disconnects."""
    for event in events:
        from_thread.check_cancelled()
        yield event


def _data_result(result: BaseModel) -> CallToolResult:
    """Return a result as data, and as JSON in its text, because ChatGPT reads the text."""
    return CallToolResult(
        content=[TextContent(text=result.model_dump_json())], structured_content=result.model_dump(mode="json")
    )
