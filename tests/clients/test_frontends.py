"""The chat frontends of the guide: each is short, and shows a streamed answer with its sources in Chromium."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from playwright.sync_api import Locator, expect, sync_playwright

from tests import samples
from tests.browser.conftest import ARGUMENTS
from tests.clients.drive import ROOT
from tests.http.serving import wait_for

FRONTENDS = ROOT / ".venv-frontends"
GUIDE = (ROOT / "docs/chat-clients.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8000"
APPS = sorted((ROOT / "examples/frontends").glob("*.py"))
COMMANDS: dict[str, Callable[[Path, int], list[str]]] = {
    "chainlit_app": lambda app, port: ["chainlit", "run", str(app), "--headless", "--port", str(port)],
    "gradio_app": lambda app, port: ["python", str(app)],
    "streamlit_app": lambda app, port: [
        *("streamlit", "run", str(app), "--server.headless", "true", "--server.port", str(port)),
        *("--server.address", "127.0.0.1", "--browser.gatherUsageStats", "false"),
    ],
}
ENDPOINT_KEYS = {
    *("name", "apiKey", "baseURL", "models", "titleConvo", "titleModel", "titleMethod", "summarize", "summaryModel"),
    *("forcePrompt", "modelDisplayLabel", "addParams", "dropParams", "headers", "iconURL"),
}
"""The keys of a custom endpoint in the documentation of LibreChat."""


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.stem)
def test_a_frontend_is_in_the_guide_and_is_short(app: Path) -> None:
    code = app.read_text(encoding="utf-8")
    assert f"```python\n{code}```" in GUIDE
    assert len([line for line in code.splitlines() if line.strip()]) < 15
    compile(code, app.name, "exec", dont_inherit=True)


def test_the_endpoint_of_librechat_has_known_keys() -> None:
    found = re.search(r"```yaml\n(version: .+?)```", GUIDE, re.DOTALL)
    assert found is not None
    (endpoint,) = yaml.safe_load(found[1])["endpoints"]["custom"]
    assert endpoint.keys() <= ENDPOINT_KEYS
    assert endpoint["models"] == {"default": ["rag-markdown"], "fetch": False}
    assert endpoint["apiKey"] == "${KEY_OF_RAG}"


def test_the_app_for_slack_answers_a_mention(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```python\n(import os\n.+?)```", GUIDE, re.DOTALL)
    assert found is not None
    handlers: dict[str, Callable[..., None]] = {}

    class App:
        def __init__(self, token: str) -> None:
            assert token == "xoxb"

        def event(self, name: str) -> Callable[[Callable[..., None]], None]:
            def add(handler: Callable[..., None]) -> None:
                handlers[name] = handler

            return add

    class SocketModeHandler:
        def __init__(self, app: App, token: str) -> None:
            assert token == "xapp"

        def start(self) -> None:
            assert "app_mention" in handlers

    modules: dict[str, dict[str, object]] = {
        "slack_bolt": {"App": App},
        "slack_bolt.adapter": {},
        "slack_bolt.adapter.socket_mode": {"SocketModeHandler": SocketModeHandler},
        "httpx": {"post": httpx2.post},
    }
    for name, known in modules.items():
        module = types.ModuleType(name)
        vars(module).update(known)
        monkeypatch.setitem(sys.modules, name, module)
    for name, value in {"SLACK_BOT_TOKEN": "xoxb", "SLACK_APP_TOKEN": "xapp", "KEY_OF_RAG": "any"}.items():
        monkeypatch.setenv(name, value)
    exec(compile(found[1].replace(ADDRESS, url), "slack_app.py", "exec", dont_inherit=True), {})
    said: list[dict[str, Any]] = []
    event = {"text": f"<@U123> {samples.LEVY_QUESTION}", "ts": "1.2"}
    handlers["app_mention"](event, lambda text, thread_ts: said.append({"text": text, "thread_ts": thread_ts}))
    assert said[0]["thread_ts"] == "1.2"
    assert "The levy" in said[0]["text"]
    assert "|The sugar levy>" in said[0]["text"]


@pytest.mark.parametrize("app", APPS, ids=lambda app: app.stem)
def test_a_frontend_streams_the_answer_and_lists_its_sources(app: Path, url: str, tmp_path: Path) -> None:
    if not FRONTENDS.exists():
        (pytest.fail if os.environ.get("TEST_CLIENTS") else pytest.skip)("run 'make test-clients'")
    with running(app, url, tmp_path) as address, sync_playwright() as playwright:
        chromium = shutil.which("chromium") or playwright.chromium.executable_path
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(address)
        box = page.locator("textarea, [contenteditable=true]").first
        box.fill(samples.LEVY_QUESTION, timeout=60_000)
        wait_for(lambda: is_sent(box), 60)
        source = page.get_by_role("link", name="The sugar levy").first
        expect(source).to_be_visible(timeout=60_000)
        expect(source).to_have_attribute("href", re.compile("^https://example.org/levy"))
        expect(page.get_by_text("The levy 🥤 took effect on 6 April 2018.").first).to_be_visible()
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{app.stem}.png")
        browser.close()


def is_sent(box: Locator) -> bool:
    """Press Enter, and return whether the box is empty then. A page ignores the key until it is connected."""
    box.press("Enter")
    box.page.wait_for_timeout(1_000)
    return not box.evaluate("node => node.value ?? node.textContent")


@contextmanager
def running(app: Path, url: str, folder: Path) -> Iterator[str]:
    """Run a frontend as its user would, but with the address of the service under test. Yield its own address."""
    copy = folder / app.name
    copy.write_text(app.read_text(encoding="utf-8").replace(ADDRESS, url), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    program, *arguments = COMMANDS[app.stem](copy, port)
    known = {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False", "HOME": str(folder)}
    command = [str(FRONTENDS / "bin" / program), *arguments]
    with subprocess.Popen(command, cwd=folder, env={**os.environ, **known, "PYTHONPATH": ""}) as process:
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(lambda: serves(address), 120)
            yield address
        finally:
            process.terminate()


def serves(address: str) -> bool:
    """Return whether a frontend serves its page."""
    try:
        return httpx2.get(address, timeout=60).status_code == 200
    except httpx2.ConnectError:
        return False
