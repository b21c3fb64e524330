"""Damage loses no document silently: the next run recovers every document, or it is refused and changes nothing."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import RagError, WriteRefused
from rag.ingest.ingestion import Ingestion
from rag.snapshots.snapshot import DATABASE
from rag.types import Document, KeepOriginals
from rag.upkeep import JobState, Removal, Request
from tests.articles import Articles, Index, quietly
from tests.cases import cases
from tests.snapshots.earlier import documents_of, sources_of
from tests.upkeep.uploads import open_upkeep, text_upload, wait_for_reason

SECONDS = 60
FILES = {
    "a.txt": "The levy is 24 pence per litre of a sweet drink.",
    "b.txt": "The charge is fifteen pounds a day on weekdays.",
    "copy.txt": "The charge is fifteen pounds a day on weekdays.",
    "long.txt": "\n\n".join(
        f"Paragraph {n} of the report describes year {1900 + n} of the harbour." for n in range(80)
    ),
}
GIVEN = {name: f"Note {name} was given over HTTP and is in no file." for name in ("x", "y", "z")}


def _put(index: Index, *requests: Request) -> None:
    with open_upkeep(index) as upkeep:
        upkeep.submit(list(requests))[1].result(SECONDS)


def _reopened(index: Index) -> Index:
    """Return the same index as a new process sees it."""
    return Index(index.store.directory, keep=10, chunk_tokens=30)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Articles]:
    """An index with files and documents given over HTTP, and its articles. It keeps no originals.

    The last change added a document.
    """
    folder = tmp_path_factory.mktemp("recovery")
    articles = Articles(folder / "articles")
    for name, text in FILES.items():
        articles.write(name, text)
    return _fill(Index(folder / "index", keep=10, chunk_tokens=30), articles, KeepOriginals.NONE), articles


def _fill(index: Index, articles: Articles, keep: KeepOriginals) -> Path:
    index.ingestion = Ingestion(index.store, index.builder, keep_originals=keep)
    index.ingest(articles)
    _put(index, text_upload("x", GIVEN["x"]), text_upload("y", GIVEN["y"]))
    _put(index, text_upload("z", GIVEN["z"]))
    return index.store.directory


@pytest.fixture
def index(original: tuple[Path, Articles], tmp_path: Path) -> Index:
    shutil.copytree(original[0], tmp_path / "index")
    return _reopened(Index(tmp_path / "index"))


@pytest.fixture
def articles(original: tuple[Path, Articles]) -> Articles:
    return original[1]


def _current(index: Index) -> Path:
    return index.store.directory / "snapshots" / (index.store.directory / "CURRENT").read_text().strip()


def _texts(index: Index) -> dict[str, str]:
    return _reopened(index).texts()


def _states(index: Index) -> dict[str, bytes]:
    """Return every file of the index, without the lock and the cache of encodings for the next run."""
    directory = index.store.directory
    found = (path for path in directory.rglob("*") if path.is_file() and not path.name.startswith(("LOCK", "encoded-")))
    return {str(path.relative_to(directory)): path.read_bytes() for path in found}


def _damage_text(index: Index, text: str) -> None:
    """Change one letter of a text in the database of the current snapshot."""
    path = _current(index) / DATABASE
    content = path.read_bytes()
    assert content.count(text.encode()) == 1
    path.write_bytes(content.replace(text.encode(), text.swapcase().encode()))


NAMES = sorted(
    ["manifest.json", DATABASE, "vectors.faiss", "signatures.npy", "tokens/codes.npy", "lexical/words/lengths.npy"]
)


def test_the_named_files_exist(index: Index) -> None:
    assert all((_current(index) / name).is_file() for name in NAMES)


@pytest.mark.parametrize("kind", ["flip", "truncate", "delete"])
def test_damage_of_any_file_but_the_database_loses_nothing(
    original: tuple[Path, Articles], articles: Articles, tmp_path: Path, kind: str
) -> None:
    before = Index(original[0]).texts()
    names = [path.relative_to(_current(Index(original[0]))) for path in _current(Index(original[0])).rglob("*.*")]
    for number, name in enumerate(sorted(names)):
        if name.name == DATABASE:
            continue
        directory = tmp_path / str(number)
        shutil.copytree(original[0], directory)
        index = _reopened(Index(directory))
        _damage(_current(index) / name, kind, random.Random(number))
        report = index.ingest(articles)
        assert report.counts == {"unchanged": 4}, name
        assert _texts(index) == before
        assert _reopened(index).store.current().id == report.snapshot


def _damage(path: Path, kind: str, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    match kind:
        case "flip":
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
        case "truncate":
            os.truncate(path, chance.randrange(len(content)))
        case "delete":
            path.unlink()


def test_encodings_of_the_newest_sound_snapshot_are_reused(index: Index, articles: Articles) -> None:
    (_current(index) / "vectors.faiss").unlink()
    index.ingest(articles)
    (encoded,) = index.encoder.passages
    assert GIVEN["z"] in encoded, "only the last document is not in the older snapshots"


def test_a_lost_document_of_a_file_is_read_again_with_its_id(index: Index, articles: Articles) -> None:
    # The last letters are in one passage of one document only.
    for name in index.store.ids()[:-1]:
        shutil.rmtree(index.store.directory / "snapshots" / name)
    _damage_text(index, "The levy is 24 pence")
    before = {"a": FILES["a.txt"], "b": FILES["b.txt"], "long": FILES["long.txt"], **GIVEN}
    report = index.ingest(articles)
    assert {item.state for item in report.items if item.document_id == "a"} == {"updated"}
    assert _texts(index) == before


def test_a_lost_document_is_taken_from_an_older_snapshot_if_it_is_the_same(index: Index, articles: Articles) -> None:
    before = _texts(index)
    _damage_text(index, "Note y was given")
    index.ingest(articles)
    assert _texts(index) == before


def test_a_lost_document_is_read_again_from_its_original(tmp_path: Path, articles: Articles) -> None:
    index = Index(tmp_path / "index", keep=10, chunk_tokens=30)
    _fill(index, articles, KeepOriginals.REMOTE)
    before = _documents(index)
    _damage_text(index, "Note z was given")
    _reopened(index).ingestion.rebuild(quietly)
    assert _documents(index) == before
    original = _reopened(index).store.current().stored_document("z").origin.original
    assert original is not None
    assert GIVEN["z"].encode() in index.store.originals.read(original.sha256)


def test_no_original_is_deleted_while_a_snapshot_is_damaged(tmp_path: Path, articles: Articles) -> None:
    index = Index(tmp_path / "index", keep=10, chunk_tokens=30)
    _fill(index, articles, KeepOriginals.REMOTE)
    digest = index.store.current().stored_document("z").origin.original.sha256  # type: ignore[union-attr]
    path = _current(index) / DATABASE
    path.write_bytes(path.read_bytes().replace(digest.encode(), digest[::-1].encode()))
    with suppress(RagError):
        _reopened(index).ingestion.remove(["x"])
    assert GIVEN["z"].encode() in index.store.originals.read(digest)


@pytest.mark.parametrize("part", ["digest", "details"])
@pytest.mark.parametrize(("name", "stays"), [("x", True), ("z", False)])
def test_a_description_of_an_original_that_is_damaged_comes_from_another_snapshot_or_is_dropped(
    tmp_path: Path, articles: Articles, name: str, part: str, stays: bool
) -> None:
    index = Index(tmp_path / "index", keep=10, chunk_tokens=30)
    _fill(index, articles, KeepOriginals.REMOTE)
    before = index.store.current().stored_document(name).origin.original
    assert before is not None
    path, digest = _current(index) / DATABASE, before.sha256.encode()
    damaged = digest + b'{"nome"' if part == "details" else digest[::-1] + b'{"name"'
    assert path.read_bytes().count(digest + b'{"name"') == 1
    path.write_bytes(path.read_bytes().replace(digest + b'{"name"', damaged))
    _reopened(index).ingestion.rebuild(quietly)
    again = _reopened(index)
    assert again.store.current().stored_document(name).origin.original == (before if stays else None)
    assert again.store.verify([again.store.current().id]) == {again.store.current().id: ()}


def test_a_run_that_would_lose_a_document_is_refused_with_its_id_and_changes_nothing(
    index: Index, articles: Articles
) -> None:
    _damage_text(index, "Note z was given")
    before = _states(index)
    with pytest.raises(
        WriteRefused,
        match=r"is damaged and one of its documents \(z\) cannot be recovered, so nothing was changed: "
        "give them again, "
        "restore a backup with 'rag restore', go back with 'rag snapshots activate', or remove them with "
        "'rag remove z'",
    ):
        index.ingest(articles)
    with pytest.raises(WriteRefused):
        _reopened(index).ingestion.remove(["x"])
    with pytest.raises(WriteRefused):
        _reopened(index).ingestion.rebuild(quietly)
    assert _states(index) == before


def test_the_loss_of_a_document_can_be_accepted(index: Index) -> None:
    before = _texts(index)
    _damage_text(index, "Note z was given")
    index.ingestion.remove(["z"])
    assert _texts(index) == {name: text for name, text in before.items() if name != "z"}


def test_an_older_snapshot_can_be_activated_instead(index: Index, articles: Articles) -> None:
    before = _texts(index)
    _damage_text(index, "Note z was given")
    index.store.activate(index.store.ids()[-2])
    index.ingest(articles)
    assert _texts(index) == {name: text for name, text in before.items() if name != "z"}


def test_many_lost_documents_are_counted_after_the_first_ten(tmp_path: Path) -> None:
    index = Index(tmp_path / "index")
    index.ingestion = Ingestion(index.store, index.builder, keep_originals=KeepOriginals.NONE)
    _put(index, *(text_upload(f"note-{n:02}", f"This is note {n:02}.") for n in range(13)))
    path = _current(index) / DATABASE
    path.write_bytes(path.read_bytes().replace(b"This is note", b"This is NOTE"))
    with pytest.raises(WriteRefused, match=r"13 of its documents \(note-00, .*, note-09, 3 more\) cannot be"):
        _reopened(index).ingestion.rebuild(quietly)


@pytest.mark.parametrize("kind", ["delete", "empty", "other"])
def test_a_destroyed_database_is_refused_with_the_number_of_documents(
    index: Index, articles: Articles, kind: str
) -> None:
    path = _current(index) / DATABASE
    match kind:
        case "delete":
            path.unlink()
        case "empty":
            path.write_bytes(b"")
        case "other":
            path.write_bytes(b"other" * 1000)
    before = _states(index)
    with pytest.raises(
        WriteRefused, match=r"6 of its documents cannot be recovered, so nothing was changed: .* move the index away"
    ):
        index.ingest(articles)
    assert _states(index) == before


def test_a_job_waits_until_the_lost_document_is_given_again(index: Index) -> None:
    before = _texts(index)
    _damage_text(index, "Note z was given")
    with open_upkeep(_reopened(index)) as upkeep:
        job, ended = upkeep.submit([text_upload("new", "A new note.")])
        waiting = wait_for_reason(upkeep, job)
        assert waiting.state is JobState.WAITING
        assert "one of its documents (z) cannot be recovered" in str(waiting.reason)
        upkeep.submit([text_upload("z", GIVEN["z"])])[1].result(SECONDS)
        assert ended.result(SECONDS).state is JobState.DONE
    assert _texts(index) == before | {"new": "A new note."}


def test_a_waiting_job_is_carried_out_after_an_activation_and_after_a_restart(index: Index) -> None:
    before = _texts(index)
    _damage_text(index, "Note z was given")
    with open_upkeep(_reopened(index)) as upkeep:
        upkeep.submit([text_upload("new", "A new note.")])
    again = _reopened(index)
    with open_upkeep(again) as upkeep:
        (job,) = (one for one in upkeep.jobs() if not one.ended)
        upkeep.run_urgent(lambda: again.store.activate(again.store.ids()[-2])).result(SECONDS)
        upkeep.submit([Removal("x")])[1].result(SECONDS)
        assert upkeep.job(job.id).state is JobState.DONE
    assert _texts(index) == {name: text for name, text in before.items() if name not in "xz"} | {"new": "A new note."}


def test_damage_after_the_snapshot_was_opened_does_not_enter_the_next_one(index: Index) -> None:
    before = _texts(index)
    assert index.store.current().document("y").text == GIVEN["y"]
    _damage_text(index, "Note y was given")
    _put(index, text_upload("new", "A new note."))
    assert _texts(index) == before | {"new": "A new note."}


# CURRENT


def test_a_missing_current_is_replaced_if_there_is_one_snapshot(tmp_path: Path, articles: Articles) -> None:
    index = Index(tmp_path / "index")
    index.ingest(articles)
    (tmp_path / "index" / "CURRENT").unlink()
    again = _reopened(index)
    assert again.ingest(articles).counts == {"unchanged": 4}
    assert _reopened(index).store.degraded is None or _reopened(index).store.current()


@pytest.mark.parametrize("content", [None, "", "nonsense", "000002-00000000"])
def test_a_run_is_refused_if_it_is_unclear_which_snapshot_is_current(
    index: Index, articles: Articles, content: str | None
) -> None:
    current = index.store.directory / "CURRENT"
    current.unlink()
    if content is not None:
        current.write_text(content)
    before = _states(index)
    with pytest.raises(WriteRefused, match=r"CURRENT .*, so it is unclear .* 'rag snapshots activate', restore"):
        index.ingest(articles)
    assert _states(index) == before
    index.store.activate(index.store.ids()[-1])
    assert index.ingest(articles).counts == {"unchanged": 4}


# Any single damage


def _change_nothing(index: Index, articles: Articles) -> None:
    index.ingest(articles)


def _prune(index: Index, articles: Articles) -> None:
    index.ingest(articles, prune=True)


def _rebuild(index: Index, _: Articles) -> None:
    index.ingestion.rebuild(quietly)


@cases(150)
@given(
    place=st.integers(0, 10**6),
    offset=st.floats(0, 1, exclude_max=True),
    kind=st.sampled_from(["flip", "zero page", "random page", "truncate", "delete"]),
    alone=st.booleans(),
    run=st.sampled_from([_change_nothing, _prune, _rebuild]),
)
def test_after_any_single_damage_a_run_keeps_every_document_or_changes_nothing(
    original: tuple[Path, Articles],
    tmp_path_factory: pytest.TempPathFactory,
    place: int,
    offset: float,
    kind: str,
    alone: bool,
    run: Callable[[Index, Articles], None],
) -> None:
    directory = tmp_path_factory.mktemp("damaged") / "index"
    shutil.copytree(original[0], directory)
    index = _reopened(Index(directory))
    before = _documents(index)
    if alone:
        for name in index.store.ids()[:-1]:
            shutil.rmtree(directory / "snapshots" / name)
    choices = sorted(path for path in _current(index).rglob("*") if path.is_file())
    # Half of the damage is in the database, because it has the documents.
    path = (_current(index) / DATABASE) if place % 2 else choices[place // 2 % len(choices)]
    _damage_at(path, kind, offset)
    damaged = _states(index)
    again = _reopened(index)
    try:
        run(again, original[1])
    except RagError:
        assert _states(index) == damaged
    else:
        for name, (document, sources) in _documents(index).items():
            assert (document, sources[0]) == (before[name][0], before[name][1][0])
            assert set(sources) <= set(before[name][1]), "a copy is found again when its file is read"
        assert _documents(index).keys() == before.keys()
        assert _reopened(index).store.degraded is None
    shutil.rmtree(directory)


def _documents(index: Index) -> dict[str, tuple[Document, list[str]]]:
    """Return each document with its sources, by id, as a new process reads them."""
    snapshot = _reopened(index).store.current()
    sources = sources_of(snapshot)
    return {name: (document, sources[name]) for name, document in documents_of(snapshot).items()}


def _damage_at(path: Path, kind: str, offset: float) -> None:
    content = bytearray(path.read_bytes())
    at = int(offset * len(content))
    page = at - at % 4096
    match kind:
        case "flip":
            content[at] ^= 1 << int(offset * 1e6) % 8
        case "zero page":
            content[page : page + 4096] = bytes(len(content[page : page + 4096]))
        case "random page":
            content[page : page + 4096] = random.Random(at).randbytes(len(content[page : page + 4096]))
        case "truncate":
            del content[at:]
        case "delete":
            path.unlink()
            return
    path.write_bytes(content)
