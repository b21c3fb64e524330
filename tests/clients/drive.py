"""Which clients there are, how each is set up, and what it showed when it asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
ENVIRONMENT = ROOT / ".venv-clients"
PYTHON = ENVIRONMENT / "bin" / "python"
OPEN_WEBUI = ROOT / ".venv-open-webui" / "bin" / "python"
NODE_MODULES = ENVIRONMENT / "node_modules"

_VERSION = "from importlib.metadata import version; print(version({!r}))"


@dataclass(frozen=True, slots=True)
class Client:
    """One client. `shows` names the ways of asking, by `api` and `how`, in which it keeps citations."""

    name: str
    driver: str
    setup: str
    shows: frozenset[tuple[str, str]]
    python: Path | None = PYTHON
    argument: str | None = None

    @property
    def installed(self) -> bool:
        """Whether its environment is there."""
        return (self.python or NODE_MODULES).exists()


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation as a client has it, and None for what it does not keep."""

    url: str
    title: str
    start: int | None = None
    end: int | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What a client showed for one way of asking."""

    api: str
    how: str
    text: str
    citations: tuple[Cited, ...]


PLAIN, STREAMED = "plain", "streamed"
CHAT = frozenset({("chat", PLAIN), ("chat", STREAMED)})
RESPONSES = frozenset({("responses", PLAIN), ("responses", STREAMED)})
ASSISTANT = frozenset({("mcp", PLAIN)})

CLIENTS = (
    Client("openai", "openai_sdk.py", 'OpenAI(base_url="…/v1", api_key="any")', CHAT | RESPONSES),
    Client(
        "openai",
        "openai_sdk.py",
        'OpenAI(base_url="…/v1", api_key="any")',
        CHAT | RESPONSES,
        python=Path(sys.executable),
    ),
    Client(
        "langchain-openai",
        "langchain.py",
        'ChatOpenAI(base_url="…/v1", api_key="any", model="rag", use_responses_api=True)',
        RESPONSES,
    ),
    Client(
        "llama-index-llms-openai-like",
        "llama_index.py",
        'OpenAILike(api_base="…/v1", api_key="any", model="rag", is_chat_model=True)',
        frozenset({("chat", PLAIN)}),
    ),
    Client(
        "litellm",
        "litellm_sdk.py",
        'completion(model="openai/rag", api_base="…/v1", api_key="any", …)',
        CHAT | RESPONSES,
    ),
    Client(
        "@ai-sdk/openai",
        "ai_sdk.mjs",
        'createOpenAI({ baseURL: "…/v1", apiKey: "any" })("rag")',
        CHAT | RESPONSES,
        python=None,
        argument="openai",
    ),
    Client(
        "@ai-sdk/openai-compatible",
        "ai_sdk.mjs",
        'createOpenAICompatible({ name: "rag", baseURL: "…/v1" })("rag-markdown")',
        frozenset(),
        python=None,
        argument="compatible",
    ),
    Client(
        "ai",
        "ai_sdk.mjs",
        'useChat({ transport: new DefaultChatTransport({ api: "…/api/chat" }) })',
        frozenset({("ui", STREAMED)}),
        python=None,
        argument="chat",
    ),
    Client(
        "open-webui",
        "open_webui.py",
        "OPENAI_API_BASE_URL=…/v1 OPENAI_API_KEY=any open-webui serve",
        frozenset({("chat", STREAMED)}),
        python=OPEN_WEBUI,
    ),
    Client("mcp", "mcp_client.py", 'Client("…/mcp")', ASSISTANT, python=Path(sys.executable)),
    Client(
        "@modelcontextprotocol/inspector",
        "inspector.mjs",
        "npx @modelcontextprotocol/inspector --cli …/mcp --transport http --method tools/call --tool-name ask",
        ASSISTANT,
        python=None,
        argument="ask",
    ),
)


def asked(client: Client, url: str, question: str) -> list[Shown]:
    """Let a client ask in every way it knows; return what it shows for each."""
    driver = HERE / "drivers" / client.driver
    if client.python is not None:
        printed = _run(str(client.python), "-I", str(driver), url, question)
    else:
        # Node looks for packages beside the program that asks for them.
        program = ENVIRONMENT / driver.name
        program.write_bytes(driver.read_bytes())
        printed = _run("node", str(program), str(client.argument), url, question)
    return [_shown(json.loads(line)) for line in printed.splitlines()]


def version(client: Client) -> str:
    """Return the version that is installed."""
    if client.python is not None:
        return _run(str(client.python), "-c", _VERSION.format(client.name)).strip()
    found: str = json.loads((NODE_MODULES / client.name / "package.json").read_text())["version"]
    return found


def _run(*command: str) -> str:
    offline = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # it would fetch one from elsewhere
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env={**os.environ, **offline})
    assert done.returncode == 0, done.stderr
    return done.stdout


def _shown(line: dict[str, object]) -> Shown:
    api, text, citations = line["api"], line["text"], line["citations"]
    assert isinstance(api, str)
    assert isinstance(text, str)
    assert isinstance(citations, list)
    how = STREAMED if line["stream"] else PLAIN
    return Shown(api, how, text, tuple(Cited(**citation) for citation in citations))
