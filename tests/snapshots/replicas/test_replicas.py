"""A replica equals its writer after each publication, whatever fails, and never takes half of one."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path

import pytest

from rag.errors import (
    ConfigurationError,
    IncompatibleSnapshot,
    NoSnapshot,
    ReplicationError,
    SnapshotError,
    StorageError,
    WriteRefused,
)
from rag.settings import Settings
from rag.snapshots import durable
from rag.snapshots.replicas import publishing
from rag.snapshots.replicas.publication import CONTENT, numbers, read_publication
from rag.types import KeepOriginals
from rag.wiring import assemble
from tests.articles import Articles, quietly
from tests.cases import thinned
from tests.encoders import Killed
from tests.snapshots.dying import DyingProcess
from tests.snapshots.replicas.places import (
    Counting,
    Place,
    answer,
    gone_at,
    killed_at,
    publisher,
    puller,
    storage_of,
    texts,
)

LONG = " ".join(f"Section {n} covers permits of class {n}." for n in range(60))


class _Unsynced:
    """Replaces `os` in the module that writes files, because real syncs would only slow these tests down."""

    def __getattr__(self, name: str) -> object:
        return (lambda _: None) if name == "fsync" else getattr(os, name)


@pytest.fixture(autouse=True)
def _without_syncs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "os", _Unsynced())


@pytest.fixture
def place(tmp_path: Path, articles: Articles) -> Place:
    return Place(tmp_path, articles)


@pytest.mark.parametrize("address", [None, "memory://replicas"])
def test_a_replica_has_what_the_writer_published(tmp_path: Path, articles: Articles, address: str | None) -> None:
    place = Place(tmp_path, articles, address and f"{address}/{tmp_path.name}")
    place.publish("Permits cost 20 euros.", LONG)
    replica = place.replica()
    replica.pull()
    assert texts(replica) == texts(place.writer)
    assert answer(replica, "What do permits cost?") == answer(place.writer, "What do permits cost?") != ""
    place.publish("Permits cost 30 euros.")
    replica.pull()
    assert "30 euros" in answer(replica, "What do permits cost?")
    assert [one.id for one in replica.snapshots()] == [one.id for one in place.writer.snapshots()]
    assert not any(replica.verify().values())


def test_only_content_that_the_replica_does_not_hold_is_moved(place: Place) -> None:
    place.publish("One.", LONG)
    replica, storage = place.replica(), Counting(storage_of(place))
    follower = puller(replica, storage)
    follower.pull()
    first, storage.moved, storage.calls = storage.moved, 0, 0
    follower.pull()
    assert (storage.moved, storage.calls) == (0, 1)
    place.writer.activate("1")
    place.writer.publish()
    follower.pull()
    assert storage.moved == 0 < first
    # A snapshot with the same documents but another parent shares its files with the one before.
    place.articles.write("0.txt", "Two.")
    place.articles.ingest(place.writer)
    place.publish("One.")
    follower.pull()
    assert 0 < storage.moved < 2 * first


def test_a_rollback_reaches_replicas_and_an_old_copy_of_the_storage_does_not(place: Place) -> None:
    place.publish("One.")
    replica = place.replica()
    place.publish("Two.")
    replica.pull()
    place.writer.activate("1")
    place.writer.publish()
    replica.pull()
    assert texts(replica) == {"0": "One."}
    last = place.folder / f"publications/{numbers(storage_of(place))[-1]:012d}.json"
    last.unlink()
    with pytest.raises(ReplicationError, match="old copy"):
        replica.pull()
    assert texts(replica) == {"0": "One."}
    with pytest.raises(ReplicationError, match="lacks the last publication"):
        publisher(place.writer, storage_of(place)).publish()


def test_a_storage_that_vanishes_at_any_moment_leaves_the_replica_as_it_was_and_degraded(place: Place) -> None:
    place.publish("One.", LONG)
    replica = place.replica()
    replica.pull()
    place.publish("Two.")
    for n in range(1, 200, thinned(1)):
        follower = puller(replica, Counting(storage_of(place), gone_at(n)))
        try:
            follower.pull()
        except ReplicationError:
            assert follower.fault == "the storage is gone"
            assert texts(replica)["0"] == "One." or n > 3
            continue
        break
    assert n > 5
    assert follower.fault is None
    assert texts(replica)["0"] == "Two."


def test_a_writer_killed_at_any_step_publishes_all_or_nothing_and_the_next_one_goes_on(place: Place) -> None:
    place.publish("One.", LONG)
    expected = {"0": "One.", "1": LONG}
    for n in range(1, 200, thinned(1)):
        place.articles.write("0.txt", f"Text {n}.")
        place.articles.ingest(place.writer)
        try:
            publisher(place.writer, Counting(storage_of(place), killed_at(n)), grace=0).publish()
        except Killed:
            replica = place.replica(f"replica{n}")
            replica.pull()
            found = texts(replica)
            assert found in (expected, texts(place.writer))
            publisher(place.writer, storage_of(place)).publish()
            expected = texts(place.writer)
            replica.pull()
            assert texts(replica) == expected
            continue
        break
    assert n > 5


def test_a_replica_killed_at_any_call_to_its_disk_goes_on_later(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.publish("One.", LONG)
    replica = place.replica()
    replica.pull()
    for n in range(1, 400, thinned(5)):
        place.publish(f"Text {n}.")
        dying = DyingProcess(n)
        with monkeypatch.context() as patch:
            patch.setattr(durable, "os", dying)
            patch.setattr(durable, "shutil", dying)
            try:
                puller(replica, storage_of(place)).pull()
                break
            except Killed:
                pass
        later = place.replica()
        assert not any(later.verify().values())
        later.pull()
        assert texts(later) == texts(place.writer)
    assert n > 7


def test_a_damaged_file_is_refused_by_its_digest_and_the_writer_replaces_it(place: Place) -> None:
    place.publish("One.", LONG)
    replica = place.replica()
    replica.pull()
    place.publish("Two.")
    held = {one.blake3 for one in replica.parts.store.current().manifest.files.values()}
    for kind in CONTENT:
        for file in (place.folder / kind).glob("*/*"):
            if file.name not in held:
                file.write_bytes(file.read_bytes()[:-1] + b"?")
    with pytest.raises(ReplicationError, match="is damaged, so it is not taken"):
        replica.pull()
    assert texts(replica)["0"] == "One."
    assert "damaged" in (replica.degraded(changes=False) or "")
    assert place.writer.repair_storage()
    replica.pull()
    assert texts(replica)["0"] == "Two."
    assert replica.degraded(changes=False) is None


def test_a_publication_that_cannot_be_read_is_not_taken(place: Place) -> None:
    place.publish("One.")
    replica = place.replica()
    replica.pull()
    place.publish("Two.")
    file = place.folder / f"publications/{numbers(storage_of(place))[-1]:012d}.json"
    whole = file.read_bytes()
    for part in (b"", whole[: len(whole) // 2], whole.replace(b'"format": 1', b'"format": 2')):
        file.write_bytes(part)
        with pytest.raises(ReplicationError, match="cannot be read"):
            replica.pull()
    assert texts(replica) == {"0": "One."}


def test_a_damaged_replica_takes_its_files_again(place: Place) -> None:
    place.publish("One.", LONG)
    replica = place.replica()
    replica.pull()
    for file in replica.settings.index_dir.glob("snapshots/*/vectors.faiss"):
        file.write_bytes(b"?" * file.stat().st_size)
    again = place.replica()
    with pytest.raises(SnapshotError):
        again.parts.store.refresh()
    again.pull()
    assert texts(again) == texts(place.writer)
    assert not any(again.verify().values())


def test_a_full_disk_leaves_the_replica_as_it_was(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.publish("One.")
    replica = place.replica()
    replica.pull()
    place.publish(LONG)

    class FullDisk:
        def __getattr__(self, name: str) -> object:
            return getattr(os, name)

        def write(self, descriptor: int, content: memoryview) -> int:
            if len(content) > 1_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            return os.write(descriptor, content)

    with monkeypatch.context() as patch:
        patch.setattr(durable, "os", FullDisk())
        with pytest.raises(StorageError, match="free some space"):
            replica.pull()
    assert texts(replica) == {"0": "One."}
    assert "free some space" in (replica.degraded(changes=False) or "")
    assert not (replica.settings.index_dir / "pulling").exists()
    replica.pull()
    assert texts(replica) == {"0": LONG}


def test_content_leaves_the_storage_when_no_recent_publication_needs_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.writer = assemble(place.writer.settings.model_copy(update={"keep_snapshots": 1}))
    place.publish("One.", LONG)
    storage, began = storage_of(place), time.time()
    before = {name for kind in CONTENT for name in storage.sizes(kind)}
    place.publish("Two.")
    assert before <= {name for kind in CONTENT for name in storage.sizes(kind)}
    reading = place.replica()
    puller(reading, storage).pull()
    monkeypatch.setattr(time, "time", lambda: began + publishing.GRACE_SECONDS + 60)
    place.writer.publish()
    publisher(place.writer, storage).publish()
    assert len(numbers(storage)) == 1
    left = {name for kind in CONTENT for name in storage.sizes(kind)}
    assert before - left
    new = place.replica("new")
    new.pull()
    assert texts(new) == texts(reading) == {"0": "Two.", "1": LONG}


def test_an_erased_document_leaves_replicas_and_then_the_storage(place: Place) -> None:
    place.publish("One.", "The secret of Miller.")
    replica = place.replica()
    replica.pull()
    place.writer.erase(["1"])
    publisher(place.writer, storage_of(place), grace=0).publish()
    replica.pull()
    everything = [*place.folder.rglob("*"), *replica.settings.index_dir.rglob("*")]
    assert not any(b"Miller" in path.read_bytes() for path in everything if path.is_file())


def test_past_texts_reach_replicas_and_leave_them_as_they_leave_the_writer(place: Place) -> None:
    place.publish("Permits cost 20 euros.")
    place.publish("Permits cost 30 euros.")
    place.writer.prune(1)
    place.writer.publish()
    replica = place.replica()
    replica.pull()
    listed = [[one.snapshot for one in service.view(None).versions("0")] for service in (replica, place.writer)]
    assert listed[0] == listed[1]
    assert len(listed[0]) == 2
    place.writer.erase(["0"])
    publisher(place.writer, storage_of(place), grace=0).publish()
    replica.pull()
    everything = [*place.folder.rglob("*"), *replica.settings.index_dir.rglob("*")]
    assert not [path for path in everything if "past" in path.parts and path.is_file()]
    assert not replica.parts.store.past.files()


def test_a_damaged_past_text_is_not_published(place: Place) -> None:
    place.publish("Permits cost 20 euros.")
    place.publish("Permits cost 30 euros.")
    (file,) = place.writer.parts.store.past.files()
    replica = place.replica()
    replica.pull()
    (taken,) = replica.parts.store.past.files()
    assert taken.read_bytes() == file.read_bytes()
    file.write_bytes(b"0" + file.read_bytes()[1:])
    with pytest.raises(ReplicationError, match=r"^the past text \S+ cannot be read, so it is not published: "):
        publisher(place.writer, storage_of(place)).publish()


def test_keys_and_the_ledger_and_the_seal_reach_replicas(place: Place) -> None:
    place.publish("One.")
    keys = place.writer.settings.index_dir / "keys.json"
    keys.write_text('{"format": 1, "keys": []}')
    place.writer.publish()
    replica = place.replica()
    replica.pull()
    held = replica.settings.index_dir / "keys.json"
    assert held.read_bytes() == keys.read_bytes()
    assert held.stat().st_mode & 0o077 == 0
    assert replica.keeper.seals.holds(place.writer.keeper.seals.seal(b"words"), b"words")
    keys.unlink()
    place.writer.remove(["0"])
    place.writer.publish()
    replica.pull()
    assert not held.exists()
    assert (replica.settings.index_dir / "LEDGER").exists()


def test_originals_reach_replicas(tmp_path: Path, articles: Articles) -> None:
    place = Place(tmp_path, articles)
    place.writer = assemble(place.writer.settings.model_copy(update={"keep_originals": KeepOriginals.ALL}))
    place.publish("One.")
    replica = place.replica()
    replica.pull()
    assert replica.view(None).original("0").path.read_bytes() == b"One."
    assert not any(replica.verify().values())


def test_a_replica_refuses_changes_and_names_the_writer(place: Place) -> None:
    place.publish("One.")
    replica = place.replica()
    replica.pull()
    for change in (
        lambda: place.articles.ingest(replica),
        lambda: replica.remove(["0"]),
        lambda: replica.activate("1"),
        lambda: replica.prune(1),
    ):
        with pytest.raises(WriteRefused, match=r"writer\.test"):
            change()
    with pytest.raises(ConfigurationError, match=r"writer\.test"):
        replica.publish()


def test_only_one_index_publishes_to_a_storage(place: Place, tmp_path: Path) -> None:
    place.publish("One.")
    other = assemble(place.writer.settings.model_copy(update={"index_dir": tmp_path / "other"}))
    with pytest.raises(NoSnapshot):
        other.publish()
    other.ingest([place.articles.folder], quietly)
    with pytest.raises(ReplicationError, match="--take-over"):
        other.publish()
    assert other.degraded(changes=False)
    other.publish(take_over=True)
    with pytest.raises(ReplicationError, match="--take-over"):
        publisher(place.writer, storage_of(place)).publish()


def test_an_empty_index_takes_the_snapshots_to_become_the_next_writer(place: Place, tmp_path: Path) -> None:
    place.publish("One.")
    new = assemble(place.writer.settings.model_copy(update={"index_dir": tmp_path / "new"}))
    new.pull()
    assert texts(new) == {"0": "One."}
    with pytest.raises(WriteRefused, match="snapshots of its own"):
        new.pull()
    place.articles.write("0.txt", "Two.")
    place.articles.ingest(new)
    new.publish(take_over=True)
    replica = place.replica()
    replica.pull()
    assert texts(replica) == {"0": "Two."}


def test_a_replica_with_another_encoder_keeps_what_it_has(place: Place) -> None:
    place.publish("One.")
    replica = place.replica()
    replica.pull()
    place.publish("Two.")

    def refuse(*_: object) -> None:
        raise IncompatibleSnapshot("it was built with another encoder")

    with pytest.raises(IncompatibleSnapshot):
        puller(replica, storage_of(place), accept=refuse).pull()
    assert texts(replica) == {"0": "One."}


def test_a_share_that_is_not_mounted_is_not_written_to(place: Place) -> None:
    place.publish("One.")
    place.folder.rename(place.folder.with_name("elsewhere"))
    for service in (place.replica(), place.writer):
        with pytest.raises(ReplicationError, match="mount the share"):
            service.pull() if service.is_replica else publisher(service, storage_of(place)).publish()
    assert not place.folder.exists()


def test_a_publication_of_another_process_at_the_same_time_is_refused(place: Place) -> None:
    place.publish("One.")
    storage = storage_of(place)
    last = read_publication(storage, numbers(storage)[-1])
    assert not storage.create(last.name, b"another")
    assert read_publication(storage, last.number) == last


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("/mnt/share", "give an address such as"),
        ("file://server/share", "give an address such as"),
        ("nonsense://bucket", "no address of a storage"),
    ],
)
def test_a_wrong_address_is_refused_in_one_sentence(tmp_path: Path, given: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        assemble(Settings(index_dir=tmp_path, encoder="hashing", snapshots=given))


def test_a_replica_needs_a_storage(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="set RAG_SNAPSHOTS"):
        assemble(Settings(index_dir=tmp_path, encoder="hashing", writer="http://writer.test"))
