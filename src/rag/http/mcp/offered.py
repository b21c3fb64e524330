"""The tools as they are described to an assistant, by name, each with what carries out a call of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mcp_types import CallToolResult, Tool, ToolAnnotations
from pydantic import BaseModel, ValidationError

from rag.errors import RagError
from rag.http.links import Links
from rag.http.mcp import tools
from rag.http.mcp.schemas import Answer, Ask, Document, Fetch, Results, Search
from rag.http.problems import faulty, sentence
from rag.service import Service

_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

_Arguments = TypeVar("_Arguments", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Offered:
    """A tool. What is wrong with a call or the index is a result too, for the assistant to read."""

    described: Tool
    call: Callable[[Service, Links, Mapping[str, object]], CallToolResult]


def _offered(
    tool: Tool, act: Callable[[Service, Links, _Arguments], CallToolResult], arguments: type[_Arguments]
) -> Offered:
    def call(service: Service, links: Links, given: Mapping[str, object]) -> CallToolResult:
        try:
            asked = arguments.model_validate(given)
        except ValidationError as error:
            body = ({**fault, "loc": ("body", *fault["loc"])} for fault in error.errors())
            return tools.failed(sentence(faulty(body)))
        try:
            return act(service, links, asked)
        except RagError as error:
            return tools.failed(str(error))

    return Offered(tool, call)


def _described(name: str, title: str, takes: type[BaseModel], gives: type[BaseModel], about: str) -> Tool:
    return Tool(
        name=name,
        title=title,
        description=about,
        input_schema=takes.model_json_schema(),
        output_schema=gives.model_json_schema(mode="serialization"),
        annotations=_READS,
    )


_SEARCH = _described(
    "search",
    "Search policy documents",
    Search,
    Results,
    "Find policy documents by a question or by keywords. Gives the ids, titles and addresses of the best ones; `fetch` "
    "gives their texts. For an answer with citations use `ask` instead.",
)
_FETCH = _described(
    "fetch",
    "Read a policy document",
    Fetch,
    Document,
    "Read a whole policy document: its text, its address and what is known of it.",
)
_ASK = _described(
    "ask",
    "Ask policy documents",
    Ask,
    Answer,
    "Answer a question from policy documents. Each sentence of the answer cites the exact words it rests on, with a "
    "link to them: keep the links when you pass it on. If the documents do not say, so does the answer.",
)

OFFERED: Mapping[str, Offered] = {
    offered.described.name: offered
    for offered in (
        _offered(_SEARCH, tools.search, Search),
        _offered(_FETCH, tools.fetch, Fetch),
        _offered(_ASK, tools.ask, Ask),
    )
}
