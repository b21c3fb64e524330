"""After any sequence of changes, the index matches the folder, and row n is the same chunk in every file."""

from __future__ import annotations

import gc
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from rag.index.chunking import Chunker, EncodedText
from rag.index.late_interaction import GROUP_SIZE
from rag.ingest.found import origin_of
from rag.protocols import Encoding
from rag.snapshots import Builder, Changes, Snapshot
from rag.snapshots.past import read_past_text
from rag.snapshots.snapshot import DATABASE
from rag.text import terms
from rag.types import Document, KeepOriginals
from tests.articles import Articles, Index, built, quietly
from tests.cases import cases
from tests.documents import documents
from tests.snapshots.dying import NEVER, DyingProcess, dying
from tests.snapshots.test_faults import kept_originals, needed_originals

STEPS = st.lists(
    st.tuples(st.lists(documents(), max_size=2), st.sets(st.sampled_from(["d0", "d1", "d2"]))), min_size=1, max_size=4
)


def _named(document: Document, name: str) -> Document:
    from dataclasses import replace

    return replace(document, reference=replace(document.reference, id=name), metadata={"n": (1, 2), "area": "tax"})


def _tokens_by_sentence(text: EncodedText, encoding: Encoding) -> list[int]:
    """Count the tokens of the title and headings, and of each sentence."""
    numbers = [
        -1 if start < text.body else sum(begin <= start for begin in text.sentences) for start in encoding.starts
    ]
    return list(Counter(numbers).values())


def _check_rows(snapshot: Snapshot, index: Index, chunker: Chunker) -> None:
    """Check that the text, the vector and the number of terms of each row belong to the same chunk."""
    row = 0
    for stored in snapshot.documents():
        document = snapshot.document(stored.reference.id)
        assert stored.first_row == row
        for chunk, text, _ in snapshot.reader.chunks(stored):
            (hit,) = snapshot.hits([row], [0.5])
            assert (hit.text, hit.span, hit.heading) == (text, chunk.span, chunk.heading)
            assert hit.span.of(document.text) == hit.text
            encoded = chunker.encoded_text(document, chunk)
            (encoding,) = index.encoder.encode_passages([encoded.text])
            assert snapshot.dense.vectors(np.array([row]))[0] @ encoding.vector == pytest.approx(1.0, abs=2e-3)
            assert snapshot.lexical.inverted()[0].lengths[row] == len(terms(encoded.text))
            tokens = snapshot.token_index.passage(row)
            groups = sum(-(-count // GROUP_SIZE) for count in _tokens_by_sentence(encoded, encoding))
            assert len(tokens.codes) == len(tokens.sentences) == groups
            row += 1
    assert row == len(snapshot) == len(snapshot.dense) == len(snapshot.lexical)


@cases(20)
@given(steps=STEPS)
def test_a_snapshot_has_the_documents_that_were_added_and_not_removed(
    steps: list[tuple[list[Document], set[str]]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    index = Index(tmp_path_factory.mktemp("index"))
    builder = Builder(index.store, index.encoder, 20, keep=1)
    chunker = Chunker(index.encoder.count_tokens, index.encoder.max_tokens, 20)
    expected: dict[str, Document] = {}
    snapshot = None
    for added, removed in steps:
        named = [_named(document, f"d{number}") for number, document in enumerate(added) if document.text]
        expected = {name: document for name, document in expected.items() if name not in removed}
        expected.update({document.reference.id: document for document in named})
        origins = (origin_of(document.reference.id, "", document) for document in named)
        changes = Changes(list(zip(named, origins, strict=True)), frozenset(removed))
        with index.store.writing():
            snapshot = built(builder, snapshot, changes)
        assert {s.reference.id: snapshot.document(s.reference.id) for s in snapshot.documents()} == expected
        _check_rows(snapshot, index, chunker)
    if snapshot is not None:
        fresh = _built_from_scratch(snapshot, tmp_path_factory.mktemp("fresh"))
        assert _contents(snapshot, index) == _contents(fresh.store.current(), fresh)


def _built_from_scratch(snapshot: Snapshot, directory: Path) -> Index:
    """Build an index from scratch with the documents of a snapshot, in the same order."""
    fresh = Index(directory)
    builder = Builder(fresh.store, fresh.encoder, 20, keep=1)
    stored = [(snapshot.document(one.reference.id), one.origin) for one in snapshot.documents()]
    with fresh.store.writing():
        built(builder, None, Changes(stored))
    return fresh


def _contents(snapshot: Snapshot, index: Index) -> dict[str, list[str] | bytes]:
    """Return the full content of a snapshot: the rows of its tables, and the bytes of its other files."""
    folder = index.store.directory / "snapshots" / snapshot.id
    with closing(sqlite3.connect(folder / DATABASE)) as database:
        rows = list(database.iterdump())
    return {name: rows if name == DATABASE else (folder / name).read_bytes() for name in snapshot.manifest.files}


NAMES = st.sampled_from(["a", "b", "c"])
# The process crashes before this call that changes the disk. An ingest makes about 90 such calls.
CRASHES = st.just(NEVER) | st.integers(1, 100)


def _sources(snapshot: Snapshot) -> dict[str, str]:
    """Return the text of each source, by file name."""
    return {
        Path(source.name).stem: snapshot.document(stored.reference.id).text
        for stored in snapshot.documents()
        for source in stored.origin.sources
    }


class LifeCycle(RuleBasedStateMachine):
    """Documents are added, copied, changed and removed; runs crash; snapshots are activated and pruned.

    `now` is the expected content: the last text of each source. `seen` has every text that was ever current. `known` is
    the content of each snapshot that was published, by id. `held` has open snapshots, which must not be pruned.
    """

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.articles = Articles(self.folder / "articles")
        self.now: dict[str, str] = {}
        self.seen: set[str] = set()
        self.known: dict[str, dict[str, str]] = {}
        self.held: list[Snapshot] = []

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def _index(self, keep: int = 2) -> Index:
        index = Index(self.folder / "index", keep=keep)
        index.ingestion.keep_originals = KeepOriginals.ALL
        return index

    def _do(self, crash: int, new: dict[str, str], act: Callable[[Index], object], keep: int = 2) -> None:
        """Run `act` until it crashes or ends. Afterwards the index has either the old or the `new` content."""
        process = DyingProcess(crash)
        with dying(process):
            act(self._index(keep))
        self.known |= {name: new for name in self._index().store.ids() if name not in self.known}
        if not process.dead or (self.known and _sources(self._index().store.current()) == new):
            self.now = new
        self.seen |= set(self.now.values())

    @rule(name=NAMES, number=st.integers(0, 9), crash=CRASHES, keep=st.integers(1, 2))
    def put(self, name: str, number: int, crash: int, keep: int) -> None:
        text = f"This is {name}, for the {number}th time."
        path = self.articles.write(f"{name}.txt", text)
        self._do(crash, self.now | {name: text}, lambda index: index.ingestion.ingest([path], quietly), keep)

    @precondition(lambda self: self.now)
    @rule(data=st.data(), crash=CRASHES)
    def copy(self, data: st.DataObject, crash: int) -> None:
        name = data.draw(st.sampled_from(sorted(self.now)))
        path = self.articles.write(f"{name[0]}-copy.txt", self.now[name])
        self._do(crash, self.now | {path.stem: self.now[name]}, lambda index: index.ingestion.ingest([path], quietly))

    @precondition(lambda self: self.now)
    @rule(data=st.data(), crash=CRASHES)
    def remove(self, data: st.DataObject, crash: int) -> None:
        text = data.draw(st.sampled_from(sorted(set(self.now.values()))))
        (name,) = (name for name, other in self._index().texts().items() if other == text)
        new = {source: other for source, other in self.now.items() if other != text}
        self._do(crash, new, lambda index: index.ingestion.remove([name]))

    @precondition(lambda self: self.known)
    @rule(data=st.data(), crash=CRASHES)
    def roll_back(self, data: st.DataObject, crash: int) -> None:
        snapshot_id = data.draw(st.sampled_from(self._index().store.ids()))
        self._do(crash, self.known[snapshot_id], lambda index: index.store.activate(snapshot_id))

    @precondition(lambda self: self.known)
    @rule(keep=st.integers(1, 3), crash=CRASHES)
    def prune(self, keep: int, crash: int) -> None:
        gc.collect()  # closes snapshots of runs that ended
        before = self._index().store.ids()
        must_stay = {*before[-keep:], *(snapshot.id for snapshot in self.held)}
        must_stay |= {self._index().store.current().id} if before else set()
        self._do(crash, self.now, lambda index: index.store.prune(keep))
        left = set(self._index().store.ids())
        assert left >= must_stay
        assert left == must_stay or crash != NEVER
        assert crash != NEVER or set(kept_originals(self.folder / "index")) == needed_originals(self.folder / "index")

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def hold(self, data: st.DataObject) -> None:
        store = self._index().store
        self.held.append(store.open(data.draw(st.sampled_from(store.ids()))))

    @rule()
    def release(self) -> None:
        self.held.clear()

    @invariant()
    def the_index_has_the_expected_texts(self) -> None:
        index = self._index()
        if index.store.ids():
            assert _sources(index.store.current()) == self.now
            assert len(index.texts()) == len(set(self.now.values())), "a text is in two documents"
            assert index.store.degraded is None or "CURRENT is missing" in index.store.degraded

    @invariant()
    def every_text_that_was_current_can_be_read(self) -> None:
        store = self._index().store
        found = {past.document.text for past in map(read_past_text, store.past.files())}
        for snapshot in map(store.open, store.ids()):
            found |= set(_sources(snapshot).values())
        assert self.seen <= found

    @invariant()
    def every_original_of_a_snapshot_is_there(self) -> None:
        assert set(kept_originals(self.folder / "index")) >= needed_originals(self.folder / "index")
        index = self._index()
        for stored in index.store.current().documents() if index.store.ids() else ():
            original = stored.origin.original
            assert original is not None
            text = index.store.current().document(stored.reference.id).text
            assert index.store.originals.read(original.sha256).decode() == text

    @invariant()
    def held_snapshots_stay_complete(self) -> None:
        for snapshot in self.held:
            assert self._index().store.verify([snapshot.id]) == {snapshot.id: ()}
            assert _sources(snapshot) == self.known[snapshot.id]


TestLifeCycle = LifeCycle.TestCase
TestLifeCycle.settings = cases(30, stateful_step_count=12)
