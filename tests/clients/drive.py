"""The clients, their configurations, and functions that run them and read their results."""

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
    """A client. `cites` has the pairs of `api` and `mode` in which it keeps citations."""

    name: str
    driver: str
    setup: str
    cites: frozenset[tuple[str, str]]
    python: Path | None = PYTHON
    argument: str | None = None

    @property
    def installed(self) -> bool:
        """Whether the environment of the client is installed."""
        return (self.python or NODE_MODULES).exists()


@dataclass(frozen=True, slots=True)
class ClientCitation:
    """A citation in the result of a client. A field is None if the client does not keep it."""

    url: str
    title: str
    start: int | None = None
    end: int | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """The text and the citations that a client shows for one API and mode."""

    api: str
    mode: str
    text: str
    citations: tuple[ClientCitation, ...]


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


def run_client(client: Client, url: str, question: str) -> list[Result]:
    """Ask a question with every API and mode of a client. Return the results."""
    driver = HERE / "drivers" / client.driver
    if client.python is not None:
        output = _run(str(client.python), "-I", str(driver), url, question)
    else:
        # Node looks for packages in the folder of the program.
        program = ENVIRONMENT / driver.name
        program.write_bytes(driver.read_bytes())
        output = _run("node", str(program), str(client.argument), url, question)
    return [_result(json.loads(line)) for line in output.splitlines()]


def version(client: Client) -> str:
    """Return the installed version."""
    if client.python is not None:
        return _run(str(client.python), "-c", _VERSION.format(client.name)).strip()
    found: str = json.loads((NODE_MODULES / client.name / "package.json").read_text())["version"]
    return found


def _run(*command: str) -> str:
    offline = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}  # otherwise litellm downloads the table of model costs
    done = subprocess.run(command, capture_output=True, text=True, timeout=180, env={**os.environ, **offline})
    assert done.returncode == 0, done.stderr
    return done.stdout


def _result(line: dict[str, object]) -> Result:
    api, text, citations = line["api"], line["text"], line["citations"]
    assert isinstance(api, str)
    assert isinstance(text, str)
    assert isinstance(citations, list)
    mode = STREAMED if line["stream"] else PLAIN
    return Result(api, mode, text, tuple(ClientCitation(**citation) for citation in citations))
