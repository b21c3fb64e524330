"""Bearer tokens of an OpenID Connect provider identify people, and wrong ones are refused with the reason."""

from __future__ import annotations

import hmac
import json
import sys
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization

from rag.errors import ConfigurationError
from rag.http.access import oidc
from rag.http.access.key_table import KeyTable
from rag.http.app import create_app
from tests.client import TestClient
from tests.http.access.clients import API_KEY, bearer, service, settings
from tests.http.access.provider import CLIENT, Provider, new_key, provided
from tests.http.serving import serving, wait_for

DEEP = f"{urlsafe_b64encode(b'[' * 20_000).decode()}.e.e"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with provided() as provider:
        yield provider


def client_of(folder: Path, provider: Provider, **changes: Any) -> TestClient:
    known = {"oidc_issuer": provider.address, "oidc_client_id": CLIENT}
    return TestClient(create_app(service(folder, **{**known, **changes})), raise_server_exceptions=False)


@pytest.fixture
def client(tmp_path: Path, provider: Provider) -> Iterator[TestClient]:
    with client_of(tmp_path, provider) as client:
        yield client


def refused(client: TestClient, token: str, status: int = 401) -> str:
    response = client.get("/v1/documents", headers=bearer(token))
    assert response.status_code == status, response.text
    if status == 401:
        assert response.headers["www-authenticate"] == 'Bearer realm="rag", error="invalid_token"'
    return str(response.json()["detail"])


def encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def who(client: TestClient, token: str) -> Any:
    return client.get("/v1/access", headers=bearer(token)).json()["client"]


def test_a_token_identifies_a_person_with_its_groups(client: TestClient, provider: Provider) -> None:
    assert client.get("/v1/documents", headers=bearer(provider.token())).status_code == 200
    assert who(client, provider.token()) == {"name": "oidc:ada", "role": "ask", "groups": ["finance"]}
    assert who(client, provider.token(kid=None))["name"] == "oidc:ada", "the provider has only one key"
    assert provider.asked == ["/.well-known/openid-configuration", "/keys"], "the answers of the provider are kept"


@pytest.mark.parametrize("groups", [None, [], "finance", ["finance", 7, ""], {"finance": True}, 7])
def test_a_claim_for_groups_may_be_missing_or_of_any_kind(client: TestClient, provider: Provider, groups: Any) -> None:
    listed = ["finance"] if groups == "finance" or (isinstance(groups, list) and groups) else []
    assert who(client, provider.token(groups=groups)) == {"name": "oidc:ada", "role": "ask", "groups": listed}


def test_the_settings_name_the_claims(tmp_path: Path, provider: Provider) -> None:
    names = {"oidc_groups_claim": "realm_access.roles", "oidc_name_claim": "https://example.org/name"}
    with client_of(tmp_path, provider, **names) as client:
        claims: dict[str, Any] = {"realm_access": {"roles": ["hr"]}, "https://example.org/name": "Ada\nObi"}
        assert who(client, provider.token(**claims)) == {"name": "oidc:AdaObi", "role": "ask", "groups": ["hr"]}
        assert who(client, provider.token(realm_access="hr")) == {"name": "oidc:ada", "role": "ask", "groups": []}


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["it"], "admin"), (["editors", "x"], "maintain"), (["staff"], "ask"), (["x"], None), (None, None)],
)
def test_groups_give_roles(tmp_path: Path, provider: Provider, groups: list[str] | None, role: str | None) -> None:
    names = ("oidc_admin_groups", "oidc_maintain_groups", "oidc_ask_groups")
    mapping = dict(zip(names, ({"it"}, {"editors"}, {"staff"}), strict=True))
    with client_of(tmp_path, provider, api_key=None, **mapping) as client:
        token = provider.token(groups=groups)
        if role is None:
            assert refused(client, token, 403) == (
                "this needs the role 'ask', and the client has no role: ask the administrator for it"
            )
            return
        assert who(client, token)["role"] == role
        assert client.get("/v1/ingestions", headers=bearer(token)).status_code == (403 if role == "ask" else 200)


# Wrong tokens


def test_a_token_of_another_issuer_is_refused(client: TestClient, provider: Provider) -> None:
    token = provider.token(iss="https://evil.example")
    assert refused(client, token) == f"the token has another issuer: get one from {provider.address}"


@pytest.mark.parametrize("audience", ["other", ["other"], [], None])
def test_a_token_for_another_service_is_refused(client: TestClient, provider: Provider, audience: Any) -> None:
    assert "the token " in refused(client, provider.token(aud=audience))


def test_the_audience_may_be_one_of_several_and_have_a_setting(tmp_path: Path, provider: Provider) -> None:
    with client_of(tmp_path, provider, oidc_audience="https://rag.example.org") as client:
        assert who(client, provider.token(aud=["x", "https://rag.example.org"]))["name"] == "oidc:ada"
        sentence = "the token is not for this service: get one with the audience 'https://rag.example.org'"
        assert refused(client, provider.token()) == sentence


def test_an_expired_token_is_refused_and_is_no_guess(client: TestClient, provider: Provider) -> None:
    token = provider.token(exp=int(time.time()) - 60)
    for _ in range(10):
        assert refused(client, token) == "the token has expired: get a new one from the provider"


@pytest.mark.parametrize("claims", [{"exp": None}, {"sub": None}, {"iss": None}])
def test_a_token_needs_the_usual_claims(client: TestClient, provider: Provider, claims: dict[str, Any]) -> None:
    (name,) = claims
    assert refused(client, provider.token(**claims)).startswith(f"the token has no claim '{name}'")


@pytest.mark.parametrize("claims", [{"nbf": 99_999_999_999}, {"iat": 99_999_999_999}, {"sub": 7}, {"exp": "soon"}])
def test_a_token_with_impossible_claims_is_refused(
    client: TestClient, provider: Provider, claims: dict[str, Any]
) -> None:
    assert refused(client, provider.token(**claims)) == "the token is not valid: get a new one from the provider"


def test_a_token_without_a_signature_is_refused(client: TestClient, provider: Provider) -> None:
    unsigned = provider.token(algorithm="none", key="")
    assert refused(client, unsigned) == "the token is signed with 'none': have the provider sign with RS256"
    signed = provider.token()
    assert refused(client, f"{signed.rpartition('.')[0]}.") == "the token is not valid: get a new one from the provider"


def test_a_token_signed_with_the_public_key_as_a_secret_is_refused(client: TestClient, provider: Provider) -> None:
    public = provider.keys["one"].public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    header, content, _ = provider.token().split(".")
    header = encoded(json.dumps({"alg": "HS256", "kid": "one"}).encode())
    signature = encoded(hmac.digest(pem, f"{header}.{content}".encode(), "sha256"))
    sentence = "the token is signed with 'HS256': have the provider sign with RS256"
    assert refused(client, f"{header}.{content}.{signature}") == sentence


def test_a_token_with_the_name_of_a_key_and_another_key_is_refused(client: TestClient, provider: Provider) -> None:
    forged = provider.token(key=new_key())
    assert refused(client, forged) == "the token is not valid: get a new one from the provider"
    content, other = provider.token(), provider.token(groups=["it"])
    mixed = ".".join([content.split(".")[0], other.split(".")[1], content.split(".")[2]])
    assert refused(client, mixed) == "the token is not valid: get a new one from the provider"


@pytest.mark.parametrize(
    "token", ["a.b.c", "..", "eyJhbGciOiJSUzI1NiJ9..", "é.é.é", "W10.W10.W10", "x" * 9_000 + ".y.z", DEEP]
)
def test_a_token_that_cannot_be_read_is_refused(client: TestClient, token: str) -> None:
    response = client.get("/v1/documents", headers={b"Authorization": b"Bearer " + token.encode()})
    assert response.status_code == 401


def test_forged_tokens_are_slowed_down_like_wrong_keys(
    client: TestClient, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.http.access.wrong_keys._FREE", -10)
    found = [client.get("/v1/documents", headers=bearer("a.b.c")).status_code for _ in range(3)]
    assert found == [401, 429, 429]
    assert who(client, provider.token())["name"] == "oidc:ada", "a right token is never locked out"


# The provider


def test_a_new_key_of_the_provider_is_fetched_but_unknown_ones_only_once(
    tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.http.access.oidc.renewed._LEAST_SECONDS", 0)
    with client_of(tmp_path, provider) as client:
        assert who(client, provider.token())["name"] == "oidc:ada"
        provider.keys["two"] = new_key()
        assert who(client, provider.token(kid="two"))["name"] == "oidc:ada"
        monkeypatch.setattr("rag.http.access.oidc.renewed._LEAST_SECONDS", 3_600)
        asked = len(provider.asked)
        for number in range(5):
            unknown = provider.token(kid=f"unknown-{number}", key=new_key())
            assert refused(client, unknown) == (
                f"the provider has no key 'unknown-{number}': get a new token from {provider.address}"
            )
        assert len(provider.asked) == asked, "an unknown key makes the service ask at most once a minute"


def test_a_silent_provider_delays_only_its_own_tokens(
    tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.http.access.oidc.issuer._SECONDS", 0.2)
    monkeypatch.setattr("rag.http.access.oidc.renewed._RETRY_SECONDS", 3_600)
    provider.silent = True
    with client_of(tmp_path, provider) as client:
        response = client.get("/v1/documents", headers=bearer(provider.token()))
        assert (response.status_code, response.headers["retry-after"]) == (503, "10")
        assert response.json()["detail"] == (
            "the token cannot be checked, because its provider does not answer: try again later"
        )
        asked = len(provider.asked)
        for _ in range(3):
            refused(client, provider.token(), 503)
        assert len(provider.asked) == asked, "it is not asked again for a while"
        assert client.get("/healthz").status_code == 200
        assert client.get("/v1/documents", headers=bearer(API_KEY)).status_code == 200


def test_a_health_check_does_not_wait_for_a_silent_provider(
    tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.http.access.oidc.issuer._SECONDS", 300.0)
    provider.silent = True
    made = service(tmp_path, oidc_issuer=provider.address, oidc_client_id=CLIENT)
    with serving(made) as address, ThreadPoolExecutor() as pool, httpx2.Client(trust_env=False) as client:
        token = bearer(provider.token())
        waiting = [pool.submit(httpx2.get, f"{address}/v1/documents", headers=token, timeout=300) for _ in range(4)]
        wait_for(lambda: bool(provider.asked), 30)
        assert client.get(f"{address}/healthz", timeout=30).status_code == 200
        assert not any(one.done() for one in waiting), "the provider is still silent"
        provider.silent = False
        assert {one.result().status_code for one in waiting} == {200}


def test_the_last_keys_serve_while_the_provider_is_away(
    tmp_path: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    with client_of(tmp_path, provider) as client:
        assert who(client, provider.token())["name"] == "oidc:ada"
        monkeypatch.setattr("rag.http.access.oidc.renewed._FRESH_SECONDS", 0)
        provider.broken = b"{}"
        assert who(client, provider.token())["name"] == "oidc:ada"


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"<html>", b'{"keys": []}', b'{"keys": 7}', b"\xff", b"[" * 99_999]
)
def test_a_broken_provider_is_named_in_the_log(
    client: TestClient, provider: Provider, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    provider.broken = body
    refused(client, provider.token(), 503)
    assert provider.token() not in caplog.text


def test_a_provider_with_another_name_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with provided(issuer="https://other.example") as provider, client_of(tmp_path, provider) as client:
        refused(client, provider.token(), 503)
        assert "is of the issuer 'https://other.example': set RAG_OIDC_ISSUER to exactly this" in caplog.text


# Settings


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"oidc_client_id": "x"}, "RAG_OIDC_CLIENT_ID has no effect without a provider: set RAG_OIDC_ISSUER"),
        ({"oidc_issuer": "https://a.eu"}, "RAG_OIDC_ISSUER needs an audience"),
        (
            {"oidc_issuer": "https://a.eu", "oidc_audience": "x", "oidc_client_secret": "0123456789abcdef"},
            "RAG_OIDC_CLIENT_SECRET needs the id of the client: set RAG_OIDC_CLIENT_ID",
        ),
    ],
)
def test_missing_settings_are_named(tmp_path: Path, changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigurationError, match=sentence):
        oidc.people_of(settings(tmp_path, **changes), KeyTable(tmp_path))


def test_without_a_provider_there_are_no_people(tmp_path: Path) -> None:
    assert oidc.people_of(settings(tmp_path), KeyTable(tmp_path)) is None


def test_a_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("rag.http.access.oidc.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "jwt", None)
    with pytest.raises(ConfigurationError, match=r"^jwt is not installed: pip install 'rag-policy\[oidc\]'$"):
        oidc.people_of(settings(tmp_path, oidc_issuer="https://a.eu", oidc_client_id="x"), KeyTable(tmp_path))
