"""The part of a snapshot that some groups may see answers as a snapshot without the other documents would."""

from __future__ import annotations

import gc
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import UnknownDocument
from rag.ingest.found import origin_of
from rag.service import Service, View
from rag.snapshots import Builder, Changes, Snapshot
from rag.snapshots.database import Reader
from rag.snapshots.groups import restrict
from rag.snapshots.tables import INDEXES, SCHEMA
from rag.text.periods import iso_period
from rag.types import SEALED, Answer, Ask, Document, Heading, Reference, Role, Span, Turn
from tests import samples
from tests.cases import cases

LABELS = [(), (), ("hr",), ("legal",), ("hr", "legal"), SEALED]
GROUPS = [frozenset[str](), frozenset({"hr"}), frozenset({"legal", ""}), frozenset({"hr", "legal", "none"})]
_WORDS = """
    zebra quagga okapi pangolin gnu fee levy refund Article 5 7 section permit Levy-42 nine euros pays must the of is
    Bußgeld Verordnung beträgt Euro allowance council meets list: office
"""
WORDS = _WORDS.split()
TEXTS = st.lists(st.lists(st.sampled_from(WORDS), min_size=2, max_size=9).map(" ".join), min_size=1, max_size=6)
VALUES = st.sampled_from(["quagga", "okapi", "2015", "2019-03", "7"])
DATES = st.fixed_dictionaries(
    {},
    optional={
        "valid_from": st.sampled_from(["2015", "2019-03", "2090"]),
        "valid_to": st.sampled_from(["2018", "2020-01-01"]),
        "version_of": st.just("work"),
        "supersedes": st.sampled_from([f"{word}-{number}" for word in WORDS[:2] for number in range(3)])
        | TEXTS.map(" ".join),
    },
)


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    """Draw documents with random labels, titles, authors, fields, headings and texts. Some texts are equal."""
    texts = draw(st.lists(TEXTS, min_size=2, max_size=5))
    found = []
    for number in range(draw(st.integers(3, 9))):
        lines = draw(st.sampled_from(texts))
        heading = draw(st.sampled_from(WORDS))
        text = f"{heading}\n\n" + "".join(f"{line.capitalize()}.\n" for line in lines)
        found.append(
            Document(
                Reference(
                    f"{draw(st.sampled_from(WORDS))}-{number}",
                    draw(st.sampled_from(lines)),
                    author=draw(st.none() | VALUES),
                    published=draw(st.sampled_from([None, "2015", "2019-03"])),
                ),
                text.rstrip(),
                draw(st.sampled_from(["en", "en", "de", None])),
                draw(st.dictionaries(st.sampled_from(["topic", "year", "quagga"]), VALUES, max_size=2) | DATES),
                (Heading(Span(0, len(heading)), 1, heading),),
                access=draw(st.sampled_from(LABELS)),
            )
        )
    return found


def index(folder: Path, found: Sequence[Document]) -> Service:
    """Return a service over a new index with these documents."""
    service = samples.service(folder)
    store = service.parts.store
    builder = Builder(store, service.parts.encoder, service.settings.chunk_tokens, keep=1)
    time = "2026-01-01T00:00:00+00:00"
    added = [(one, replace(origin_of(f"/{one.reference.id}", "", one), indexed=time)) for one in found]
    with store.writing(), builder.preparer(None, lambda *_: None) as preparer:
        builder.build(None, Changes(added), preparer)
    return service


def answered(answer: Answer) -> object:
    return asdict(replace(answer, snapshot="", timings={}))


def refused(view: View, ask: Ask) -> str:
    try:
        view.search(ask)
    except Exception as error:  # noqa: BLE001 - any difference counts
        return f"{type(error)} {error}"
    return ""


def shown(view: View, questions: Sequence[str], ids: Sequence[str]) -> list[object]:
    """Return everything that a view shows for some questions."""
    found: list[object] = [asdict(replace(one, access=())) for one in view.documents()[0]]
    found += [view.facets()[0], view.suggestions()[0]]
    found += [answered(view.answer(Ask(questions[0], as_of=iso_period(year)))) for year in ("2010", "2019")]
    for question in questions:
        turns = (Turn(Role.USER, question), Turn(Role.ASSISTANT, "It is so. [1]"))
        found += [answered(view.answer(Ask(question))), view.search(Ask(question, limit=50))[0]]
        found.append(answered(view.answer(Ask("And who pays that?", history=turns))))
        found += [refused(view, Ask("levy", {field: question})) for field in ("topic", "year", "quagga", "title")]
    for name in ids:
        try:
            stored, document = view.document(name)
            found += [replace(stored, access=()), replace(document, access=())]
        except UnknownDocument as error:
            found.append(str(error))
    return found


@given(
    documents(),
    st.sampled_from(GROUPS),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), min_size=1, max_size=3),
)
@cases(20)
def test_a_view_shows_what_an_index_of_only_its_documents_shows(
    tmp_path_factory: pytest.TempPathFactory, found: list[Document], groups: frozenset[str], questions: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("views")
    visible = [one for one in found if not one.access or groups.intersection(one.access) - {""}]
    whole, own = index(folder / "whole", found), index(folder / "own", visible)
    ids = [one.reference.id for one in found]
    asked = [*questions, f"Who wrote {found[0].reference.title}?", "Which documents are there?", "Article 5"]
    shown(whole.view(None), asked, ids)  # so that caches hold everything
    mine, theirs = shown(whole.view(groups), asked, ids), shown(own.view(None), asked, ids)
    for one, other in zip(mine, theirs, strict=True):
        assert one == other


def test_the_topic_of_a_conversation_is_cached_for_each_view(tmp_path: Path) -> None:
    public = Document(Reference("public", "Travel"), "The council pays for trains. The council meets in May.")
    hidden = Document(Reference("hidden", "Zebra"), "The zebra levy is nine euros. The zebra council.", access=("hr",))
    whole, own = index(tmp_path / "whole", [hidden, public]), index(tmp_path / "own", [public])
    history = (Turn(Role.USER, "How much is the zebra levy?"), Turn(Role.ASSISTANT, "The zebra levy is nine euros."))
    ask = Ask("Who meets in May?", history=history)
    contexts = [
        service.parts.answerer._conversations._topic(service.view(groups)._snapshot(), ((*history,),))
        for service, groups in ((whole, None), (whole, frozenset[str]()), (own, None))
    ]
    assert [context.document for context in contexts] == ["hidden", "public", "public"]
    assert answered(whole.view(frozenset()).answer(ask)) == answered(own.view(None).answer(ask))


def test_a_near_duplicate_of_a_hidden_document_is_none(tmp_path: Path) -> None:
    text = " ".join(f"Rule {number} of the canteen is about tray {number}." for number in range(40))
    made = [
        Document(Reference(name, name), f"{text} {name}", access=access)
        for name, access in (("a", ("hr",)), ("b", ()), ("c", ()))
    ]
    service = index(tmp_path / "index", made)
    for groups, expected in (
        (None, [None, "a", "a"]),
        (frozenset({"hr"}), [None, "a", "a"]),
        (frozenset(), [None, "b"]),
    ):
        assert [one.near_duplicate_of for one in service.view(groups).documents()[0]] == expected


def test_without_labels_every_view_is_the_snapshot_itself(tmp_path: Path) -> None:
    service = samples.service(tmp_path / "index")
    samples.ingest(service, samples.write(tmp_path / "articles"))
    snapshot = service.snapshot()
    assert all(snapshot.seen_by(groups) is snapshot for groups in (None, *GROUPS))


def labelled(tmp_path: Path) -> Snapshot:
    made = [
        Document(Reference(name, name), f"The {name} is here.", access=access)
        for name, access in (("a", ()), ("b", ("hr",)), ("c", ()), ("d", SEALED), ("e", ("legal",)), ("f", ("hr",)))
    ]
    return index(tmp_path / "index", made).snapshot()


def test_a_part_is_kept_for_each_set_of_groups_that_matters(tmp_path: Path) -> None:
    snapshot = labelled(tmp_path)
    part = snapshot.seen_by(frozenset({"hr", "others"}))
    assert part is snapshot.seen_by(frozenset({"hr"})) is not snapshot.seen_by(frozenset())
    assert part.cache_key != snapshot.cache_key != snapshot.seen_by(frozenset()).cache_key


def test_rows_of_a_part_are_numbered_without_gaps(tmp_path: Path) -> None:
    part = labelled(tmp_path).seen_by(frozenset({"hr"}))
    stored = part.documents()
    assert [(one.reference.id, one.first_row) for one in stored] == [("a", 0), ("b", 1), ("c", 2), ("f", 3)]
    assert (len(part), part.manifest.documents, part.manifest.labelled) == (4, 4, 2)
    hits = part.hits([3, 1], [1.0, 0.5])
    assert [(hit.row, hit.reference.id) for hit in hits] == [(3, "f"), (1, "b")]
    assert [(hit.row, hit.reference.id) for hit in part.evidence(hits)] == [(3, "f"), (1, "b")]
    assert part.rows_at("f", Span(0, 3)) == [3]
    assert part.rows_at("e", Span(0, 3)) == []
    assert part.lexical.words.rows_with("f").tolist() == [3]
    assert part.dense.search(part.dense.vectors(np.array([3])), 9)[0].tolist()[0] == 3
    assert part.lexical.frequency("legal") == 0


def test_a_part_keeps_its_snapshot_from_being_deleted_and_nothing_else_does(tmp_path: Path) -> None:
    snapshot = labelled(tmp_path)
    folder, part = snapshot.database.parent, snapshot.seen_by(frozenset({"hr"}))
    store = samples.service(tmp_path / "index").parts.store
    gc.disable()  # no cycle of references may keep a snapshot
    try:
        del snapshot
        assert [one.reference.id for one in part.documents()] == ["a", "b", "c", "f"]
        with store.writing():
            assert not store.discard(folder.name)
        del part
        with store.writing():
            assert store.discard(folder.name)
    finally:
        gc.enable()


def test_every_table_is_restricted(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "made.sqlite")) as connection:
        connection.executescript(SCHEMA + INDEXES)
        restrict(connection, frozenset())
        tables = {name for (name,) in connection.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table'")}
        views = {name for (name,) in connection.execute("SELECT name FROM temp.sqlite_schema WHERE type = 'view'")}
        assert views == tables


def test_a_query_without_conditions_finds_no_hidden_row(tmp_path: Path) -> None:
    reader = Reader.of(labelled(tmp_path).database, frozenset({"legal"}))
    for table, column in (("document", "id"), ("chunk", "text"), ("field", "text"), ("access", "label")):
        cells = " ".join(str(cell) for (cell,) in reader._all(f"SELECT {column} FROM {table}"))
        assert "hr" not in cells
        assert "The b" not in cells
    assert set(reader.labels) == {"legal"}
