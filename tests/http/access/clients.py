"""A service with keys, and HTTP clients of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from rag.http.access.key_file import KeyFile
from rag.http.access.keys import Key, digest, new_secret
from rag.service import Service
from rag.settings import Settings
from rag.wiring import assemble
from tests import samples

API_KEY = "open, sesame seeds"


def make_key(index: Path, name: str, **more: Any) -> str:
    """Add a key as `rag keys create` does, and return it."""
    secret = new_secret()
    known: dict[str, Any] = {"role": "ask", "groups": (), "expires": None, "rate": None}
    created = datetime.now(UTC)
    KeyFile(index).add(Key(name=name, sha256=digest(secret.encode()), created=created, **{**known, **more}))
    return secret


def settings(index: Path, **changes: Any) -> Settings:
    """Return settings of a service that asks for a key."""
    api_key = SecretStr(API_KEY)
    known = {"encoder": "hashing", "least_confidence": 0, "require_key": True, "api_key": api_key}
    return Settings(_env_file=None, index_dir=index, **{**known, **changes})


def service(folder: Path, **changes: Any) -> Service:
    """Return a service over three articles that asks for a key."""
    made = assemble(settings(folder / "index", **changes))
    samples.ingest(made, samples.write(folder / "articles"))
    return made


def bearer(key: str) -> dict[str, str]:
    """Return the header with a key."""
    return {"Authorization": f"Bearer {key}"}
