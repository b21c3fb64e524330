"""Snapshots through a server that speaks the protocol of S3. `make test-s3` runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.errors import ReplicationError
from rag.snapshots.replicas.publication import CONTENT, numbers
from tests.articles import Articles
from tests.snapshots.replicas.places import Counting, Place, publisher, puller, storage_of, texts

pytestmark = pytest.mark.skipif("TEST_S3" not in os.environ, reason="make test-s3 installs moto and s3fs")


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in {**variables, "AWS_ENDPOINT_URL": f"http://{host}:{port}"}.items():
        monkeypatch.setenv(name, value)
    import s3fs

    name = f"policies-{port}"  # the servers of one process share their buckets
    s3fs.S3FileSystem(skip_instance_cache=True).mkdir(name)
    yield f"s3://{name}/rag"
    server.stop()


@pytest.mark.filterwarnings("ignore")  # those of moto and of botocore
def test_snapshots_go_through_a_bucket(tmp_path: Path, articles: Articles, bucket: str) -> None:
    place = Place(tmp_path, articles, bucket)
    place.publish("One.", "Permits cost 20 euros. " * 200)
    replica, storage = place.replica(), Counting(storage_of(place))
    puller(replica, storage).pull()
    first, storage.moved = storage.moved, 0
    assert texts(replica) == texts(place.writer)
    place.publish("Two.")
    replica.pull()
    assert texts(replica)["0"] == "Two."
    assert first > 0

    last = numbers(storage)[-1]
    assert not storage.create(f"publications/{last:012d}.json", b"another writer")
    publisher(place.writer, storage, grace=0).publish()
    assert numbers(storage) == [last]
    place.replica("new").pull()

    for kind in CONTENT:
        for name in storage.sizes(kind):
            storage.put(name, b"damaged")
    with pytest.raises(ReplicationError, match="damaged"):
        place.replica("another").pull()
    assert place.writer.repair_storage()
    repaired = place.replica("repaired")
    repaired.pull()
    assert texts(repaired) == texts(place.writer)


@pytest.mark.filterwarnings("ignore")
def test_a_bucket_that_cannot_be_reached_is_reported_in_one_sentence(
    tmp_path: Path, articles: Articles, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, articles, bucket)
    place.publish("One.")
    replica = place.replica()
    replica.pull()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ReplicationError, match=r"the storage s3://policies-\d+/rag cannot be used"):
        puller(replica, storage_of(place)).pull()
    assert texts(replica) == {"0": "One."}
