"""`rag mcp` serves the protocol over standard streams, as a subprocess of the client."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path
from subprocess import PIPE

import anyio
import pytest
from mcp.client import Client

from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.cli.running import PROGRAM, program
from tests.http.mcp.connection import call, command, connect, tool_error
from tests.patience import PATIENCE


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_answer_equals_the_answer_of_the_service(service: Service, mode: str) -> None:
    arguments = {"question": samples.LEVY_QUESTION}
    result = connect(command(service.settings.index_dir), lambda client: client.call_tool("ask", arguments), mode)
    answer = service.view(None).answer(Ask(samples.LEVY_QUESTION))
    assert result.structured_content["text"] == answer.text
    assert [one["quote"] for one in result.structured_content["citations"]] == [one.quote for one in answer.citations]


def test_links_use_the_configured_address_of_the_service(service: Service) -> None:
    index = service.settings.index_dir
    for settings, base in (
        ({}, "http://127.0.0.1:8000"),
        ({"RAG_BASE_URL": "https://a.example/rag/"}, "https://a.example/rag"),
    ):
        found = call(command(index, **settings), "search", query="the congestion charge").structured_content["results"]
        assert f"{base}/documents/charge" in [one["url"] for one in found]


def test_without_an_index_the_error_names_the_command_to_run(tmp_path: Path) -> None:
    message = tool_error(call(command(tmp_path / "nowhere"), "ask", question="Why?"))
    assert message == "no index in nowhere: run 'rag ingest' first"


def test_a_new_snapshot_is_served(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles", {"levy.md": samples.LEVY}))

    async def ingest_between(client: Client) -> None:
        before = await client.list_resources()
        samples.ingest(service, samples.write(tmp_path / "more", {"charge.md": samples.CHARGE}))
        assert [one.name for one in before.resources] == ["levy"]
        with anyio.fail_after(30):
            while [one.name for one in (await client.list_resources()).resources] != ["charge", "levy"]:
                pass

    connect(command(tmp_path / "index"), ingest_between)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_process_at_once(service: Service, number: signal.Signals) -> None:
    environment = {**os.environ, "RAG_ENCODER": "hashing", "RAG_INDEX_DIR": str(service.settings.index_dir)}
    with subprocess.Popen([*PROGRAM, "mcp"], stdin=PIPE, stdout=PIPE, env=environment) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(b'{"jsonrpc": "2.0", "id": 1, "method": "ping"}\n')
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == 1
        process.send_signal(number)
        assert process.wait(timeout=2 * PATIENCE) == -number


def test_the_process_ends_when_its_input_is_closed(service: Service) -> None:
    environment = {**os.environ, "RAG_ENCODER": "hashing", "RAG_INDEX_DIR": str(service.settings.index_dir)}
    ended = program("mcp", input="", env=environment)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
