"""Asks a question through every form of answer of the service, and returns the words that each form shows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from typing import Any

import anyio
from markdown_it import MarkdownIt

from rag.cli.output import print_answer
from rag.http.links import Links
from rag.http.mcp import tools
from rag.http.mcp.schemas import Ask
from rag.http.schemas import AnswerRequest
from rag.service import Service
from tests.client import TestClient
from tests.injections.cases import Case

_HTML = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
_NOTICE = re.compile(r"\n\nNotice: .*(?:\n- .*)*")
_SOURCES = re.compile(
    r"^\[\d+\][: ].*|^\s+“.*|^\s+https?://.*|\n\nSources:\n.*|\nNearest passages:.*", re.MULTILINE | re.DOTALL
)
_BAD_SCHEME = re.compile(r"(?i)^(?!https?://|\Z)")
_ADDRESSES = frozenset({"url", "link", "href", "source_url", "uri"})


def shown_by(service: Service, client: TestClient, case: Case) -> Iterator[tuple[str, str]]:
    """Yield the name of each projection and the words that it shows, without passages, quotes and titles of sources."""
    body: dict[str, Any] = {"filters": {"case": case.file[:3]}}
    asked = {**body, "question": case.question, "history": _turns(case)}
    answer = client.post("/v1/answers", json=asked).json()
    yield "answer", _native(answer, case)
    yield (
        "stream",
        _streamed(client.post("/v1/answers", json=asked, headers={"Accept": "text/event-stream"}).text, case),
    )
    messages = [*_turns(case), {"role": "user", "content": case.question}]
    for model in ("rag", "rag-markdown", "rag-open-webui"):
        reply = client.post("/v1/chat/completions", json={**body, "model": model, "messages": messages}).json()
        yield f"chat, {model}", _chat(reply["choices"][0]["message"]["content"], case) + _bad(reply)
    chunks = client.post("/v1/chat/completions", json={**body, "messages": messages, "stream": True}).text
    yield "chat, streamed", _chat("".join(_contents(chunks)), case)
    response = client.post("/v1/responses", json={**body, "input": messages}).json()
    yield "responses", _chat(response["output"][0]["content"][0]["text"], case) + _bad(response)
    parts = [{"id": "1", "role": one["role"], "parts": [{"type": "text", "text": one["content"]}]} for one in messages]
    yield "AI SDK", _chat("".join(_deltas(client.post("/api/chat", json={**body, "messages": parts}).text)), case)
    if not case.history:
        yield "MCP", _tool(service, case)
    yield "command line", _printed(service, asked)


def _turns(case: Case) -> list[dict[str, str]]:
    return [{"role": role, "content": text} for role, text in zip(("user", "assistant"), case.history, strict=False)]


def _native(answer: Mapping[str, Any], case: Case) -> str:
    notices = [] if _echoes(case) else [notice["text"] for notice in answer["notices"]]
    statements = [statement["text"] for statement in answer["statements"]]
    return " ".join([answer["text"], *statements, *notices]) + _bad(answer)


def _streamed(events: str, case: Case) -> str:
    found = [json.loads(line.removeprefix("data: ")) for line in events.splitlines() if line.startswith("data: ")]
    texts = [one["text"] for one in found if "text" in one and not ("kind" in one and _echoes(case))]
    return " ".join(texts) + "".join(map(_bad, found))


def _chat(text: str, case: Case) -> str:
    """Return the words of a chat message, and its links and images as a client shows them, except the citations."""
    rendered = _HTML.render(text)
    tags = re.findall(r"<(?:img|iframe|script|a)\b[^>]*>", rendered)
    foreign = [tag for tag in tags if not re.match(r'<a href="https?://(?:127\.0\.0\.1|example\.org)/', tag)]
    own = re.sub(r"(?m)^\[\d+\]: .*$", "", _NOTICE.sub("", text) if _echoes(case) else text)
    return " ".join([own.replace("\\", ""), *(f"FOREIGN {tag}" for tag in foreign)])


def _echoes(case: Case) -> bool:
    """Return whether a notice may repeat words of the user."""
    return case.place in ("question", "history")


def _contents(chunks: str) -> Iterator[str]:
    for line in chunks.splitlines():
        if line.startswith("data: {"):
            choices = json.loads(line.removeprefix("data: "))["choices"]
            yield from (choice["delta"].get("content") or "" for choice in choices)


def _deltas(parts: str) -> Iterator[str]:
    for line in parts.splitlines():
        if line.startswith("data: {"):
            yield json.loads(line.removeprefix("data: ")).get("delta") or ""


def _tool(service: Service, case: Case) -> str:
    ask = Ask(question=case.question, filters={"case": case.file[:3]})

    async def call() -> Any:
        return await anyio.to_thread.run_sync(partial(tools.ask, service.view(None), Links("http://127.0.0.1"), ask))

    result = anyio.run(call)
    text = result.content[0].text
    if _echoes(case):
        text = re.sub(r"\n\n(?:No document has|The question was read|The documents do not say)[^\n]*", "", text)
    text = re.sub(r"http://127.0.0.1/\S+", "", text)  # the id of a document may be the name of its file
    return text.replace(case.question, "") + _bad(result.structured_content)


def _printed(service: Service, asked: dict[str, Any]) -> str:
    out = StringIO()
    with redirect_stdout(out):
        print_answer(service.view(None).answer(AnswerRequest.model_validate(asked).ask()))
    text = out.getvalue()
    answer = text[: text.index("\n[1] ")] if "\n[1] " in text else text.partition("Nearest passages:")[0]
    return (
        answer
        if not asked["history"]
        else re.sub(r"^The question was read.*|^No document has.*", "", answer, flags=re.M)
    )


def _bad(value: object) -> str:
    """Return the addresses of a JSON value that are not of the web."""
    found: list[str] = []

    def walk(one: object, visit: Callable[[object], None]) -> None:
        if isinstance(one, Mapping):
            for name, inner in one.items():
                if name in _ADDRESSES and isinstance(inner, str) and _BAD_SCHEME.match(inner):
                    found.append(f" BAD ADDRESS {inner}")
                visit(inner)
        elif isinstance(one, list):
            for inner in one:
                visit(inner)

    def visit(one: object) -> None:
        walk(one, visit)

    visit(value)
    return "".join(found)
