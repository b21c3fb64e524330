"""The table of tools: the description of each for assistants, and its function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from mcp_types import CallToolResult, Tool, ToolAnnotations
from pydantic import BaseModel, ValidationError

from rag.errors import RagError
from rag.http.hidden_paths import without_folders
from rag.http.links import Links
from rag.http.mcp import tools
from rag.http.mcp.schemas import Answer, Ask, Document, Fetch, Results, Search
from rag.http.problems import field_errors, summary
from rag.service import View

_READ_ONLY = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

_Arguments = TypeVar("_Arguments", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """A tool with its function. The function returns errors as results, so that the assistant can read them."""

    tool: Tool
    call: Callable[[View, Links, Mapping[str, object]], CallToolResult]


def _entry(
    tool: Tool, function: Callable[[View, Links, _Arguments], CallToolResult], arguments: type[_Arguments]
) -> ToolEntry:
    def call(view: View, links: Links, values: Mapping[str, object]) -> CallToolResult:
        try:
            parsed = arguments.model_validate(values)
        except ValidationError as error:
            body = ({**fault, "loc": ("body", *fault["loc"])} for fault in error.errors())
            return tools.error_result(summary(field_errors(body)))
        try:
            return function(view, links, parsed)
        except RagError as error:
            return tools.error_result(without_folders(str(error)))

    return ToolEntry(tool, call)


def _tool(name: str, title: str, arguments: type[BaseModel], result: type[BaseModel], description: str) -> Tool:
    return Tool(
        name=name,
        title=title,
        description=description,
        input_schema=arguments.model_json_schema(),
        output_schema=result.model_json_schema(mode="serialization"),
        annotations=_READ_ONLY,
    )


_SEARCH = _tool(
    "search",
    "Search policy documents",
    Search,
    Results,
    "Find policy documents by a question or by keywords. Returns the ids, titles and addresses of the best ones. Use "
    "`fetch` to read their texts. For an answer with citations use `ask` instead.",
)
_FETCH = _tool(
    "fetch",
    "Read a policy document",
    Fetch,
    Document,
    "Read a policy document: its text, its address and its metadata. A long text comes in parts: while `next_start` is "
    "not null, fetch again with it as `start`.",
)
_ASK = _tool(
    "ask",
    "Ask policy documents",
    Ask,
    Answer,
    "Answer a question from policy documents. Each sentence of the answer cites the exact words that support it, with "
    "a link to them. Keep the links when you pass the answer on. If the documents do not answer the question, the "
    "answer says so.",
)

TOOLS: Mapping[str, ToolEntry] = {
    entry.tool.name: entry
    for entry in (
        _entry(_SEARCH, tools.search, Search),
        _entry(_FETCH, tools.fetch, Fetch),
        _entry(_ASK, tools.ask, Ask),
    )
}
