"""The one place where settings become parts, and parts a service."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, partial
from pathlib import Path
from threading import Lock

from threadpoolctl import threadpool_limits

from rag import plugins, process
from rag.answer import confidence, prompts
from rag.answer.pipeline import Answerer, Events
from rag.answer.retrieval import Retriever, interact
from rag.answer.suggestions import Suggester
from rag.errors import IncompatibleSnapshot, NoSnapshot
from rag.feeds import Allowlist, FetchSettings
from rag.index.filters import Filters
from rag.ingest.ingestion import Ingestion
from rag.ingest.ledger import Ledger, State, Status, statuses
from rag.protocols import Encoder, Generator, Graphs, Scorer, VectorStore
from rag.settings import Settings
from rag.snapshots import Builder, CompiledModels, Snapshot, SnapshotStore
from rag.snapshots.manifest import Manifest
from rag.sources import Limits
from rag.types import Answer, Hit, Turn
from rag.upkeep import Upkeep

LIMIT = 8
"""Passages an answer may rest on, where the question does not say."""

EXTRACTIVE = "extractive"
LATE_INTERACTION = "late-interaction"
NONE = "none"


class Service:
    """All that the edges may ask for. Parts are made when first needed, since the model takes seconds to load."""

    def __init__(self, settings: Settings) -> None:
        # Threads of BLAS wait for each other in a busy loop, in the way of other answers and of the model.
        threadpool_limits(1, user_api="blas")
        process.share_arenas()
        self.settings = settings
        self.store = SnapshotStore(settings.index_dir, _vectors(settings))
        self._prompts = prompts.load(settings.prompts_dir)
        self._confidence = confidence.load(settings.confidence_model)
        self._generator = _generator(settings)
        self._suggester = Suggester()
        self._warming, self._warm = Lock(), False

    @cached_property
    def encoder(self) -> Encoder:
        """The configured encoder."""
        return _encoder(self.settings)

    @cached_property
    def retriever(self) -> Retriever:
        """The configured ways to find passages."""
        return _retriever(self.encoder, self.settings)

    @cached_property
    def answerer(self) -> Answerer:
        """The pipeline from a question to its answer."""
        return self._answerer(self._generator)

    def _answerer(self, generator: Generator | None) -> Answerer:
        return Answerer(
            self.retriever,
            generator,
            self._prompts,
            self._confidence,
            self.settings.least_confidence,
        )

    @cached_property
    def ingestion(self) -> Ingestion:
        """The pipeline from sources to a snapshot. Raises WriterBusy, ConfigurationError before it loads the model."""
        self.store.check_free()
        web = _web(self.settings)
        builder = Builder(self.store, self.encoder, self.settings.chunk_tokens, self.settings.keep_snapshots)
        limits = Limits(self.settings.read_seconds, self.settings.read_memory, self.settings.read_output)
        return Ingestion(self.store, builder, limits, web)

    def warm_up(self) -> None:
        """Make the first question as quick as the second: load the model while the snapshot is read through, answer.

        Once is enough: a second call waits for the first. Raises as `answer` does.
        """
        with self._warming:
            if not self._warm:
                with ThreadPoolExecutor(1, "opening") as beside:
                    beside.submit(self.store.current)  # what is wrong with it is raised by the answer
                    self.answer("What is ready?")
                self._warm = True

    def upkeep(self) -> Upkeep:
        """Return what carries out the jobs of this index; a process needs one."""
        return Upkeep(self.settings.index_dir / ".jobs", lambda: self.ingestion)

    def varied(self, settings: Settings) -> Service:
        """Return a service with other settings; it shares the encoder, which takes seconds to load, where it can."""
        other = Service(settings)
        if settings.encoder == self.settings.encoder:
            other.encoder = self.encoder
        return other

    def snapshot(self) -> Snapshot:
        """Return the current snapshot, fit for the configured encoder. Raises NoSnapshot, IncompatibleSnapshot."""
        snapshot = self.store.current()
        self._check_encoder(f"snapshot {snapshot.id}", snapshot.manifest)
        return snapshot

    def activate(self, snapshot_id: str) -> Snapshot:
        """Put a snapshot in force that can serve. Raises as `SnapshotStore.activate` does, and IncompatibleSnapshot."""
        self._check_encoder(f"snapshot {snapshot_id}", self.store.manifest(snapshot_id))
        return self.store.activate(snapshot_id)

    def restore(self, file: Path) -> Snapshot:
        """Put the snapshot of a backup in force if it can serve. Raises as `SnapshotStore.restore` does."""
        return self.store.restore(file, lambda manifest: self._check_encoder(f"the snapshot in {file}", manifest))

    def _check_encoder(self, snapshot: str, manifest: Manifest) -> None:
        if manifest.encoder_digest != self.encoder.digest:
            raise IncompatibleSnapshot(
                f"{snapshot} was built with {manifest.encoder}, RAG_ENCODER is "
                f"{self.encoder.name}: run 'rag ingest' to build it anew, or set RAG_ENCODER back"
            )

    def sources(self, state: State | None = None) -> tuple[list[Status], str | None]:
        """Return what became of every source, or of those in a state, and the snapshot in force. Raises NoSnapshot."""
        entries = Ledger(self.settings.index_dir).read()
        try:
            snapshot = self.store.current()
        except NoSnapshot:
            if not entries:
                raise
            snapshot = None
        found = statuses(snapshot.documents() if snapshot else (), entries)
        return [one for one in found if state in (None, one.state)], snapshot.id if snapshot else None

    def answer(
        self, question: str, filters: Filters | None = None, limit: int = LIMIT, history: Sequence[Turn] = ()
    ) -> Answer:
        """Answer a question, after the earlier turns of its conversation, oldest first.

        Raises NoSnapshot, IncompatibleSnapshot, InvalidFilter.
        """
        return self.answerer.answer(self.snapshot(), question, filters or {}, limit, history)

    def suggestions(self) -> tuple[tuple[str, ...], str]:
        """Return questions that the current snapshot answers by its own sentences, and that snapshot.

        Raises NoSnapshot, IncompatibleSnapshot.
        """
        snapshot, extractive = self.snapshot(), self._answerer(None)
        ask = partial(extractive.answer, snapshot, filters={}, limit=LIMIT)
        return self._suggester.questions(snapshot, ask), snapshot.id

    def stream(
        self, question: str, filters: Filters | None = None, limit: int = LIMIT, history: Sequence[Turn] = ()
    ) -> Events:
        """Answer a question event by event. Raises as `answer` does, before the first event."""
        return self.answerer.stream(self.snapshot(), question, filters or {}, limit, history)

    def search(
        self, query: str, filters: Filters | None = None, limit: int = 10, history: Sequence[Turn] = ()
    ) -> tuple[list[Hit], str]:
        """Return the best passages and the snapshot they stand in. Raises as `answer` does."""
        snapshot = self.snapshot()
        return self.answerer.search(snapshot, query, filters or {}, limit, history), snapshot.id


def _encoder(settings: Settings) -> Encoder:
    point, argument = plugins.find("encoders", settings.encoder)
    load: Callable[[str, Graphs], Encoder] = point.load()
    return load(argument, CompiledModels(settings.index_dir / "encoders"))


def _web(settings: Settings) -> FetchSettings:
    return FetchSettings(
        settings.feed_user_agent,
        settings.feed_delay,
        settings.feed_seconds,
        settings.feed_body,
        settings.feed_total,
        Allowlist.parse(settings.feed_allow_private or ""),
    )


def _vectors(settings: Settings) -> VectorStore:
    point, argument = plugins.find("stores", settings.store)
    load: Callable[[str], VectorStore] = point.load()
    return load(argument)


def _generator(settings: Settings) -> Generator | None:
    """Return the language model, or None where answers are extractive."""
    if settings.generator == EXTRACTIVE:
        return None
    point, model = plugins.find("generators", settings.generator)
    load: Callable[..., Generator] = point.load()
    key = settings.generator_api_key
    return load(
        model,
        base_url=settings.generator_base_url,
        api_key=key.get_secret_value() if key else None,
        timeout=settings.generator_timeout,
    )


def _retriever(encoder: Encoder, settings: Settings) -> Retriever:
    late_interaction = interact if settings.reranker == LATE_INTERACTION else None
    return Retriever(encoder, _scorer(settings), settings.fusion, late_interaction=late_interaction)


def _scorer(settings: Settings) -> Scorer | None:
    """Return the cross-encoder, or None where the encoder's own tokens decide the order, or nothing more does."""
    if settings.reranker in (LATE_INTERACTION, NONE):
        return None
    point, model = plugins.find("rerankers", settings.reranker)
    load: Callable[[str], Scorer] = point.load()
    return load(model)
