"""Assemble a service: the only place that turns settings into parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from rag import plugins
from rag.answer import confidence, prompts
from rag.answer.generation import LanguageModel, Spent
from rag.answer.generation import Limits as GenerationLimits
from rag.answer.pipeline import Answerer
from rag.answer.precedence import Order
from rag.answer.retrieval import Retriever, interact
from rag.answer.suggestions import Suggester
from rag.audit import AuditLog, Auditor, Questions
from rag.errors import ConfigurationError
from rag.feeds import Allowlist, FetchSettings, Poster
from rag.ingest.ingestion import Ingestion
from rag.ingest.previews import Previews
from rag.kept import Following, Keeper, Webhooks
from rag.protocols import Encoder, Generator, GeneratorOptions, GraphCache, Scorer, VectorStore
from rag.service import Parts, Service, check_encoder
from rag.settings import Settings
from rag.snapshots import Builder, CompiledModels, Index, SnapshotStore, unsaved_hits
from rag.snapshots.manifest import Manifest
from rag.snapshots.replicas import Companions, Publisher, Publishes, Puller, Pulls, open_storage
from rag.sources import Limits
from rag.sources.pages import PageProcesses

if TYPE_CHECKING:
    from rag.snapshots.postgres import PostgresStore

EXTRACTIVE = "extractive"
LATE_INTERACTION = "late-interaction"
NONE = "none"


def assemble(
    settings: Settings,
    *,
    encoder: Encoder | None = None,
    retriever: Retriever | None = None,
    answerer: Answerer | None = None,
    spent: int | None = None,
) -> Service:
    """Return the service that the settings describe; a part given here replaces the configured one.

    `spent` is the descriptor of a file in which several processes count the tokens of the language model.

    Raises ConfigurationError if a setting names a part that is not installed, or a file that cannot be read.
    """
    parts = _Parts(settings, Spent(spent))
    for name, part in (("encoder", encoder), ("retriever", retriever), ("answerer", answerer)):
        if part is not None:
            setattr(parts, name, part)
    return Service(parts)


def vary(service: Service, settings: Settings) -> Service:
    """Return a service with other settings. It shares the encoder of `service` if the settings name the same one."""
    same = settings.encoder == service.settings.encoder
    return assemble(settings, encoder=service.parts.encoder if same else None)


def reconfigured(service: Service, settings: Settings) -> Parts:
    """Return the parts of a service for other settings of the same index and encoder, which the parts share.

    A language model whose settings have not changed keeps its state. The tokens of the day count on. Raises as
    `assemble` does.
    """
    before = service.parts
    assert isinstance(before, _Parts)
    parts = _Parts(settings, before.spent, before)
    _ = parts.answerer  # loads a reranker before the first request needs it
    return parts


class _Parts:
    """The parts that the settings describe. They share the index and the encoder of `before`."""

    def __init__(self, settings: Settings, spent: Spent, before: _Parts | None = None) -> None:
        self.settings = settings
        self.spent = spent
        self.database: PostgresStore | None = before.database if before else _database(settings)
        self.store: SnapshotStore = before.store if before else self._store()
        self._prompts = prompts.load(settings.prompts_dir)
        self._confidence = confidence.load(settings.confidence_model)
        kept = before and _of_generator(before.settings) == _of_generator(settings)
        self.language_model: LanguageModel | None = (
            before.language_model if before and kept else language_model(settings, spent)
        )
        self.auditor: Auditor = before.auditor if before else Auditor(audit_log(settings), settings.audit_days)
        self.keeper = Keeper(settings.index_dir, settings.kept_answers)
        self.webhooks = Webhooks(settings.index_dir, self.keeper.questions, self.keeper.seals, _poster(settings))
        self._suggester = Suggester()
        if before:
            self.encoder = before.encoder
        self._companions = Companions(settings.index_dir, self.keeper.seals)
        self.publisher: Publishes | None = before.publisher if before else self._publisher()
        self.puller: Pulls | None = before.puller if before else self._puller()

    @cached_property
    def encoder(self) -> Encoder:
        return _encoder(self.settings)

    @cached_property
    def retriever(self) -> Retriever:
        return _retriever(self.encoder, self.settings)

    @cached_property
    def answerer(self) -> Answerer:
        return self._answerer(self.language_model)

    @property
    def extractive(self) -> Answerer:
        return self._answerer(None)

    @cached_property
    def following(self) -> Following:
        # A lambda, because `extractive` loads the model.
        return Following(
            self.settings.index_dir, self.keeper.questions, lambda snapshot, ask: self.extractive.answer(snapshot, ask)
        )

    @cached_property
    def ingestion(self) -> Ingestion:
        self.store.check_free()
        fetching, most = _fetch_settings(self.settings), self.settings.review_limit
        builder = Builder(self.store, self.encoder, self.settings.chunk_tokens, self.settings.keep_snapshots)
        review = None if most is None else self.following.holding_back(most)
        return Ingestion(self.store, builder, self.limits, fetching, self.settings.keep_originals, review)

    @property
    def limits(self) -> Limits:
        settings = self.settings
        return Limits(
            *(settings.parse_seconds, settings.parse_memory, settings.parse_output, settings.email_attachments),
            *(settings.ocr_seconds, settings.ocr_languages),
        )

    @cached_property
    def previews(self) -> Previews:
        # A lambda, because `encoder` loads the model.
        return Previews(self.limits, lambda document: unsaved_hits(document, self.encoder, self.settings.chunk_tokens))

    @cached_property
    def pages(self) -> PageProcesses:
        return PageProcesses(self.limits)

    def _store(self) -> SnapshotStore:
        settings, vectors = self.settings, _vector_store(self.settings)
        if self.database is not None and settings.writer is not None:
            from rag.snapshots.postgres import DatabaseReplica

            return DatabaseReplica(
                *(settings.index_dir, vectors, self.database), writer=settings.writer, past_days=settings.past_days
            )
        return SnapshotStore(settings.index_dir, vectors, writer=settings.writer, past_days=settings.past_days)

    def _publisher(self) -> Publishes | None:
        """Return the part of a writer that publishes; None for a replica, and without RAG_SNAPSHOTS."""
        address = self.settings.snapshots
        if address is None or self.settings.writer is not None:
            return None
        if self.database is not None:
            from rag.snapshots.postgres import DatabasePublisher

            return DatabasePublisher(self.store, self.database, self._companions)
        return Publisher(self.store, open_storage(address), self._companions)

    def _puller(self) -> Pulls | None:
        """Return the part that takes what a writer publishes; None without RAG_SNAPSHOTS."""
        if self.database is not None:
            return self._database_puller()
        if self.settings.snapshots is not None:
            return Puller(self.store, open_storage(self.settings.snapshots), self._companions, self._accept)
        if self.settings.writer is not None:
            raise ConfigurationError(
                "RAG_WRITER is set, so this service is a replica: set RAG_SNAPSHOTS to the storage of the writer"
            )
        return None

    def _database_puller(self) -> Pulls | None:
        """Return the part of a replica that follows the database; None for the writer."""
        from rag.snapshots.postgres import DatabasePuller, DatabaseReplica

        if not isinstance(self.store, DatabaseReplica):
            return None
        return DatabasePuller(self.store, self._companions, self._accept)

    def _accept(self, snapshot_id: str, manifest: Manifest) -> None:
        check_encoder(self.encoder, f"snapshot {snapshot_id}", manifest)

    def _answerer(self, model: LanguageModel | None) -> Answerer:
        least, gate = self.settings.least_confidence, self.settings.generator_gate
        translations = self.settings.generator_translations
        order = Order(self.settings.document_ranks, self.settings.conflict_order)
        return Answerer(
            *(self.retriever, model, self._prompts, self._confidence, least, self.suggest, gate),
            translations=translations,
            order=order,
        )

    def suggest(self, snapshot: Index) -> tuple[str, ...]:
        return self._suggester.questions(snapshot, partial(self.extractive.answer, snapshot))

    def follow_ups(self, snapshot: Index, document_ids: Sequence[str]) -> tuple[str, ...]:
        return self._suggester.follow_ups(snapshot, document_ids, partial(self.extractive.answer, snapshot))


def compile_encoder(settings: Settings, folder: Path) -> Path | None:
    """Compile the encoder's model into `folder`. Return the new folder in it, or None if the encoder compiles nothing.

    Raises ConfigurationError if the model cannot be compiled.
    """
    models = _ObservedModels(folder)
    _load_encoder(settings, models)
    if models.requested and models.found is None:
        raise ConfigurationError(
            f"{settings.encoder} cannot be compiled: run it where sentence-transformers is installed, for example in a "
            "Docker image that is built with RAG_PACKAGES=full"
        )
    return models.found


class _ObservedModels(CompiledModels):
    """Records whether the encoder asked for a compiled model, and which folder it got."""

    requested = False
    found: Path | None = None

    def get(self, key: str) -> Path | None:
        self.requested = True
        self.found = super().get(key)
        return self.found


def _encoder(settings: Settings) -> Encoder:
    shipped = settings.compiled_models
    if shipped is not None and not shipped.is_dir():
        raise ConfigurationError(
            f"RAG_COMPILED_MODELS is {str(shipped)!r}, which is not a folder: create it with 'rag compile {shipped}'"
        )
    return _load_encoder(settings, CompiledModels(settings.index_dir / "encoders", shipped))


def _load_encoder(settings: Settings, graphs: GraphCache) -> Encoder:
    point, argument = plugins.find("encoders", settings.encoder)
    load: Callable[[str, GraphCache], Encoder] = point.load()
    return load(argument, graphs)


def _fetch_settings(settings: Settings) -> FetchSettings:
    return FetchSettings(
        settings.feed_user_agent,
        settings.feed_delay,
        settings.feed_seconds,
        settings.feed_body,
        settings.feed_total,
        Allowlist.parse(settings.feed_allow_private or ""),
    )


def _poster(settings: Settings) -> Poster:
    allowed = Allowlist.parse(settings.webhook_allow_private or "", "RAG_WEBHOOK_ALLOW_PRIVATE")
    return Poster(settings.feed_user_agent, allowed)


def _database(settings: Settings) -> PostgresStore | None:
    """Return the database that RAG_SNAPSHOTS names; None if it names another storage. Raises ConfigurationError."""
    if settings.snapshots is None or not settings.snapshots.startswith(("postgresql:", "postgres:")):
        return None
    try:
        from rag.snapshots.postgres import PostgresStore
    except ImportError as error:
        raise ConfigurationError(
            "RAG_SNAPSHOTS is the address of a database, and the package for it is missing: run "
            "pip install 'rag-policy[postgres]'"
        ) from error
    return PostgresStore(settings.snapshots)


def _vector_store(settings: Settings) -> VectorStore:
    point, argument = plugins.find("stores", settings.store)
    load: Callable[[str], VectorStore] = point.load()
    return load(argument)


def _of_generator(settings: Settings) -> dict[str, object]:
    return {name: value for name, value in settings if name.startswith("generator")}


def language_model(settings: Settings, spent: Spent | None = None) -> LanguageModel | None:
    """Return the language model, or None if answers are extractive. Raises ConfigurationError."""
    if settings.generator == EXTRACTIVE:
        return None
    point, model = plugins.find("generators", settings.generator)
    load: Callable[[str, GeneratorOptions], Generator] = point.load()
    key = settings.generator_api_key
    options = GeneratorOptions(
        base_url=settings.generator_base_url,
        api_key=key.get_secret_value() if key else None,
        timeout=settings.generator_timeout,
        context=settings.generator_context,
        effort=settings.generator_effort,
    )
    return LanguageModel(load(model, options), _limits(settings), spent)


def audit_log(settings: Settings) -> AuditLog | None:
    """Return the audit log, or None if there is none. Raises ConfigurationError."""
    if settings.audit_dir is None:
        return None
    is_keyed, key = settings.audit_questions == "hmac", settings.audit_key
    if is_keyed and key is None:
        raise ConfigurationError("RAG_AUDIT_QUESTIONS is 'hmac': set RAG_AUDIT_KEY to at least 16 random characters")
    questions = Questions(key.get_secret_value() if key and is_keyed else None)
    return AuditLog(settings.audit_dir, questions, settings.audit_file_size << 20)


def _limits(settings: Settings) -> GenerationLimits:
    """Return the limits of the language model. Raises ConfigurationError if no passage can fit into its context."""
    context, reply = settings.generator_context, settings.generator_max_tokens
    if reply > context // 2:
        raise ConfigurationError(
            f"RAG_GENERATOR_MAX_TOKENS is {reply}, more than half of RAG_GENERATOR_CONTEXT, which is {context}: "
            "raise the context to the size that your model has, or lower the reply"
        )
    daily = settings.generator_daily_tokens
    return GenerationLimits(settings.generator_timeout, settings.generator_waiting, context, reply, daily)


def _retriever(encoder: Encoder, settings: Settings) -> Retriever:
    late_interaction = interact if settings.reranker == LATE_INTERACTION else None
    return Retriever(encoder, _scorer(settings), settings.fusion, late_interaction=late_interaction)


def _scorer(settings: Settings) -> Scorer | None:
    """Return the cross-encoder, or None if the reranker is late interaction or none."""
    if settings.reranker in (LATE_INTERACTION, NONE):
        return None
    point, model = plugins.find("rerankers", settings.reranker)
    load: Callable[[str], Scorer] = point.load()
    return load(model)
