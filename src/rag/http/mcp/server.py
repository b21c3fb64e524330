"""Handle the requests of the protocol, over HTTP or standard streams. Each request runs in a worker thread."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from anyio import CapacityLimiter, to_thread
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
)
from pydantic import ValidationError
from starlette.requests import Request

from rag import __version__
from rag.errors import RagError, UnknownDocument
from rag.http.access.refusals import Refused
from rag.http.hidden_paths import without_folders
from rag.http.links import Links
from rag.http.mcp import resources, tools
from rag.http.mcp.tool_table import TOOLS
from rag.service import View

_INSTRUCTIONS = (
    "Policy documents. Use `ask` for a question: each sentence of its answer cites the exact words that support it, "
    "with a link to them. Use `search` and `fetch` to find and read whole documents."
)

Context: TypeAlias = ServerRequestContext[object, Request]
Result = TypeVar("Result")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handlers:
    """The request handlers of the protocol.

    `view` and `links` return the view and the links for an HTTP request, or for None over standard streams. `limiter`
    limits the threads. `charge` counts a question of the client of a request. It raises Refused if the key allows no
    more for now.
    """

    view: Callable[[Request | None], View]
    links: Callable[[Request | None], Links]
    limiter: CapacityLimiter | None = None
    charge: Callable[[Request | None], None] = lambda _: None

    def server(self) -> Server[object]:
        """Return a server that uses these handlers."""
        server: Server[object] = Server(
            "rag",
            version=__version__,
            title="rag",
            instructions=_INSTRUCTIONS,
            on_list_tools=self.list_tools,
            on_call_tool=self.call_tool,
            on_list_resources=self.list_resources,
            on_list_resource_templates=self.list_templates,
            on_read_resource=self.read_resource,
        )
        server.middleware.append(_convert_errors)
        return server

    async def list_tools(self, context: Context, params: PaginatedRequestParams | None) -> ListToolsResult:
        """List the tools."""
        return ListToolsResult(tools=[entry.tool for entry in TOOLS.values()])

    async def call_tool(self, context: Context, params: CallToolRequestParams) -> CallToolResult:
        """Call a tool."""
        entry = TOOLS.get(params.name)
        if entry is None:
            raise MCPError(INVALID_PARAMS, f"there is no tool {params.name!r}: use one of {', '.join(TOOLS)}")
        try:
            self.charge(context.request)
        except Refused as refused:
            return tools.error_result(refused.detail)
        view, links = self.view(context.request), self.links(context.request)
        return await self._in_thread(partial(entry.call, view, links, params.arguments or {}))

    async def list_resources(self, context: Context, params: PaginatedRequestParams | None) -> ListResourcesResult:
        """List one page of the documents."""
        view = self.view(context.request)
        return await self._in_thread(partial(resources.list_page, view, params.cursor if params else None))

    async def list_templates(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        """Return the URI template of documents."""
        return resources.templates()

    async def read_resource(self, context: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        """Return the text of a document."""
        return await self._in_thread(partial(resources.read, self.view(context.request), params.uri))

    async def _in_thread(self, call: Callable[[], Result]) -> Result:
        return await to_thread.run_sync(call, limiter=self.limiter)


async def _convert_errors(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
    """Convert errors to errors of the protocol. Hide the details of unexpected errors from the client and log them."""
    try:
        return await call_next(ctx)
    except UnknownDocument as error:
        raise MCPError(INVALID_PARAMS, str(error)) from error
    except RagError as error:
        raise MCPError(INTERNAL_ERROR, without_folders(str(error))) from error
    except (MCPError, ValidationError):
        raise
    except Exception as error:
        _log.exception("%s failed", ctx.method)
        raise MCPError(INTERNAL_ERROR, "the service failed: see its log") from error
