"""After any changes to its sources, each text is one document that lists all its sources and keeps its id."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UnreadableSource
from rag.ingest.found import Content, Found, Skipped
from rag.ingest.moves import Disk, Moves, find_moves
from rag.ingest.plan import Item, make_plan
from rag.snapshots import Origin, StoredDocument
from rag.types import Document, Reference
from tests.cases import cases

NAMES = st.sampled_from(["a.md", "b.md", "c.md", "d.md"])
TEXTS = st.sampled_from(["One.", "Two.", "Three."])
TITLES = st.sampled_from(["Title", "Other title"])


@dataclass
class Index:
    """The documents of an index, as a snapshot holds them."""

    documents: dict[str, tuple[Document, Origin]] = field(default_factory=dict)

    def stored(self) -> list[StoredDocument]:
        return [StoredDocument(one.reference, None, {}, origin, 0, 1) for one, origin in self.documents.values()]

    def apply(
        self,
        found: list[Found],
        gone: list[str] | None = None,
        moves: Moves = Moves(),  # noqa: B008 - frozen
    ) -> dict[str, Item]:
        """Plan a run, apply its changes and return the result for each source."""
        plan = make_plan(self.stored(), found, gone or [], lambda name: self.documents[name][0], moves)
        changes = plan.changes
        assert not changes.removed & {document.reference.id for document, _ in changes.added}
        assert changes.origins.keys() <= self.documents.keys() - changes.removed
        for name in changes.removed:
            del self.documents[name]
        for name, origin in changes.origins.items():
            self.documents[name] = self.documents[name][0], origin
        for document, origin in changes.added:
            self.documents[document.reference.id] = document, origin
        return {item.source: item for item in plan.items}

    def sources(self) -> dict[str, str]:
        """Return the text of each source, and check that no source or text is in two documents."""
        texts = [document.text for document, _ in self.documents.values()]
        assert len(set(texts)) == len(texts)
        pairs = [(s.name, document.text) for document, origin in self.documents.values() for s in origin.sources]
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)


def _found(source: str, text: str, title: str = "Title") -> Found:
    document = Document(Reference(source.removesuffix(".md"), title), text)
    return Found(source, source, (document, Origin(source, f"{text} {title}", text, f"{text} {title}")))


def _scanned(index: Index, one: Found) -> Found:
    """Return the source as a scan finds it: unchanged if the index has its document already."""
    for _, origin in index.documents.values():
        if origin.source == one.source and isinstance(one.content, tuple):
            return one if origin.fingerprint != one.content[1].fingerprint else replace(one, content=None)
    return one


RUNS = st.lists(
    st.tuples(
        st.dictionaries(NAMES, st.tuples(TEXTS, TITLES) | st.sampled_from([UnreadableSource("no"), Skipped("no")])),
        st.sets(NAMES),
    ),
    max_size=6,
)


@cases(500)
@given(runs=RUNS)
def test_the_index_holds_the_latest_text_of_each_source(
    runs: list[tuple[dict[str, tuple[str, str] | UnreadableSource | Skipped], set[str]]],
) -> None:
    index = Index()
    expected: dict[str, str] = {}
    for files, deleted in runs:
        gone = sorted(expected.keys() & deleted - files.keys())
        found = []
        for name, file in files.items():
            if isinstance(file, tuple):
                found.append(_scanned(index, _found(name, *file)))
            else:
                found.append(Found(name, name, file))
        before = index.documents.copy()
        items = index.apply(found, gone)
        expected = {name: text for name, text in expected.items() if name not in gone}
        expected |= {name: file[0] for name, file in files.items() if isinstance(file, tuple)}
        assert index.sources() == expected
        _check(items, index, before)
        first = index.documents.copy()
        index.apply([_scanned(index, _found(name, *file)) for name, file in files.items() if isinstance(file, tuple)])
        assert {name: one.text for name, (one, _) in first.items()} == {
            name: one.text for name, (one, _) in index.documents.items()
        }, "a second run changes no text and no id"


def _check(
    items: dict[str, Item],
    index: Index,
    before: dict[str, tuple[Document, Origin]],
) -> None:
    """Check that the reported state of each source is true."""
    holders = {s.name: name for name, (_, origin) in index.documents.items() for s in origin.sources}
    owners = {origin.source: name for name, (_, origin) in index.documents.items()}
    for source, item in items.items():
        match item.state:
            case "removed":
                assert source not in holders
            case "added":
                assert owners[source] == item.document_id
            case "updated":
                assert owners[source] == item.document_id
                assert before[str(item.document_id)] != index.documents[str(item.document_id)]
            case "duplicate":
                assert holders[source] == item.document_id
                assert source not in owners
            case "unchanged":
                assert holders[source] == item.document_id
            case _:
                assert item.reason == "no"
                assert holders.get(source) == item.document_id


# Moves. A dict from paths to texts is the disk. A run reads some folders of it.

FOLDERS = st.sampled_from(["/a", "/b", "/c"])
FILES = st.sampled_from(["/x.md", "/y.md", "/in/z.md"])
WORDY = st.sampled_from(
    [f"Rule {number} of the act on {act} applies." for number in (1, 2) for act in ("tax", "roads")]
)
CHANGES = (
    st.tuples(st.just("rename"), FOLDERS, st.sampled_from(["/a", "/b", "/c", "/a/in", "/c/old"]))
    | st.tuples(st.just("write"), FOLDERS, FILES, WORDY)
    | st.tuples(st.just("delete"), FOLDERS, FILES)
    | st.tuples(st.just("move"), FOLDERS, FILES, FOLDERS, FILES)
    | st.tuples(st.just("copy"), FOLDERS, FOLDERS)
    | st.tuples(st.just("unmount"), FOLDERS)
    | st.tuples(st.just("mount"), FOLDERS)
)
ROUNDS = st.lists(st.tuples(st.lists(CHANGES, max_size=3), st.sets(FOLDERS, min_size=1), st.booleans()), max_size=4)


class Folders:
    """A disk as a dict, with folders that can be unmounted."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = dict(files)
        self.unmounted: dict[str, dict[str, str]] = {}

    def below(self, folder: str) -> dict[str, str]:
        return {path: text for path, text in self.files.items() if path.startswith(f"{folder}/")}

    def exists(self, path: str) -> bool:
        return path in self.files or path in self.unmounted or bool(self.below(path))

    def change(self, kind: str, folder: str, *more: str) -> None:
        """Make one change. A change that the disk does not allow is left out."""
        if folder not in self.unmounted or kind == "mount":
            getattr(self, kind)(folder, *more)

    def write(self, folder: str, name: str, text: str) -> None:
        self.files[folder + name] = text

    def delete(self, folder: str, name: str) -> None:
        self.files.pop(folder + name, None)

    def move(self, folder: str, name: str, other: str, new: str) -> None:
        if folder + name in self.files and other not in self.unmounted:
            self.files[other + new] = self.files.pop(folder + name)

    def rename(self, folder: str, new: str) -> None:
        """Rename a folder, or merge it into an existing one, whose own files stay."""
        if not new.startswith(folder) and new not in self.unmounted:
            for path in self.below(folder):
                text = self.files.pop(path)
                self.files.setdefault(new + path.removeprefix(folder), text)

    def copy(self, folder: str, new: str) -> None:
        if not self.exists(new):
            self.files |= {new + path.removeprefix(folder): text for path, text in self.below(folder).items()}

    def unmount(self, folder: str) -> None:
        self.unmounted[folder] = {path: self.files.pop(path) for path in self.below(folder)}

    def mount(self, folder: str) -> None:
        self.files |= self.unmounted.pop(folder, {})


def _run(index: Index, disk: Folders, folders: set[str], prune: bool) -> tuple[dict[str, Item], Moves]:
    """Ingest some folders of a disk."""

    def in_scope(source: str) -> bool:
        return any(source.startswith(f"{folder}/") for folder in folders)

    found = [_scanned(index, _found(path, text)) for path, text in sorted(disk.files.items()) if in_scope(path)]
    rest = Disk(lambda path: path not in disk.files, disk.exists, lambda source: prune and in_scope(source))
    moves = find_moves(index.stored(), found, rest, lambda name: index.documents[name][0])
    known = [moves.sources.get(source, source) for source in index.sources()]
    gone = [source for source in dict.fromkeys(known) if prune and in_scope(source) and source not in disk.files]
    return index.apply(found, gone, moves), moves


def _check_run(index: Index, disk: Folders, before: dict[str, str], folders: set[str], prune: bool) -> None:
    """Run, and compare the index with the disk and with its earlier sources and their texts."""
    ids = {s.name: name for name, (_, origin) in index.documents.items() for s in origin.sources}
    _, moves = _run(index, disk, folders, prune)
    after = index.sources()
    holders = {s.name: name for name, (_, origin) in index.documents.items() for s in origin.sources}
    for path, text in disk.files.items():
        read = any(path.startswith(f"{folder}/") for folder in folders)
        assert after.get(path) == (text if read else before.get(path)), "files have their texts"
    for source, text in before.items():
        new = moves.sources.get(source)
        edited = after.get(new or source) not in (None, text)
        assert prune or edited or text in after.values(), "without pruning, a text leaves only if its file was edited"
        if new is not None:
            assert source not in disk.files, "only a file that is gone moves"
            assert source not in after, "a file that moved has no old name"
        joined = new is not None and disk.files.get(new) != text and disk.files.get(new) in before.values()
        if new and new not in before and new in disk.files and not joined and list(before.values()).count(text) == 1:
            assert holders[new] == ids[source], "a file that moved keeps its id"
        same = [path for path in disk.files if path not in before and after.get(path) == text]
        if same and source not in disk.files and list(before.values()).count(text) == 1:
            assert source not in after, "a new file with the text of a missing one takes its place"


@cases(1_500)
@given(files=st.dictionaries(st.tuples(FOLDERS, FILES).map("".join), WORDY, min_size=1), rounds=ROUNDS)
def test_files_that_move_keep_their_documents_and_lose_their_old_names(
    files: dict[str, str], rounds: list[tuple[list[tuple[str, ...]], set[str], bool]]
) -> None:
    index, disk = Index(), Folders(files)
    _run(index, disk, {"/a", "/b", "/c"}, prune=False)
    for changes, folders, prune in rounds:
        for change in changes:
            disk.change(*change)
        _check_run(index, disk, index.sources(), folders, prune)
    for folder in list(disk.unmounted):
        disk.change("mount", folder)
    for _ in range(2):
        _run(index, disk, {"/a", "/b", "/c"}, prune=True)
    assert index.sources() == disk.files, "after all folders are read and pruned, the index equals the disk"


def _content(name: str, content: Content) -> Found:
    return Found(name, name, content)


def test_a_copy_outside_the_run_keeps_its_text_when_the_original_changes() -> None:
    index = Index()
    index.apply([_found("a.md", "One."), _found("far/b.md", "One.")])
    items = index.apply([_found("a.md", "Two.")])
    assert index.sources() == {"a.md": "Two.", "far/b.md": "One."}
    assert index.documents.keys() == {"a", "b"}
    assert (items["far/b.md"].state, items["far/b.md"].document_id) == ("added", "b")
    assert items["far/b.md"].reason == "it was a copy of a, whose text or labels changed"
    assert index.documents["b"][1].source_sha256 == "", "the next run that finds it reads it"
    index.apply([_found("far/b.md", "One.", "Its own title")])
    assert index.documents["b"][0].reference.title == "Its own title"


def test_a_copy_replaces_an_original_that_is_gone() -> None:
    index = Index()
    index.apply([_found("a.md", "One."), _found("b.md", "One.", "Other title")])
    items = index.apply([_content("b.md", None)], gone=["a.md"])
    assert index.documents["a"][0].reference == Reference("a", "Title")
    assert index.sources() == {"b.md": "One."}
    assert items["a.md"].reason == "its text stays, because b.md has it too"


def test_a_moved_file_keeps_its_id_and_updates_the_facts() -> None:
    index = Index()
    index.apply([_found("a.md", "One.")])
    items = index.apply([_found("b.md", "One.", "Other title")], gone=["a.md"])
    assert index.documents["a"][0].reference == Reference("a", "Other title")
    assert (items["b.md"].state, items["b.md"].document_id) == ("added", "a")


def test_a_text_given_under_two_ids_keeps_both() -> None:
    index = Index()
    index.apply([_found("a.md", "One.")])
    uploaded, origin = Document(Reference("x", "X"), "One."), Origin("http:x", "", "One.", "x")
    index.documents["x"] = uploaded, origin
    items = index.apply([_content("a.md", None), _found("b.md", "One.")])
    assert index.documents.keys() == {"a", "x"}
    assert items["b.md"].document_id == "a"


def test_a_changed_file_keeps_its_id_even_if_its_new_text_had_another_id() -> None:
    index = Index()
    index.apply([_found("a.md", "One."), _found("b.md", "Two.")])
    items = index.apply([_found("b.md", "One.")], gone=["a.md"])
    assert index.sources() == {"b.md": "One."}
    assert index.documents.keys() == {"b"}
    assert (items["b.md"].state, items["a.md"].reason) == ("updated", None)


def test_a_changed_file_keeps_its_id_even_if_a_new_copy_is_found_first() -> None:
    index = Index()
    index.apply([_found("z.md", "One.")])
    items = index.apply([_found("a.md", "Two."), _found("z.md", "Two.")])
    assert index.documents.keys() == {"z"}
    assert (items["a.md"].state, items["z.md"].state) == ("duplicate", "updated")


def test_new_facts_go_to_the_document_of_their_source_even_if_another_document_has_its_text() -> None:
    index = Index({"x": (Document(Reference("x", "X"), "One."), Origin("http:x", "", "One.", "x"))})
    index.documents["a"] = Document(Reference("a", "A"), "One."), Origin("a.md", "", "One.", "a")
    items = index.apply([_found("a.md", "One.", "Better")])
    assert {name: one.reference.title for name, (one, _) in index.documents.items()} == {"x": "X", "a": "Better"}
    assert items["a.md"].state == "updated"
