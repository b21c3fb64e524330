"""Every setting, its default and its meaning; each is read from the environment variable RAG_<NAME>."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import ConfigurationError
from rag.types import Fusion

_ADDRESS = re.compile(r"https?://[^\s?#]+")
_ORIGIN = re.compile(r"https?://[^\s/?#@]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:]+")


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise PydanticCustomError("address", "give an address such as https://example.org/rag")
    return value


def _origin(value: str) -> str:
    if value != "*" and not _ORIGIN.fullmatch(value):
        raise PydanticCustomError("origin", "give origins such as https://example.org, parted by commas")
    return value


def _host(value: str) -> str:
    if value != "*" and not _HOST.fullmatch(value):
        raise PydanticCustomError("host", "give names such as rag.example.org, parted by commas")
    return value


Address = Annotated[str, AfterValidator(_address)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_listed)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_listed)]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """Values only; `wiring` makes parts of them."""

    model_config = SettingsConfigDict(
        env_prefix="RAG_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True
    )

    index_dir: Path = Field(Path("index"), description="Where the index lies.")
    encoder: str = Field(
        "sentence-transformers:all-MiniLM-L6-v2",
        description="The model that turns text into vectors: sentence-transformers:<name or path>.",
    )
    store: str = Field("faiss", description="What keeps the vectors.")
    parse_seconds: float = Field(60.0, gt=0, description="Seconds that parsing one document may take.")
    parse_memory: int = Field(1024, ge=512, description="MiB of memory that parsing one document may take.")
    parse_output: int = Field(16, ge=1, description="MiB of text that one document may hold.")
    feed_user_agent: str = Field(
        "rag-policy",
        pattern=r"^[A-Za-z][\x20-\x7e]*$",
        description="Who asks for feeds and pages; its first word is the name that robots.txt knows it by.",
    )
    feed_delay: float = Field(1.0, ge=0, description="Seconds between two requests to one host, at least.")
    feed_seconds: float = Field(30.0, gt=0, description="Seconds that one request may take.")
    feed_body: int = Field(32, ge=1, description="MiB that a feed or a page may have, unpacked.")
    feed_total: int = Field(1024, ge=1, description="MiB that one run over feeds may fetch.")
    feed_minutes: float = Field(30.0, gt=0, description="Minutes between two looks at a feed with --watch, at least.")
    feed_allow_private: str | None = Field(
        None,
        description="Hosts and networks that may be asked though they are not public: intranet.example, 10.1.0.0/16.",
    )
    chunk_tokens: int = Field(200, ge=16, description="The most tokens of text in one indexed passage.")
    fusion: Fusion = Field(
        Fusion.Z_SCORE, description="How dense and lexical scores become one: z-score, rrf; lexical, dense: that alone."
    )
    reranker: str = Field(
        "late-interaction",
        description="What orders the best passages: late-interaction (by the encoder's tokens), "
        "cross-encoder:<model> or none.",
    )
    generator: str = Field("extractive", description="Who writes answers: extractive (no LLM) or openai:<model>.")
    generator_base_url: str | None = Field(None, description="The LLM server's address, http://localhost:11434/v1 say.")
    generator_api_key: SecretStr | None = Field(None, description="The LLM server's key; any word for a local server.")
    generator_timeout: float = Field(30.0, gt=0, description="Seconds an LLM has for an answer.")
    prompts_dir: Path | None = Field(None, description="A folder of templates to use in place of the package's own.")
    confidence_model: Path | None = Field(
        None, description="A file that `rag calibrate` wrote, to use in place of the package's own."
    )
    least_confidence: float = Field(0.35, ge=0, le=1, description="Below this confidence the service abstains.")
    keep_snapshots: int = Field(3, ge=1, description="How many snapshots stay on disk.")
    verify_minutes: float = Field(
        60.0, ge=0, description="Minutes between two checks of what is served against its checksums; 0: only at start."
    )
    api_key: SecretStr | None = Field(
        None, description="Who gives this key may change the index over HTTP; without one nobody may."
    )
    base_url: Address | None = Field(
        None,
        description="The address under which readers reach the service, for links to its pages; else as it was asked.",
    )
    trusted_proxies: Networks = Field(
        (), description="Proxies whose X-Forwarded-* headers are believed: addresses and networks, parted by commas."
    )
    cors_origins: Origins = Field(
        (), description="Sites whose pages may ask this service from a browser: origins, parted by commas; * for all."
    )
    mcp_hosts: Hosts = Field(
        (),
        description="Names, beside localhost and that of RAG_BASE_URL, by which clients may ask at /mcp; * for all.",
    )
    upload_limit: int = Field(64, ge=1, description="MiB that a request which changes the index may have.")
    host: str = Field("127.0.0.1", description="The address `rag serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port `rag serve` listens on.")


def load(changes: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and `.env`, where `changes`, by the names of variables, do not say else.

    Raises ConfigurationError naming the variable.
    """
    names = {f"RAG_{name.upper()}": name for name in Settings.model_fields}
    changes = changes or {}
    if unknown := sorted(changes.keys() - names.keys()):
        raise ConfigurationError(f"{unknown[0]!r} is no setting: 'rag settings' lists them")
    try:
        return Settings(**{names[name]: value for name, value in changes.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = f"RAG_{first['loc'][0]}".upper()
        raise ConfigurationError(f"{name} is {first['input']!r}: {first['msg'].lower()}") from error
