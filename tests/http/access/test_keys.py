"""Keys identify clients: they are stored hashed, expire, are revoked, and have a rate. Wrong ones are slowed down."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from rag.errors import ConfigurationError
from rag.http.access.client import Client, Role
from rag.http.access.key_file import KeyFile
from rag.http.access.key_table import KeyTable
from rag.http.access.question_rates import QuestionRates
from rag.http.access.wrong_keys import WrongKeys
from rag.http.app import create_app
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import API_KEY, bearer, make_key, service
from tests.http.serving import wait_for

ASKED = {"question": samples.LEVY_QUESTION}
CHAT = {"messages": [{"role": "user", "content": samples.LEVY_QUESTION}]}
SECONDS = 30


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    with TestClient(create_app(service(tmp_path)), raise_server_exceptions=False) as client:
        yield client


def who(client: TestClient, key: str) -> Any:
    return client.get("/v1/access", headers=bearer(key)).json().get("client")


class Clock:
    """A clock that only a test moves."""

    now = 1_000.0

    def __call__(self) -> float:
        return self.now


# Keys in a running service


def test_a_key_is_in_force_without_a_restart_until_it_is_revoked(client: TestClient, tmp_path: Path) -> None:
    key = make_key(tmp_path / "index", "ada", groups=("finance", "hr"))
    wait_for(lambda: who(client, key) is not None, SECONDS)
    assert who(client, key) == {"name": "ada", "role": "ask", "groups": ["finance", "hr"]}
    assert client.get("/v1/documents", headers=bearer(key)).status_code == 200
    KeyFile(tmp_path / "index").remove("ada")
    wait_for(lambda: client.get("/v1/documents", headers=bearer(key)).status_code == 401, SECONDS)


def test_a_key_expires(client: TestClient, tmp_path: Path) -> None:
    key = make_key(tmp_path / "index", "old", expires=datetime.now(UTC) - timedelta(seconds=1))

    def detail() -> str:
        return str(client.get("/v1/documents", headers=bearer(key)).json()["detail"])

    wait_for(lambda: detail() == "the key 'old' has expired: ask for a new one", SECONDS)


def test_the_key_of_the_setting_is_an_administrator_who_sees_all_groups(client: TestClient) -> None:
    assert who(client, API_KEY) == {"name": "RAG_API_KEY", "role": "admin", "groups": None}


def test_the_scope_names_the_client(tmp_path: Path) -> None:
    key = make_key(tmp_path / "index", "bot", role="maintain", groups=("hr",))
    app = create_app(service(tmp_path))
    seen: list[Client | None] = []

    async def record(request: Request) -> Response:
        seen.append(request.scope["rag.client"])
        return Response()

    app.router.routes.insert(0, Route("/seen", record))
    TestClient(app).get("/seen", headers=bearer(key))
    TestClient(app).get("/seen", headers=bearer(API_KEY))
    assert seen == [
        Client("bot", Role.MAINTAIN, frozenset({"hr"})),
        Client("RAG_API_KEY", Role.ADMIN, None),
    ]


def test_an_open_service_ignores_the_word_of_a_chat_client_but_not_a_wrong_key(tmp_path: Path) -> None:
    client = TestClient(create_app(service(tmp_path, require_key=False)))
    assert client.post("/v1/chat/completions", json=CHAT, headers=bearer("any")).status_code == 200
    for _ in range(20):  # such words are not counted as wrong keys
        client.get("/v1/models", headers=bearer("any"))
    assert client.get("/v1/documents", headers=bearer(API_KEY)).status_code == 200
    assert client.post("/v1/answers", json=ASKED, headers=bearer("rag_revoked")).status_code == 401
    assert client.get("/v1/access", headers=bearer("any")).status_code == 401
    assert client.get("/v1/access").json() == {
        "asking": "open",
        "sign_in": False,
        "sharing": True,
        "feedback": True,
        "saving": False,
        "client": None,
    }


# The file


def test_the_file_has_no_key_and_is_private(tmp_path: Path) -> None:
    key = make_key(tmp_path, "ada")
    path = tmp_path / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert key.removeprefix("rag_") not in path.read_text()
    assert key.startswith("rag_")
    assert len(key) == len("rag_") + 43  # 256 bits
    make_key(tmp_path, "bob")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in KeyFile(tmp_path).read().keys] == ["ada", "bob"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"format": 1}{',
        b'{"format": 2, "keys": []}',
        b'{"format": 1, "keys": [{"name": "ada"}]}',
    ],
)
def test_a_damaged_file_lets_nobody_in_and_is_not_replaced(tmp_path: Path, content: bytes) -> None:
    key = make_key(tmp_path / "index", "ada")
    path = tmp_path / "index" / "keys.json"
    path.write_bytes(content)
    file = KeyFile(tmp_path / "index")
    for change in (lambda: file.remove("ada"), lambda: make_key(tmp_path / "index", "bob"), file.read):
        with pytest.raises(ConfigurationError, match=r"^the file of keys, \S+, is damaged, so no key in it is valid: "):
            change()
    assert path.read_bytes() == content
    client = TestClient(create_app(service(tmp_path)))
    response = client.get("/v1/documents", headers=bearer(key))
    assert response.status_code == 503
    assert response.json()["detail"].startswith("the service cannot read its keys: ")
    assert client.get("/v1/documents").status_code == 401
    assert client.get("/v1/documents", headers=bearer(API_KEY)).status_code == 200


def test_the_log_names_a_damaged_file_once_and_the_keys_return_with_the_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_key(tmp_path, "ada")
    path = tmp_path / "keys.json"
    good = path.read_bytes()
    table = KeyTable(tmp_path)
    path.write_bytes(good[:-20])
    table.refresh()
    table.refresh()
    (message,) = caplog.messages
    assert message.startswith(f"the file of keys, {path}, is damaged")
    assert table.find(json.loads(good)["keys"][0]["sha256"]) is None
    path.write_bytes(good)
    table.refresh()
    assert table.find(json.loads(good)["keys"][0]["sha256"]) is not None
    path.unlink()
    table.refresh()
    assert (table.find(json.loads(good)["keys"][0]["sha256"]), table.fault) == (None, None)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys.json").mkdir()
    with pytest.raises(ConfigurationError, match=r"cannot be read, so no key in it is valid: Is a directory: let the "):
        KeyFile(tmp_path).read()


def test_two_keys_never_have_one_name(tmp_path: Path) -> None:
    make_key(tmp_path, "ada")
    with pytest.raises(ConfigurationError, match="there is a key 'ada' already"):
        make_key(tmp_path, "ada")


# Rates


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers", ASKED),
        ("/v1/search", {"query": "levy"}),
        ("/v1/chat/completions", CHAT),
        ("/v1/responses", {"input": samples.LEVY_QUESTION}),
        ("/api/chat", CHAT),
    ],
)
def test_a_key_beyond_its_rate_gets_429_in_the_format_of_its_client(tmp_path: Path, path: str, body: Any) -> None:
    key = make_key(tmp_path / "index", "slow", rate=1)
    client = TestClient(create_app(service(tmp_path)))
    assert client.post(path, json=body, headers=bearer(key)).status_code == 200
    response = client.post(path, json=body, headers=bearer(key))
    assert response.status_code == 429
    assert 1 <= int(response.headers["retry-after"]) <= 60
    sentence = f"this key allows one question a minute: ask again in {response.headers['retry-after']} s"
    assert sentence in response.text
    if path in ("/v1/chat/completions", "/v1/responses"):
        assert response.json()["error"]["code"] == "rate_limit_exceeded"
    assert client.get("/v1/documents", headers=bearer(key)).status_code == 200, "reading is not asking"
    assert client.post(path, json=body, headers=bearer(API_KEY)).status_code == 200, "others are not limited"


def test_in_mcp_only_tools_are_questions_and_the_assistant_reads_the_refusal(tmp_path: Path) -> None:
    key = make_key(tmp_path / "index", "slow", rate=1)
    headers = {"Accept": "application/json, text/event-stream", **bearer(key)}

    def send(client: TestClient, method: str, **params: Any) -> Any:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        response = client.post("/mcp", json=message, headers=headers)
        assert response.status_code == 200
        return json.loads(response.text.partition("data: ")[2] or response.text)["result"]

    with TestClient(create_app(service(tmp_path))) as client:
        for _ in range(3):
            assert send(client, "tools/list")["tools"]
        question = {"question": samples.LEVY_QUESTION}
        assert not send(client, "tools/call", name="ask", arguments=question).get("isError")
        refused = send(client, "tools/call", name="ask", arguments=question)
        assert refused["isError"]
        assert refused["content"][0]["text"].startswith("this key allows one question a minute: ask again in ")


def test_questions_return_evenly() -> None:
    clock = Clock()
    rates = QuestionRates(clock)
    assert [rates.take("ada", 6) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    clock.now += 10
    assert [rates.take("ada", 6) for _ in range(2)] == [0, 10]
    clock.now += 4
    assert rates.take("ada", 6) == 6
    assert rates.take("bob", 6) == 0
    clock.now += 3_600
    assert [rates.take("ada", 6) for _ in range(7)].count(0) == 6, "unused questions do not add up"


# Wrong keys


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make an address wait for minutes after its first wrong key, so that no machine is too slow for the test."""
    monkeypatch.setattr("rag.http.access.wrong_keys._FREE", -10)


def test_an_address_waits_longer_after_each_wrong_key() -> None:
    clock = Clock()
    wrong = WrongKeys(clock)
    waits = []
    for _ in range(16):
        wrong.add("192.0.2.1")
        waits.append(wrong.wait("192.0.2.1"))
        clock.now += waits[-1]
    assert waits == [0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert wrong.wait("192.0.2.2") == 0
    clock.now += 10_000
    wrong.add("192.0.2.1")
    assert wrong.wait("192.0.2.1") == 0, "wrong keys are forgotten"


@pytest.mark.usefixtures("impatient")
def test_wrong_keys_are_slowed_down_without_a_place_at_the_gate(tmp_path: Path) -> None:
    app = create_app(service(tmp_path))
    client = TestClient(app)
    app.state.gate.places = 0
    found = [client.post("/v1/answers", json=ASKED, headers=bearer("guess")) for _ in range(3)]
    assert [one.status_code for one in found] == [401, 429, 429]
    assert int(found[-1].headers["retry-after"]) >= 1
    assert found[-1].json()["detail"].startswith("too many wrong keys came from this address: wait ")


@pytest.mark.usefixtures("impatient")
def test_a_guess_at_the_key_of_the_setting_is_not_even_compared(tmp_path: Path) -> None:
    client = TestClient(create_app(service(tmp_path)))
    client.get("/v1/documents", headers=bearer("guess"))
    assert client.get("/v1/documents", headers=bearer(API_KEY)).status_code == 429


@pytest.mark.usefixtures("impatient")
def test_nobody_is_locked_out_by_the_wrong_keys_of_others(tmp_path: Path) -> None:
    key = make_key(tmp_path / "index", "ada")
    app = create_app(service(tmp_path))
    here, there = (TestClient(app, client=(host, 1)) for host in ("192.0.2.1", "192.0.2.2"))
    assert here.get("/v1/documents", headers=bearer(API_KEY)).status_code == 200
    here.get("/v1/documents", headers=bearer("guess"))
    assert here.get("/v1/documents", headers=bearer("guess")).status_code == 429
    assert here.get("/v1/documents", headers=bearer(key)).status_code == 200, "the same address, a key from the file"
    assert here.get("/v1/documents", headers=bearer(API_KEY)).status_code == 200, "it was right here before"
    assert there.get("/v1/documents", headers=bearer(API_KEY)).status_code == 200, "another address"
