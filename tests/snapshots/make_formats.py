"""Writes a small index with an earlier version of the program, as a fixture for the tests of upgrades.

    git worktree add /tmp/earlier COMMIT
    python -m tests.snapshots.make_formats /tmp/earlier tests/snapshots/formats

The commit is the last one before a change of the format. The new file `<format>.tar.xz` contains:

index/           the index, with two snapshots and the ledger
backup.tar       a backup of its current snapshot, if that version makes backups
documents.json   the documents and their sources, as that version reads them from its index

The index has files of several formats, two files with one text, and a file that cannot be read. It also has documents
that came over HTTP and from a feed, if that version takes them. The encoder is `hashing`, so no model is needed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import threading
from contextlib import suppress
from dataclasses import asdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from shutil import rmtree
from typing import Any

SCENE = Path("/tmp/rag-formats")
"""The folder of the index and its files. The index names its files, so this folder has a fixed name."""
PORT = 38_917
KEY = "a-key-for-fixtures"

LEVY = """---
title: The sugar levy
author: Ada Obi
published: 2018-04-06
topic: [tax, health]
pages: 12
---

# The sugar levy

The levy is 24 pence per litre of a drink with more than eight grams of sugar.

## Exemptions

Milk and pure fruit juice are exempt from the levy. A producer of less than one million litres a year pays nothing.
"""
LETTER = (
    "The council has approved the parental leave scheme.\n\n"
    "Employees with a year of service receive 26 weeks of paid leave. The leave may be shared by both parents.\n"
)
PAGE = (
    "<html><head><title>Bus lanes</title></head><body><h1>Bus lanes</h1><p>The city opens twelve kilometres of bus "
    "lanes in spring.</p><h2>Hours</h2><p>Taxis may use the lanes between ten and four.</p></body></html>"
)
RECORDS = (
    '{"id": "fares", "title": "Fares", "text": "A single fare is two pounds. Children under five travel free.", '
    '"zone": 3, "night": true}\n'
    '{"id": "refunds", "title": "Refunds", "text": "A delay of more than one hour entitles a passenger to a refund."}\n'
)
FEED_PAGE = (
    "<html><head><title>Library hours</title></head><body><article><h1>Library hours</h1>"
    "<p>The central library opens at nine and closes at eight from Monday to Friday. On Saturday it closes at five, "
    "and on Sunday it stays closed. Every branch library opens in the afternoon.</p></article></body></html>"
)
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item><title>Library hours</title>'
    f"<link>http://127.0.0.1:{PORT}/library.html</link></item></channel></rss>"
)
NOTES = {
    "title": "Allotments",
    "text": "A plot of an allotment costs 40 pounds a year. The waiting list has ninety names.",
    "published": "2021-03",
    "metadata": {"ward": "North", "plots": 214, "open": True, "tags": ["garden", "rent"]},
}
PERMITS = {"text": "A resident needs a permit to park in the old town. The permit costs 60 pounds a year."}


class _Site(BaseHTTPRequestHandler):
    """A site with a feed of one page."""

    def do_GET(self) -> None:
        body = {"/feed.xml": FEED, "/library.html": FEED_PAGE}.get(self.path)
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html" if self.path.endswith("html") else "application/rss+xml")
        self.end_headers()
        self.wfile.write((body or "").encode())

    def log_message(self, *_: object) -> None:
        """Log nothing."""


def make(checkout: Path, folder: Path) -> Path:
    """Let the version in `checkout` write an index, and pack it into a file in `folder`. Return the file."""
    rmtree(SCENE, ignore_errors=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RAG_")},
        "PYTHONPATH": os.pathsep.join((str(checkout / "src"), str(checkout))),
    }
    subprocess.run([sys.executable, __file__], env=environment, check=True)
    current = (SCENE / "index" / "CURRENT").read_text().strip()
    manifest = json.loads((SCENE / "index" / "snapshots" / current / "manifest.json").read_bytes())
    file = folder / f"{manifest['format']}.tar.xz"
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file, "w:xz") as archive:
        for name in ("index", "backup.tar", "documents.json"):
            if (SCENE / name).exists():
                archive.add(SCENE / name, name, filter=_plain)
    return file


def _plain(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Return a member without the names of users. Leave out locks, caches and the jobs."""
    if member.name.split("/")[-1] in ("LOCK", "encoders", ".jobs", "feeds.sqlite"):
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def _write_index() -> None:
    """Write the index. This runs with the modules of the earlier version."""
    from rag.settings import Settings

    articles = SCENE / "articles"
    articles.mkdir(parents=True)
    names = {"levy.md": LEVY, "letter.txt": LETTER, "letter-copy.txt": LETTER, "buses.html": PAGE}
    for name, content in {**names, "records.jsonl": RECORDS, "scan.pdf": "not a PDF"}.items():
        (articles / name).write_text(content)
    options: dict[str, Any] = {"index_dir": SCENE / "index", "encoder": "hashing", "api_key": KEY}
    if "feed_delay" in Settings.model_fields:
        options |= {"feed_delay": 0.0, "feed_allow_private": "127.0.0.0/8"}
    service = _service(Settings(**options))
    _ingest(service, articles)
    (articles / "levy.md").write_text(LEVY.replace("24 pence", "25 pence"))
    _ingest(service, articles)
    with suppress(ModuleNotFoundError):
        import rag.upkeep  # noqa: F401 - versions without it take no documents over HTTP

        _put(service, {"notes": NOTES, "permits": PERMITS})
    if "feed_delay" in Settings.model_fields:
        _ingest_feed(service)
    _record(service)


def _service(settings: Any) -> Any:
    from rag import wiring

    assemble = getattr(wiring, "assemble", None) or wiring.__dict__["Service"]
    return assemble(settings)


def _parts(service: Any) -> Any:
    return getattr(service, "parts", service)


def _ingest(service: Any, articles: Path) -> None:
    _parts(service).ingestion.ingest([articles], lambda *_: None)


def _put(service: Any, documents: dict[str, object]) -> None:
    from rag.http.app import create_app
    from tests.client import TestClient

    with TestClient(create_app(service)) as client:
        for name, document in documents.items():
            client.put(
                f"/v1/documents/{name}", json=document, headers={"Authorization": f"Bearer {KEY}"}
            ).raise_for_status()


def _ingest_feed(service: Any) -> None:
    site = ThreadingHTTPServer(("127.0.0.1", PORT), _Site)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    _parts(service).ingestion.ingest([], lambda *_: None, feeds=[f"http://127.0.0.1:{PORT}/feed.xml"])
    site.shutdown()


def _record(service: Any) -> None:
    """Write the documents as this version reads them, and a backup if it can make one."""
    store = _parts(service).store
    snapshot = store.current()
    documents = [
        {
            **asdict(snapshot.reader.document(stored.reference.id)),
            "sources": [
                stored.origin.source,
                *(getattr(copy, "name", None) or copy.source for copy in getattr(stored.origin, "copies", ())),
            ],
        }
        for stored in snapshot.documents()
    ]
    (SCENE / "documents.json").write_text(json.dumps(documents, indent=1))
    if hasattr(store, "backup"):
        store.backup(SCENE / "backup.tar")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        make(Path(sys.argv[1]), Path(sys.argv[2]))
    else:
        _write_index()
