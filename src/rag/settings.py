"""Every setting, with its default and its meaning. The environment variable RAG_<NAME> sets it."""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from rag.errors import ConfigurationError
from rag.types import (
    DEFAULT_RANKS,
    AuditedQuestions,
    Fusion,
    KeepOriginals,
    LogFormat,
    LogLevel,
    Permission,
    Precedence,
)

_OF_COMPOSE = frozenset({"RAG_ARTICLES", "RAG_PACKAGES"})
"""Variables that only docker-compose.yml reads."""

_RENAMED = {"RAG_MCP_HOSTS": "RAG_ALLOWED_HOSTS"}

_LONGEST = 10_000_000
"""The most seconds or minutes in a setting. Python cannot wait for 300 years."""

_log = logging.getLogger(__name__)

_ADDRESS = re.compile(r"https?://[^\s?#]+")
_ORIGIN = re.compile(r"https?://[^\s/?#@]+")
_HOST = re.compile(r"[A-Za-z0-9.-]+|[0-9A-Fa-f:]+")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")

_SHORTEST_SECRET = 16
_LEAST_LETTERS = 8
"""The least number of different characters in a secret. Sixteen random hexadecimal digits have about ten."""


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _address(value: str) -> str:
    if not _ADDRESS.fullmatch(value):
        raise PydanticCustomError("address", "give an address such as https://example.org/rag")
    return value


def _origin(value: str) -> str:
    if value != "*" and not _ORIGIN.fullmatch(value):
        raise PydanticCustomError("origin", "give origins such as https://example.org, separated by commas")
    return value


def _host(value: str) -> str:
    if value != "*" and not _HOST.fullmatch(value):
        raise PydanticCustomError("host", "give names such as rag.example.org, separated by commas")
    return value


def _rank(value: str) -> str:
    if not value.replace(" ", "").isalpha():
        raise PydanticCustomError("rank", "give words such as act law, and commas between ranks")
    return value.lower()


def _issuer(value: str) -> str:
    if not value.startswith("https://") and urlsplit(_address(value)).hostname not in _LOOPBACK:
        raise PydanticCustomError(
            "issuer", "give an address with https, because the service trusts the keys from there"
        )
    return _address(value)


def _check_strength(secret: str) -> None:
    if len(secret) < _SHORTEST_SECRET or len(set(secret)) < _LEAST_LETTERS:
        raise PydanticCustomError(
            "weak",
            f"it is easy to guess: give at least {_SHORTEST_SECRET} characters, {_LEAST_LETTERS} of them different, "
            "such as those of 'openssl rand -hex 32'",
        )


Address = Annotated[str, AfterValidator(_address)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], NoDecode, BeforeValidator(_listed)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], NoDecode, BeforeValidator(_listed)]
Issuer = Annotated[str, AfterValidator(_issuer)]
Ranks = Annotated[tuple[Annotated[str, AfterValidator(_rank)], ...], NoDecode, BeforeValidator(_listed)]
Precedences = Annotated[tuple[Precedence, ...], NoDecode, BeforeValidator(_listed)]
Groups = Annotated[frozenset[str], NoDecode, BeforeValidator(_listed)]
Networks = Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """The settings. They are plain values; `wiring` creates the parts of the service from them."""

    model_config = SettingsConfigDict(
        env_prefix="RAG_", env_file=".env", env_ignore_empty=True, extra="ignore", frozen=True, allow_inf_nan=False
    )

    index_dir: Path = Field(Path("index"), description="The folder of the index.")
    encoder: str = Field(
        "sentence-transformers:all-MiniLM-L6-v2",
        description="The model that turns text into vectors: sentence-transformers:<name or path>.",
    )
    compiled_models: Path | None = Field(
        None,
        description="A folder of models from `rag compile`, for machines without torch. Models in it are used before "
        "those cached with the index.",
    )
    store: str = Field("faiss", description="The vector store.")
    parse_seconds: float = Field(60.0, gt=0, le=_LONGEST, description="Seconds that parsing one document may take.")
    parse_memory: int = Field(1024, ge=512, description="MiB of memory that parsing one document may take.")
    parse_output: int = Field(16, ge=1, description="MiB of text that one document may hold.")
    ocr_seconds: float = Field(
        600.0,
        ge=0,
        description="Seconds that OCR of one file may take, if the program tesseract is installed. 0 switches OCR off.",
    )
    ocr_languages: str | None = Field(
        None,
        pattern=r"^[\w/+-]+$",
        description="The languages of scans as tesseract names them, such as eng+deu. Default: the installed ones.",
    )
    email_attachments: bool = Field(False, description="Whether files attached to e-mails become documents too.")
    feed_user_agent: str = Field(
        "rag-policy",
        pattern=r"^[A-Za-z][\x20-\x7e]*$",
        description="The User-Agent for feeds and pages. robots.txt rules match its first word.",
    )
    feed_delay: float = Field(
        1.0, ge=0, le=_LONGEST, description="The least number of seconds between two requests to one host."
    )
    feed_seconds: float = Field(
        30.0, gt=0, le=_LONGEST, description="The most seconds that one request for a feed or a page may take."
    )
    feed_body: int = Field(32, ge=1, description="The largest size of a feed or a page, in MiB after decompression.")
    feed_total: int = Field(1024, ge=1, description="The most MiB that one ingest may fetch from feeds.")
    feed_minutes: float = Field(
        30.0, gt=0, le=_LONGEST, description="The least number of minutes between two requests for a feed with --watch."
    )
    feed_allow_private: str | None = Field(
        None,
        description="Private hosts and networks that feeds may use: intranet.example, 10.1.0.0/16.",
    )
    chunk_tokens: int = Field(200, ge=16, description="The most tokens of text in one indexed passage.")
    fusion: Fusion = Field(
        Fusion.Z_SCORE,
        description="How to combine dense and lexical scores: z-score or rrf. lexical or dense uses one score alone.",
    )
    reranker: str = Field(
        "late-interaction",
        description="The reranker of the best passages: late-interaction (with the encoder's token vectors), "
        "cross-encoder:<model> or none.",
    )
    generator: str = Field(
        "extractive",
        description="The generator of answers: extractive (no LLM), or an LLM as openai:<model>, "
        "openai-responses:<model>, anthropic:<model>, ollama:<model> or gemini:<model>.",
    )
    generator_base_url: str | None = Field(
        None, description="The address of the LLM server, for example http://localhost:8080/v1."
    )
    generator_api_key: SecretStr | None = Field(
        None, description="The key for the LLM server. A local server accepts any word."
    )
    generator_timeout: float = Field(
        30.0,
        gt=0,
        le=_LONGEST,
        description="The most seconds that an LLM may take for a question, its rewrite included.",
    )
    generator_waiting: int = Field(
        8, ge=1, le=1_000, description="The most questions that wait for an LLM. The others get extractive answers."
    )
    generator_gate: float = Field(
        0.05, ge=0, le=1, description="An LLM is not asked if the confidence is below this; 0: it is always asked."
    )
    generator_context: int = Field(
        4_096, ge=1_024, description="The context window of an LLM, in tokens: the passages and the reply fit into it."
    )
    generator_max_tokens: int = Field(
        1_000, ge=50, description="The most tokens of a reply of an LLM, with those for its reasoning."
    )
    generator_effort: str | None = Field(
        None, description="The effort of a reasoning LLM, in its own words, for example low. Not set for other LLMs."
    )
    generator_daily_tokens: int | None = Field(
        None, ge=1, description="The most tokens that an LLM may use in a day (UTC). Then answers are extractive."
    )
    generator_translations: bool = Field(
        False,
        description="Whether to show a reply in another language than its sources as an unverified translation.",
    )
    prompts_dir: Path | None = Field(None, description="A folder of prompt templates that replaces the package's own.")
    confidence_model: Path | None = Field(
        None, description="A file from `rag calibrate` that replaces the package's own confidence model."
    )
    least_confidence: float = Field(0.3, ge=0, le=1, description="The service abstains below this confidence.")
    document_ranks: Ranks = Field(
        DEFAULT_RANKS,
        description="The kinds of documents of each rank, separated by spaces, the highest rank first, separated by "
        "commas. If two documents in force contradict each other, the higher one goes first. The metadata of a "
        "document says its kind, or else its title does.",
    )
    conflict_order: Precedences = Field(
        tuple(Precedence),
        description="What decides which of two contradicting documents goes first, in this order, separated by commas: "
        "rank, date (the newer one) and specific (the one whose title and headings have more of the question).",
    )
    keep_snapshots: int = Field(3, ge=1, description="The number of snapshots to keep on disk.")
    past_days: int | None = Field(
        None,
        ge=0,
        le=_LONGEST,
        description="The days that the index keeps the text of a document after it was replaced or removed. Without "
        "it, all stay; 0 keeps none.",
    )
    keep_originals: KeepOriginals = Field(
        KeepOriginals.REMOTE,
        description="The documents whose files the index keeps: none; remote, those from HTTP and feeds; or all, also "
        "those of folders.",
    )
    snapshots: str | None = Field(
        None,
        description="Where a writer publishes its index for replicas. They copy it from a storage: "
        "file:///mnt/share/rag, or s3://bucket/prefix with the extra s3. Or they ask a database: "
        "postgresql://user@host/name, with the extra postgres.",
    )
    writer: Address | None = Field(
        None,
        description="The address of the writer, for example http://writer:8000. With it, this service is a replica: it "
        "takes its index from RAG_SNAPSHOTS and passes changes on to the writer.",
    )
    snapshots_seconds: float = Field(
        2.0, gt=0, le=_LONGEST, description="Seconds between two looks at RAG_SNAPSHOTS, and for changes to publish."
    )
    verify_minutes: float = Field(
        60.0,
        ge=0,
        le=_LONGEST,
        description="Minutes between two checks of the served snapshot's checksums; 0: only at start.",
    )
    api_key: SecretStr | None = Field(
        None,
        description="A key with the role admin, for a service without 'rag keys'. At least 16 characters, 8 of them "
        "different.",
    )
    require_key: bool = Field(
        False, description="Whether clients need a key or a sign-in to ask and to read. Without it, only for changes."
    )
    oidc_issuer: Issuer | None = Field(
        None, description="The issuer of an OpenID Connect provider, for example https://login.example.org/realms/city."
    )
    oidc_audience: str | None = Field(
        None, description="The audience that bearer tokens must have. Without it, the client id."
    )
    oidc_client_id: str | None = Field(
        None, description="The id of this service at the provider. It is needed for the sign-in on the page."
    )
    oidc_client_secret: SecretStr | None = Field(
        None, description="The secret of this service at the provider. With it, people can sign in on the page."
    )
    oidc_scopes: str = Field("openid profile", description="The scopes that the sign-in asks for, separated by spaces.")
    oidc_groups_claim: str = Field(
        "groups", description="The claim that lists the groups of a person; dots lead into it: realm_access.roles."
    )
    oidc_name_claim: str = Field(
        "sub", description="The claim that names a person in logs. Choose one that nobody can change for themselves."
    )
    oidc_ask_groups: Groups = Field(
        frozenset(),
        description="Groups that may ask, separated by commas. Without it, everyone with a token of the provider.",
    )
    oidc_maintain_groups: Groups = Field(frozenset(), description="Groups with the role maintain, separated by commas.")
    oidc_admin_groups: Groups = Field(frozenset(), description="Groups with the role admin, separated by commas.")
    oidc_session_hours: float = Field(
        8.0, gt=0, le=1_000, description="Hours after which a person must sign in on the page again."
    )
    base_url: Address | None = Field(
        None,
        description="The public address of the service, for links to its pages. Without it, links use the address of "
        "the request.",
    )
    trusted_proxies: Networks = Field(
        (), description="Proxies whose X-Forwarded-* headers to trust: addresses and networks, separated by commas."
    )
    cors_origins: Origins = Field(
        (),
        description="Sites whose pages may call this service from a browser: origins, separated by commas; * for all.",
    )
    allowed_hosts: Hosts = Field(
        (),
        description="Host names that clients may use besides IP addresses, localhost and the host of RAG_BASE_URL, "
        "separated by commas; * for all.",
    )
    active_requests: int | None = Field(
        None,
        ge=1,
        le=1_000,
        description="The most requests that are worked on at once, besides those that wait for an LLM. Without it, two "
        "for each core.",
    )
    queued_requests: int = Field(
        64, ge=0, le=10_000, description="The most requests that wait for their turn. Others get 503 at once."
    )
    queue_seconds: float = Field(
        0.5,
        gt=0,
        le=_LONGEST,
        description="The most seconds that a request waits for its turn. Then it gets 503, or at once in a long queue.",
    )
    upload_limit: int = Field(64, ge=1, description="The largest size of a request that changes the index, in MiB.")
    workers: int = Field(
        1, ge=1, le=64, description="The processes of `rag serve`. They share the limits of requests and of an LLM."
    )
    shutdown_seconds: float = Field(
        5.0, ge=0, le=3_600, description="Seconds that requests have to finish when the service stops."
    )
    log_format: LogFormat = Field(
        LogFormat.TEXT, description="The form of log lines: text, or json, one object a line."
    )
    log_level: LogLevel = Field(
        LogLevel.INFO, description="The least level of log lines. Health checks and scrapes are logged at debug."
    )
    slow_seconds: float = Field(
        5.0,
        ge=0,
        le=_LONGEST,
        description="A question that takes at least so many seconds is logged with its stages; 0: none.",
    )
    log_questions: bool = Field(False, description="Whether the log line of a slow question holds its text.")
    metrics: bool = Field(True, description="Whether `GET /metrics` answers, for Prometheus.")
    audit_dir: Path | None = Field(
        None,
        description="The folder of the audit log: who asked, when, and which documents they saw. Without it, none is "
        "written.",
    )
    audit_questions: AuditedQuestions = Field(
        AuditedQuestions.TEXT,
        description="How the audit log holds questions: text, or hmac, a hash with RAG_AUDIT_KEY.",
    )
    audit_key: SecretStr | None = Field(
        None, min_length=16, description="The key for RAG_AUDIT_QUESTIONS=hmac, at least 16 characters."
    )
    audit_days: int | None = Field(
        None, ge=1, le=_LONGEST, description="The days that the audit log keeps its entries. Without it, all stay."
    )
    audit_file_size: int = Field(
        64, ge=1, le=4_096, description="MiB of a file of the audit log. A new file begins at this size, and each day."
    )
    share_answers: Permission = Field(
        Permission.EVERYONE,
        description="Who may share answers by a link: nobody, clients with a key or sign-in, or everyone who may ask.",
    )
    feedback: Permission = Field(
        Permission.EVERYONE,
        description="Who may give feedback, which is kept with its answer: nobody, clients, or everyone who may ask.",
    )
    save_questions: Permission = Field(
        Permission.CLIENTS,
        description="Who may save questions over HTTP, with webhooks: nobody, clients with a key or sign-in, or "
        "everyone who may ask.",
    )
    review_limit: int | None = Field(
        None,
        ge=0,
        description="A change is held back if it changes the answers to more saved questions. Without it, none is.",
    )
    webhook_allow_private: str | None = Field(
        None,
        description="Private hosts and networks that webhooks may reach: intranet.example, 10.1.0.0/16.",
    )
    kept_answers: int = Field(
        10_000, ge=1, description="The most shared answers to keep, and the most entries of feedback."
    )
    host: str = Field("127.0.0.1", description="The address `rag serve` listens on.")
    port: int = Field(8000, ge=0, le=65_535, description="The port `rag serve` listens on.")

    @field_validator("api_key", "oidc_client_secret")
    @classmethod
    def _refuse_weak(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            _check_strength(value.get_secret_value())
        return value


def load(changes: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from the environment and `.env`. Values in `changes` override both.

    The keys of `changes` are names of variables. A variable that is no setting is logged with the nearest name. Raises
    ConfigurationError, which has a line for each wrong value.
    """
    names = {f"RAG_{name.upper()}": name for name in Settings.model_fields}
    changes = changes or {}
    if unknown := sorted(changes.keys() - names.keys()):
        raise ConfigurationError(f"{unknown[0]!r} is not a setting: 'rag settings' lists them")
    for name in sorted(_variables() - names.keys() - _OF_COMPOSE):
        _log.warning("%s is not a setting and has no effect: %s", name, _advice(name, names))
    try:
        return Settings(**{names[name]: value for name, value in changes.items()})  # type: ignore[arg-type]
    except ValidationError as error:
        faults = {str(fault["loc"][0]): fault for fault in reversed(error.errors())}  # the first of each setting
        raise ConfigurationError("\n".join(map(_sentence, reversed(faults.values())))) from error


def dump(settings: Settings) -> str:
    """Return the settings, with their secrets, as one line for another process of the service."""
    values = settings.model_dump(mode="json")
    secrets = {name: value for name, value in settings if isinstance(value, SecretStr)}
    return json.dumps({**values, **{name: value.get_secret_value() for name, value in secrets.items()}})


def parse(line: str) -> Settings:
    """Return the settings in a line of `dump`. The environment and `.env` do not matter."""
    return Settings(_env_file=None, **json.loads(line))


def _variables() -> set[str]:
    """Return the names in the environment and in `.env` that begin with RAG_."""
    file = str(Settings.model_config["env_file"])
    try:
        names = {*os.environ, *dotenv_values(file)}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"the file {file} with settings cannot be read: {error}") from error
    return {name.upper() for name in names if name.upper().startswith("RAG_")}


def _advice(name: str, names: Iterable[str]) -> str:
    nearest = [_RENAMED[name]] if name in _RENAMED else get_close_matches(name, names, 1)
    return f"did you mean {nearest[0]}?" if nearest else "'rag settings' lists them"


def _sentence(fault: ErrorDetails) -> str:
    name = str(fault["loc"][0])
    value = "'***'" if Settings.model_fields[name].annotation == SecretStr | None else repr(fault["input"])
    message = fault["msg"]
    return f"RAG_{name.upper()} is {value}: {message[:1].lower()}{message[1:]}"
