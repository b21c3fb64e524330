"""Open WebUI, a real server driven through its own HTTP API, down to the sources that it stores beside a message."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

MODEL = "rag-open-webui"
TASKS = {"title_generation": True, "tags_generation": True, "follow_up_generation": True}
OFFLINE = {
    "WEBUI_AUTH": "False",
    "WEBUI_SECRET_KEY": "any",
    "ENABLE_OLLAMA_API": "False",
    "OFFLINE_MODE": "True",
    "HF_HUB_OFFLINE": "1",
    "RAG_EMBEDDING_ENGINE": "openai",  # its own retrieval is not wanted, nor the models for it
    "AUDIO_STT_ENGINE": "openai",
    "ENABLE_VERSION_UPDATE_CHECK": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "USE_SLIM_DOCKER": "true",
}
_PATIENCE = 60.0
"""Seconds that it has to start, and to answer."""


class OpenWebUI:
    """Its API, as far as a chat needs it."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._token = ""

    def call(self, method: str, path: str, body: object = None) -> Any:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._token}"}
        data = None if body is None else json.dumps(body).encode()
        with urlopen(Request(self._address + path, data, headers, method=method), timeout=60) as response:
            return json.load(response)

    def sign_in(self) -> None:
        self._token = self.call("POST", "/api/v1/auths/signin", {"email": "", "password": ""})["token"]

    def ask(self, question: str) -> str:
        """Ask as its page does; return the chat's id."""
        asked = {"id": "q", "parentId": None, "childrenIds": ["a"], "role": "user", "content": question}
        reply = {"id": "a", "parentId": "q", "childrenIds": [], "role": "assistant", "content": "", "model": MODEL}
        history = {"currentId": "a", "messages": {"q": asked, "a": reply}}
        chat = {"title": "New Chat", "models": [MODEL], "history": history, "messages": [asked, reply]}
        chat_id: str = self.call("POST", "/api/v1/chats/new", {"chat": chat})["id"]
        place = {"chat_id": chat_id, "id": "a", "session_id": "s", "parent_id": "q", "user_message": asked}
        messages = [{"role": "user", "content": question}]
        request = {"stream": True, "model": MODEL, "messages": messages, "background_tasks": TASKS, **place}
        self.call("POST", "/api/chat/completions", request)
        return chat_id


def until(ready: Any) -> Any:
    """Return what `ready` returns once that is something; it may fail to connect before."""
    deadline, never = time.monotonic() + _PATIENCE, Event()
    while time.monotonic() < deadline:
        try:
            if found := ready():
                return found
        except URLError:
            pass
        never.wait(0.5)
    raise TimeoutError(ready)


def answered(webui: OpenWebUI, chat_id: str, question: str) -> Any:
    """Return the message once it is whole and the chat has the title that was made of the question."""
    chat = webui.call("GET", f"/api/v1/chats/{chat_id}")
    message = chat["chat"]["history"]["messages"]["a"]
    titled = question.startswith(chat["title"].removesuffix("…"))
    return message if message.get("done") and titled else None


def shown(message: Any) -> None:
    cited = [
        {"url": one["metadata"][0]["source"], "title": one["source"]["name"], "quote": one["document"][0]}
        for one in message["sources"]
    ]
    print(json.dumps({"api": "chat", "stream": True, "text": message["content"], "citations": cited}))


def main(base_url: str, question: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    command = [str(Path(sys.executable).parent / "open-webui"), "serve", "--host", "127.0.0.1", "--port", port]
    with TemporaryDirectory() as folder:
        service = {"OPENAI_API_BASE_URL": f"{base_url}/v1", "OPENAI_API_KEY": "any", "DATA_DIR": folder}
        server = subprocess.Popen(
            command, env={**os.environ, **OFFLINE, **service}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            webui = OpenWebUI(f"http://127.0.0.1:{port}")
            until(lambda: webui.call("GET", "/health"))
            webui.sign_in()
            webui.call("GET", "/api/models")
            chat_id = webui.ask(question)
            shown(until(lambda: answered(webui, chat_id, question)))
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])
