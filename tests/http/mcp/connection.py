"""Connect the client of the `mcp` package to the real service, over HTTP or over standard streams."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import anyio
import pytest
from mcp import StdioServerParameters, stdio_client
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent

from tests.cli.running import PROGRAM

Result = TypeVar("Result")


def connect(target: Any, act: Callable[[Client], Awaitable[Result]], mode: str = "auto") -> Result:
    """Connect to `target`, call `act` with the client, and return its result. `mode` selects the protocol revision."""

    async def call_connected() -> Result:
        async with Client(target, mode=mode) as client:
            return await act(client)

    return anyio.run(call_connected)


def error_message(target: Any, act: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> str:
    """Return the message of the error that the server sends for the request of `act`."""

    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as caught:
            await act(client)
        return str(caught.value)

    return connect(target, refused, mode)


def call(target: Any, tool: str, **arguments: Any) -> CallToolResult:
    """Call one tool."""
    return connect(target, lambda client: client.call_tool(tool, arguments))


def command(index: Path, **settings: str) -> Any:
    """Return a transport that runs `rag mcp` over an index, with only these settings."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    own = {"RAG_ENCODER": "hashing", "RAG_INDEX_DIR": str(index), "RAG_LEAST_CONFIDENCE": "0", **settings}
    program, *arguments = [*PROGRAM, "mcp"]
    return stdio_client(StdioServerParameters(command=program, args=arguments, env={**environment, **own}))


def text(result: CallToolResult) -> str:
    """Return the only text of a result."""
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


def tool_error(result: CallToolResult) -> str:
    """Return the error message of a failed call."""
    assert result.is_error
    assert result.structured_content is None
    return text(result)
