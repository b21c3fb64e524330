"""The protocol's own client, connected to the real service: over HTTP, to the old revision too, and over a pipe."""

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

Said = TypeVar("Said")


def talk(target: Any, act: Callable[[Client], Awaitable[Said]], mode: str = "auto") -> Said:
    """Connect, let `act` talk with the server, and leave; return what it heard."""

    async def connected() -> Said:
        async with Client(target, mode=mode) as client:
            return await act(client)

    return anyio.run(connected)


def refusal(target: Any, act: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> str:
    """Return the sentence with which the server refuses what `act` asks for."""

    async def refused(client: Client) -> str:
        with pytest.raises(MCPError) as refusal:
            await act(client)
        return str(refusal.value)

    return talk(target, refused, mode)


def call(target: Any, tool: str, **arguments: Any) -> CallToolResult:
    """Call one tool."""
    return talk(target, lambda client: client.call_tool(tool, arguments))


def command(index: Path, **settings: str) -> Any:
    """Return what starts `rag mcp` over an index, with no settings but these."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    own = {"RAG_ENCODER": "hashing", "RAG_INDEX_DIR": str(index), "RAG_LEAST_CONFIDENCE": "0", **settings}
    program, *arguments = [*PROGRAM, "mcp"]
    return stdio_client(StdioServerParameters(command=program, args=arguments, env={**kept, **own}))


def text(result: CallToolResult) -> str:
    """Return the one text of a result."""
    [content] = result.content
    assert isinstance(content, TextContent)
    return content.text


def sentence(result: CallToolResult) -> str:
    """Return what a failed call says."""
    assert result.is_error
    assert result.structured_content is None
    return text(result)
