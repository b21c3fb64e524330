"""Run a real Open WebUI server, ask through its HTTP API, and print the sources that it stores with the message."""

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
    "RAG_EMBEDDING_ENGINE": "openai",  # its own retrieval and its models are not needed
    "AUDIO_STT_ENGINE": "openai",
    "ENABLE_VERSION_UPDATE_CHECK": "False",
    "ANONYMIZED_TELEMETRY": "False",
    "USE_SLIM_DOCKER": "true",
}
_TIMEOUT = 60.0
"""Seconds until the server must have started, and until it must have answered."""


class OpenWebUI:
    """A client for the part of the API of Open WebUI that a chat needs."""

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
        """Ask a question as the page of Open WebUI does. Return the id of the chat."""
        user_message = {"id": "q", "parentId": None, "childrenIds": ["a"], "role": "user", "content": question}
        reply = {"id": "a", "parentId": "q", "childrenIds": [], "role": "assistant", "content": "", "model": MODEL}
        history = {"currentId": "a", "messages": {"q": user_message, "a": reply}}
        chat = {"title": "New Chat", "models": [MODEL], "history": history, "messages": [user_message, reply]}
        chat_id: str = self.call("POST", "/api/v1/chats/new", {"chat": chat})["id"]
        ids = {"chat_id": chat_id, "id": "a", "session_id": "s", "parent_id": "q", "user_message": user_message}
        messages = [{"role": "user", "content": question}]
        request = {"stream": True, "model": MODEL, "messages": messages, "background_tasks": TASKS, **ids}
        self.call("POST", "/api/chat/completions", request)
        return chat_id


def wait_for(ready: Any) -> Any:
    """Call `ready` until its result is true, and return the result. Ignore errors of the connection."""
    deadline, never = time.monotonic() + _TIMEOUT, Event()
    while time.monotonic() < deadline:
        try:
            if result := ready():
                return result
        except URLError:
            pass
        never.wait(0.5)
    raise TimeoutError(ready)


def finished_message(webui: OpenWebUI, chat_id: str, question: str) -> Any:
    """Return the message if it is complete and the title of the chat comes from the question, otherwise None."""
    chat = webui.call("GET", f"/api/v1/chats/{chat_id}")
    message = chat["chat"]["history"]["messages"]["a"]
    titled = question.startswith(chat["title"].removesuffix("…"))
    return message if message.get("done") and titled else None


def print_result(message: Any) -> None:
    citations = [
        {"url": one["metadata"][0]["source"], "title": one["source"]["name"], "quote": one["document"][0]}
        for one in message["sources"]
    ]
    print(json.dumps({"api": "chat", "stream": True, "text": message["content"], "citations": citations}))


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
            wait_for(lambda: webui.call("GET", "/health"))
            webui.sign_in()
            webui.call("GET", "/api/models")
            chat_id = webui.ask(question)
            print_result(wait_for(lambda: finished_message(webui, chat_id, question)))
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])
