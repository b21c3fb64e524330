"""Whatever comes, changes and goes, each text is one document, which knows all its sources and keeps its id."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UnreadableSource
from rag.ingest.plan import Content, Found, Item, Plan, Skipped
from rag.snapshots import Origin, StoredDocument
from rag.types import Document, Reference
from tests.chance import tried

NAMES = st.sampled_from(["a.md", "b.md", "c.md", "d.md"])
TEXTS = st.sampled_from(["One.", "Two.", "Three."])
TITLES = st.sampled_from(["Title", "Other title"])


@dataclass
class Index:
    """The documents there are, as a snapshot would hold them, and what a plan makes of them."""

    documents: dict[str, tuple[Document, Origin]] = field(default_factory=dict)

    def stored(self) -> list[StoredDocument]:
        return [StoredDocument(one.reference, None, {}, origin, 0, 1) for one, origin in self.documents.values()]

    def apply(self, found: list[Found], gone: list[str] | None = None) -> dict[str, Item]:
        plan = Plan(self.stored(), gone or [], found, lambda name: self.documents[name][0])
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
        """Return the text of each source, which no two documents may have."""
        texts = [document.text for document, _ in self.documents.values()]
        assert len(set(texts)) == len(texts)
        pairs = [(s.name, document.text) for document, origin in self.documents.values() for s in origin.sources]
        assert len(dict(pairs)) == len(pairs)
        return dict(pairs)


def _found(source: str, text: str, title: str = "Title") -> Found:
    document = Document(Reference(source.removesuffix(".md"), title), text)
    return Found(source, source, (document, Origin(source, f"{text} {title}", text, f"{text} {title}")))


def _settled(index: Index, one: Found) -> Found:
    """Return what a run would find: nothing to read where the file is that of which the index has a document."""
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


@tried(500)
@given(runs=RUNS)
def test_the_index_has_what_each_source_last_had(
    runs: list[tuple[dict[str, tuple[str, str] | UnreadableSource | Skipped], set[str]]],
) -> None:
    index = Index()
    wanted: dict[str, str] = {}
    for files, deleted in runs:
        gone = sorted(wanted.keys() & deleted - files.keys())
        found = []
        for name, file in files.items():
            if isinstance(file, tuple):
                found.append(_settled(index, _found(name, *file)))
            else:
                found.append(Found(name, name, file))
        before = index.documents.copy()
        items = index.apply(found, gone)
        wanted = {name: text for name, text in wanted.items() if name not in gone}
        wanted |= {name: file[0] for name, file in files.items() if isinstance(file, tuple)}
        assert index.sources() == wanted
        _check(items, index, before, files.keys())
        again = index.documents.copy()
        index.apply([_settled(index, _found(name, *file)) for name, file in files.items() if isinstance(file, tuple)])
        assert {name: one.text for name, (one, _) in again.items()} == {
            name: one.text for name, (one, _) in index.documents.items()
        }, "a second run changes no text and no id"


def _check(
    items: dict[str, Item],
    index: Index,
    before: dict[str, tuple[Document, Origin]],
    met: object,
) -> None:
    """What is told of each source is so."""
    where = {s.name: name for name, (_, origin) in index.documents.items() for s in origin.sources}
    owners = {origin.source: name for name, (_, origin) in index.documents.items()}
    for source, item in items.items():
        match item.state:
            case "removed":
                assert source not in where
            case "added":
                assert owners[source] == item.document_id
            case "updated":
                assert owners[source] == item.document_id
                assert before[str(item.document_id)] != index.documents[str(item.document_id)]
            case "duplicate":
                assert where[source] == item.document_id
                assert source not in owners
            case "unchanged":
                assert where[source] == item.document_id
            case _:
                assert item.reason == "no"
                assert where.get(source) == item.document_id


def _content(name: str, content: Content) -> Found:
    return Found(name, name, content)


def test_a_text_that_a_copy_outside_the_run_still_has_stays_when_the_original_changes() -> None:
    index = Index()
    index.apply([_found("a.md", "One."), _found("far/b.md", "One.")])
    items = index.apply([_found("a.md", "Two.")])
    assert index.sources() == {"a.md": "Two.", "far/b.md": "One."}
    assert index.documents.keys() == {"a", "b"}
    assert (items["far/b.md"].state, items["far/b.md"].document_id) == ("added", "b")
    assert items["far/b.md"].reason == "it was a copy of a, which has another text now"
    assert index.documents["b"][1].source_sha256 == "", "it is read when it is next met"
    index.apply([_found("far/b.md", "One.", "Its own title")])
    assert index.documents["b"][0].reference.title == "Its own title"


def test_a_copy_takes_the_place_of_an_original_that_is_gone() -> None:
    index = Index()
    index.apply([_found("a.md", "One."), _found("b.md", "One.", "Other title")])
    items = index.apply([_content("b.md", None)], gone=["a.md"])
    assert index.documents["a"][0].reference == Reference("a", "Title")
    assert index.sources() == {"b.md": "One."}
    assert items["a.md"].reason == "its text stays, from b.md"


def test_a_moved_file_keeps_its_id_and_brings_its_facts() -> None:
    index = Index()
    index.apply([_found("a.md", "One.")])
    items = index.apply([_found("b.md", "One.", "Other title")], gone=["a.md"])
    assert index.documents["a"][0].reference == Reference("a", "Other title")
    assert (items["b.md"].state, items["b.md"].document_id) == ("added", "a")


def test_a_text_given_under_two_ids_stays_under_both() -> None:
    index = Index()
    index.apply([_found("a.md", "One.")])
    given_by_name, origin = Document(Reference("x", "X"), "One."), Origin("http:x", "", "One.", "x")
    index.documents["x"] = given_by_name, origin
    items = index.apply([_content("a.md", None), _found("b.md", "One.")])
    assert index.documents.keys() == {"a", "x"}
    assert items["b.md"].document_id == "a"


def test_a_changed_file_keeps_its_id_though_its_new_text_had_another() -> None:
    index = Index()
    index.apply([_found("a.md", "One."), _found("b.md", "Two.")])
    items = index.apply([_found("b.md", "One.")], gone=["a.md"])
    assert index.sources() == {"b.md": "One."}
    assert index.documents.keys() == {"b"}
    assert (items["b.md"].state, items["a.md"].reason) == ("updated", None)


def test_a_changed_file_keeps_its_id_though_a_new_one_with_its_text_is_met_first() -> None:
    index = Index()
    index.apply([_found("z.md", "One.")])
    items = index.apply([_found("a.md", "Two."), _found("z.md", "Two.")])
    assert index.documents.keys() == {"z"}
    assert (items["a.md"].state, items["z.md"].state) == ("duplicate", "updated")


def test_new_facts_go_to_the_document_of_their_source_though_its_text_stands_under_another_id() -> None:
    index = Index({"x": (Document(Reference("x", "X"), "One."), Origin("http:x", "", "One.", "x"))})
    index.documents["a"] = Document(Reference("a", "A"), "One."), Origin("a.md", "", "One.", "a")
    items = index.apply([_found("a.md", "One.", "Better")])
    assert {name: one.reference.title for name, (one, _) in index.documents.items()} == {"x": "X", "a": "Better"}
    assert items["a.md"].state == "updated"
