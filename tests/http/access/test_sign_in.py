"""People sign in on the page at a provider, and their session is a signed cookie."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from pydantic import SecretStr

from rag.http.access.key_file import KeyFile
from rag.http.app import create_app
from tests import samples
from tests.client import TestClient
from tests.http.access.clients import bearer, make_key, service
from tests.http.access.provider import CLIENT, SECRET, Provider, provided

ASKED = {"question": samples.LEVY_QUESTION}
OWN_PAGE = {"Origin": "http://127.0.0.1"}


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provided() as provider:
        yield provider


def client_of(folder: Path, address: str, **changes: Any) -> TestClient:
    known = {"oidc_issuer": address, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    app = create_app(service(folder, **{**known, **changes}))
    return TestClient(app, raise_server_exceptions=False, follow_redirects=False)


@pytest.fixture
def client(tmp_path: Path, provider: Provider) -> Iterator[TestClient]:
    with client_of(tmp_path, provider.address) as client:
        yield client


def begin(client: TestClient, to: str | None = None) -> str:
    """Begin a sign-in. Return the address at the provider."""
    response = client.get("/sign-in", params={"to": to} if to is not None else {})
    assert response.status_code == 303, response.text
    return str(response.headers["location"])


def back(address: str) -> str:
    """Go to the provider. Return the address of the service that it sends the browser to."""
    response = httpx2.get(address, follow_redirects=False, timeout=30, trust_env=False)
    assert response.status_code in (302, 307), response.text
    return response.headers["location"]


def sign_in(client: TestClient, to: str | None = None) -> httpx2.Response:
    response: httpx2.Response = client.get(back(begin(client, to)))
    return response


def who(client: TestClient) -> Any:
    return client.get("/v1/access").json()["client"]


def sentence(response: Any, status: int = 400) -> str:
    """Return the sentence on the page about an error."""
    assert (response.status_code, response.headers["content-type"]) == (status, "text/html; charset=utf-8")
    return str(response.text.partition('role="alert">')[2].partition("</p>")[0])


def test_a_person_signs_in_asks_and_signs_out(client: TestClient) -> None:
    assert client.post("/v1/answers", json=ASKED).status_code == 401
    assert client.get("/v1/access").json() == {
        "asking": "closed",
        "sign_in": True,
        "sharing": True,
        "feedback": True,
        "saving": False,
        "client": None,
    }
    finished = sign_in(client, "/documents/levy?start=1")
    assert (finished.status_code, finished.headers["location"]) == (303, "/documents/levy?start=1")
    assert who(client) == {"name": "oidc:ada", "role": "ask", "groups": ["finance"]}
    assert "24 pence" in client.post("/v1/answers", json=ASKED, headers=OWN_PAGE).json()["text"]
    assert client.get("/documents/levy").status_code == 200
    assert client.get("/v1/sources").status_code == 403
    assert client.post("/sign-out").status_code == 204
    assert client.cookies == {}
    assert client.get("/documents/levy").status_code == 401


def test_a_maintainer_ends_the_sessions_of_one_person(client: TestClient, tmp_path: Path) -> None:
    app: Any = client.app
    keys = app.state.access.keys
    sign_in(client)
    KeyFile(tmp_path / "index").sign_out("bob")
    keys.refresh()
    assert who(client) is not None
    KeyFile(tmp_path / "index").sign_out("ada")
    keys.refresh()
    assert who(client) is None
    assert client.get("/documents/levy").status_code == 401
    sign_in(client)
    assert who(client)["name"] == "oidc:ada"
    (tmp_path / "index" / "keys.json").write_text("{")
    keys.refresh()
    assert who(client) is None


def test_the_request_to_the_provider_has_pkce_state_and_nonce(client: TestClient, provider: Provider) -> None:
    address = begin(client)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    assert address.startswith(f"{provider.address}/authorize?")
    assert {**asked, "state": "", "nonce": "", "code_challenge": ""} == {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": "http://127.0.0.1/sign-in/callback",
        "scope": "openid profile",
        "state": "",
        "nonce": "",
        "code_challenge": "",
        "code_challenge_method": "S256",
    }
    again = {name: values[0] for name, values in parse_qs(urlsplit(begin(client)).query).items()}
    for name in ("state", "nonce", "code_challenge"):
        assert len(asked[name]) == 43
        assert asked[name] != again[name]


@pytest.mark.parametrize(("scheme", "prefix"), [("http", ""), ("https", ""), ("https", "/ask")])
def test_the_cookie_is_only_for_this_service(tmp_path: Path, provider: Provider, scheme: str, prefix: str) -> None:
    with client_of(tmp_path, provider.address, base_url=f"{scheme}://rag.example.org{prefix}") as client:
        client.base_url = httpx2.URL(f"{scheme}://rag.example.org")
        response = client.get(f"{prefix}/sign-in")
        cookie = SimpleCookie(response.headers["set-cookie"])["rag_sign_in"]
        assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "lax", f"{prefix}/")
        assert bool(cookie["secure"]) == (scheme == "https")
        finished = client.get(back(response.headers["location"]))
        cookies = [SimpleCookie(one) for one in finished.headers.get_list("set-cookie")]
        (session,) = (one["rag_session"] for one in cookies if "rag_session" in one)
        assert (session["httponly"], session["samesite"], session["path"]) == (True, "lax", f"{prefix}/")
        assert bool(session["secure"]) == (scheme == "https")
        assert session["max-age"] == "28800"
        assert finished.headers["location"] == f"{prefix}/"
        assert client.get(f"{prefix}/v1/access").json()["client"]["name"] == "oidc:ada"


def test_the_provider_may_take_the_secret_in_the_form(client: TestClient, provider: Provider) -> None:
    provider.basic = False
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "", "/a\nb", "/x" * 3_000]
)
def test_a_sign_in_never_leads_to_another_site(client: TestClient, to: str) -> None:
    assert sign_in(client, to).headers["location"] == "/"


# Wrong answers


def test_an_answer_without_the_state_of_this_browser_is_refused(client: TestClient) -> None:
    address = back(begin(client))
    client.cookies.clear()
    expected = "the sign-in did not succeed, because it took too long, or was begun in another window: sign in again"
    assert sentence(client.get(address)) == expected
    begin(client)
    assert sentence(client.get(address)) == expected, "the state of an earlier sign-in"
    assert sentence(client.get("/sign-in/callback")) == expected
    assert who(client) is None


def test_a_code_is_good_for_one_browser_and_one_time(client: TestClient, provider: Provider) -> None:
    address = begin(client)
    answer = back(address)
    state = parse_qs(urlsplit(answer).query)["state"][0]
    provider.codes["stolen"] = {**provider.codes.pop("code-0"), "code_challenge": "of another browser"}
    stolen = f"/sign-in/callback?{urlencode({'code': 'stolen', 'state': state})}"
    refusal = "the sign-in did not succeed, because the provider refused it: sign in again"
    assert sentence(client.get(stolen)) == refusal
    assert sign_in(client).status_code == 303


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "another"}, "the provider answered another sign-in"),
        ({"nonce": None}, "the provider answered another sign-in"),
        ({"azp": "another client"}, "the provider answered another sign-in"),
        ({"aud": "another client"}, "the token is not for this service: get one with the audience &#x27;rag&#x27;"),
        ({"exp": 1}, "the token has expired: get a new one from the provider"),
        (
            {"algorithm": "none", "key": ""},
            "the token is signed with &#x27;none&#x27;: have the provider sign with RS256",
        ),
    ],
)
def test_a_wrong_id_token_begins_no_session(
    client: TestClient, provider: Provider, claims: dict[str, Any], reason: str
) -> None:
    provider.id_token = claims
    assert sentence(sign_in(client)) == f"the sign-in did not succeed, because {reason}: sign in again"
    assert who(client) is None


def test_a_refusal_of_the_provider_is_told(client: TestClient) -> None:
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    response = client.get("/sign-in/callback", params={"error": "access_denied", "state": state})
    assert sentence(response) == "the sign-in did not succeed, because the provider refused it: sign in again"


def test_an_answer_of_another_provider_is_refused(client: TestClient) -> None:
    answer = f"{back(begin(client))}&iss=https://evil.example"
    assert "because another provider answered" in sentence(client.get(answer))


def test_a_person_without_a_role_gets_no_session(tmp_path: Path, provider: Provider) -> None:
    with client_of(tmp_path, provider.address, oidc_ask_groups={"staff"}) as client:
        assert sentence(sign_in(client), 403).startswith(
            "this needs the role &#x27;ask&#x27;, and the client has no role"
        )
        assert who(client) is None


def test_too_many_groups_are_refused_with_the_reason(client: TestClient, provider: Provider) -> None:
    provider.claims = {"sub": "ada", "groups": [f"group-{number:036}" for number in range(200)]}
    assert sentence(sign_in(client), 403) == (
        "you are in too many groups: have the provider send only the groups that this service needs"
    )


def test_a_silent_provider_is_told(tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.http.access.oidc.issuer._SECONDS", 0.2)
    provider.silent = True
    with client_of(tmp_path, provider.address) as client:
        response = client.get("/sign-in")
        unavailable = "the sign-in did not succeed, because the provider does not answer: try again later"
        assert sentence(response, 503) == unavailable


def test_without_a_secret_nobody_can_sign_in(tmp_path: Path, provider: Provider) -> None:
    with client_of(tmp_path, provider.address, oidc_client_secret=None) as client:
        assert sentence(client.get("/sign-in"), 404).startswith("people cannot sign in here: set RAG_OIDC_ISSUER")
        assert client.get("/v1/access").json()["sign_in"] is False
        assert client.post("/sign-out").status_code == 404


# Sessions


def test_a_changed_or_foreign_cookie_is_no_session(tmp_path: Path, client: TestClient, provider: Provider) -> None:
    begin(client)
    flow = client.cookies["rag_sign_in"]
    sign_in(client)
    session = client.cookies["rag_session"]
    head, body, signature = session.split(".")
    own = provider.token(aud="rag_session", name="eve", groups=["it"])
    for value in (flow, f"{head}.{body}x.{signature}", f"{head}.{body}.", own, "x", "[" * 2_000, "é"):
        client.cookies.clear()
        response = client.get("/v1/access", headers={b"Cookie": f"rag_session={value}".encode()})
        assert response.json()["client"] is None, value
    with client_of(tmp_path / "other", provider.address, oidc_client_secret=SecretStr(f"{SECRET}2")) as other:
        found = other.get("/v1/access", headers={"Cookie": f"rag_session={session}"})
        assert found.json()["client"] is None, "a new client secret ends all sessions"
    found = client.get("/v1/access", headers={"Cookie": f"rag_session={session}"})
    assert found.json()["client"]["name"] == "oidc:ada"


def test_a_session_ends_after_the_hours_of_the_setting(tmp_path: Path, provider: Provider) -> None:
    with client_of(tmp_path, provider.address, oidc_session_hours=0.00001) as client:
        finished = sign_in(client)
        session = SimpleCookie(finished.headers.get_list("set-cookie")[-1])["rag_session"]
        assert session["max-age"] == "0"
        found = client.get("/v1/access", headers={"Cookie": f"rag_session={session.value}"})
        assert found.json()["client"] is None


def test_a_new_mapping_of_groups_applies_to_sessions(tmp_path: Path, provider: Provider) -> None:
    with client_of(tmp_path, provider.address) as client:
        sign_in(client)
        session = {"Cookie": f"rag_session={client.cookies['rag_session']}"}
    with client_of(tmp_path, provider.address, oidc_admin_groups={"finance"}) as client:
        assert client.get("/v1/access", headers=session).json()["client"]["role"] == "admin"
    with client_of(tmp_path, provider.address, oidc_ask_groups={"hr"}) as client:
        assert client.get("/v1/access", headers=session).json()["client"] is None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1"}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://127.0.0.1"}, 401),
        ({"Sec-Fetch-Site": "cross-site"}, 401),
        ({"Sec-Fetch-Site": "none"}, 401),
        ({"Origin": "http://other.example"}, 401),
        ({"Origin": "null"}, 401),
        ({}, 401),
    ],
)
def test_another_site_cannot_act_in_the_name_of_a_person(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    sign_in(client)
    assert client.post("/v1/answers", json=ASKED, headers=headers).status_code == status


def test_a_key_comes_before_a_session(client: TestClient, tmp_path: Path) -> None:
    sign_in(client)
    key = make_key(tmp_path / "index", "bot")
    app: Any = client.app
    app.state.access.keys.refresh()
    assert client.get("/v1/access", headers=bearer(key)).json()["client"]["name"] == "bot"
    assert client.get("/v1/access", headers=bearer("wrong")).status_code == 401


def test_an_open_service_knows_people_who_sign_in(tmp_path: Path, provider: Provider) -> None:
    with client_of(tmp_path, provider.address, require_key=False) as client:
        assert client.get("/v1/access").json() == {
            "asking": "open",
            "sign_in": True,
            "sharing": True,
            "feedback": True,
            "saving": False,
            "client": None,
        }
        sign_in(client)
        assert who(client)["groups"] == ["finance"]
        client.cookies.set("rag_session", "damaged")
        assert client.post("/v1/answers", json=ASKED).status_code == 200


# Another provider


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of Authlib, which the provider uses
def test_a_person_signs_in_at_a_provider_of_others(tmp_path: Path) -> None:
    import oidc_provider_mock

    claims = {"email": "ada@example.org", "groups": ["finance", "editors"]}
    ada = oidc_provider_mock.User(sub="ada", claims=claims)
    with oidc_provider_mock.run_server_in_thread(user_claims=[ada], require_nonce=True) as server:
        address = f"http://localhost:{server.server_port}"
        settings = {"oidc_scopes": "openid email", "oidc_name_claim": "email", "oidc_maintain_groups": {"editors"}}
        with client_of(tmp_path, address, **settings) as client:
            form = httpx2.post(begin(client), data={"sub": "ada"}, trust_env=False, timeout=30)
            assert form.status_code == 302, form.text
            finished = client.get(form.headers["location"])
            assert finished.status_code == 303, finished.text
            assert who(client) == {"name": "oidc:ada@example.org", "role": "maintain", "groups": ["editors", "finance"]}
            assert client.get("/v1/sources").status_code == 200
