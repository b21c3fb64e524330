"""The client of the `mcp` package."""

from __future__ import annotations

import asyncio
import json
import sys

from mcp.client import Client
from mcp_types import TextContent


async def main(url: str, question: str) -> None:
    async with Client(f"{url}/mcp") as client:
        result = await client.call_tool("ask", {"question": question})
    [content], answer = result.content, result.structured_content
    assert isinstance(content, TextContent)
    assert content.text.startswith(answer["text"])
    citations = [{"url": one["link"], "title": one["title"], "quote": one["quote"]} for one in answer["citations"]]
    print(json.dumps({"api": "mcp", "stream": False, "text": answer["text"], "citations": citations}))


asyncio.run(main(*sys.argv[1:]))
