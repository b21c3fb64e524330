"""What the tools do: a call on the service, and its result as data and as a text. None of them changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from anyio import from_thread
from mcp_types import CallToolResult, TextContent
from pydantic import BaseModel

from rag import types
from rag.answer.pipeline import Event
from rag.http import schemas
from rag.http.chats.transcript import Whole, settled, tell
from rag.http.links import Links
from rag.http.mcp.prose import prose
from rag.http.mcp.schemas import Answer, Ask, Document, Fetch, Found, Results, Search
from rag.service import Service

_PASSAGES = 50
"""How many passages are looked at for documents: several may stand in one."""

_DOCUMENTS = 10
"""The most documents that one search gives."""


def search(service: Service, links: Links, asked: Search) -> CallToolResult:
    """Return the documents whose passages speak to a query, best first, each once."""
    hits, _ = service.search(types.Ask(asked.query, limit=_PASSAGES))
    found = {hit.reference.id: Found.of(hit.reference, links) for hit in hits}
    return _as_data(Results(results=list(found.values())[:_DOCUMENTS]))


def fetch(service: Service, links: Links, asked: Fetch) -> CallToolResult:
    """Return a document with its text. Raises UnknownDocument."""
    stored, document = service.document(asked.id)
    return _as_data(Document.whole(stored, document.text, links))


def ask(service: Service, links: Links, asked: Ask) -> CallToolResult:
    """Answer a question, in words to be read and as data. Runs in a worker thread of anyio's."""
    with closing(service.stream(types.Ask(asked.question, schemas.filters(asked.filters), asked.limit))) as events:
        *_, whole = tell(settled(_while_wanted(events)), links, references=False)
    assert isinstance(whole, Whole)
    answer = Answer.told(whole)
    return CallToolResult(content=[TextContent(text=prose(answer))], structured_content=answer.model_dump(mode="json"))


def failed(sentence: str) -> CallToolResult:
    """Return what tells the assistant why a call came to nothing."""
    return CallToolResult(content=[TextContent(text=sentence)], is_error=True)


def _while_wanted(events: Iterable[Event]) -> Iterator[Event]:
    """Yield events for as long as the client is there."""
    for event in events:
        from_thread.check_cancelled()
        yield event


def _as_data(result: BaseModel) -> CallToolResult:
    """Return a result as data, and as one text that holds the same, which is where ChatGPT reads it."""
    return CallToolResult(
        content=[TextContent(text=result.model_dump_json())], structured_content=result.model_dump(mode="json")
    )
