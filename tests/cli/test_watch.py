"""Tests `rag ingest --watch`, which prints a line for each new snapshot until a signal ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests import samples
from tests.cli.running import PROGRAM, Rag, error
from tests.feeds.site import serving


class Watching:
    """The running command, with its output line by line."""

    def __init__(self, *arguments: str) -> None:
        command = [*PROGRAM, "ingest", "--watch", *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", env=os.environ
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().rstrip("\n")

    def warning(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline().rstrip("\n")

    def interrupt(self, kind: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        self.process.send_signal(kind)
        out, err = self.process.communicate(timeout=30)
        return self.process.returncode, out, err


@pytest.fixture(autouse=True)
def interruptible() -> Iterator[None]:
    """Restore SIGINT. A shell makes background processes and their children ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@contextmanager
def started(*arguments: str) -> Iterator[Watching]:
    """Run the command, and kill it after the block."""
    watching = Watching(*arguments)
    try:
        yield watching
    finally:
        watching.process.kill()
        watching.process.communicate()


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Watching]:
    with started(str(samples.write(tmp_path / "articles")), "--prune") as process:
        yield process


def test_a_folder_is_watched_until_ctrl_c(watching: Watching, tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    assert watching.line().startswith("3 added; 4 passages encoded; snapshot 000001-")
    samples.write(folder, {"ban.md": "# The ban\n\nThe ban applies from 2030.\n", "levy.md": "The levy is 30 pence.\n"})
    counts, _, rest = watching.line().partition("; ")
    assert sorted(counts.split(", ")) == ["1 added", "1 updated", "2 unchanged"]
    assert rest.startswith("2 passages encoded; snapshot 000002-")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 no more")
    assert watching.line().startswith(f"failed     {folder / 'broken.pdf'}: ")
    (folder / "ban.md").unlink()
    counts, _, rest = watching.line().partition("; ")
    assert sorted(counts.split(", ")) == ["1 failed", "1 removed", "3 unchanged"]
    assert rest.startswith("0 passages encoded; snapshot 000003-")
    assert watching.interrupt() == (0, "", "")


def test_sigterm_ends_it_too(watching: Watching, tmp_path: Path) -> None:
    watching.line()
    assert watching.interrupt(signal.SIGTERM) == (0, "", "")
    assert samples.service(tmp_path / "index").parts.store.current().documents()


def test_a_feed_is_watched_until_sigterm(monkeypatch: pytest.MonkeyPatch, rag: Rag) -> None:
    settings = {"RAG_FEED_ALLOW_PRIVATE": "127.0.0.1", "RAG_FEED_DELAY": "0", "RAG_FEED_MINUTES": "0.01"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as running:
        site = running.enter_context(serving())
        site.page("/ban.html", "The ban applies from 2030.", "The ban")
        watching = running.enter_context(started("--feed", site.rss("/ban.html")))
        assert watching.line().startswith("1 added; 1 passage encoded; snapshot 000001-")
        site.page("/ban.html", "The ban applies from 2031.", "The ban")
        assert watching.line().startswith("1 updated; 1 passage encoded; snapshot 000002-")
        assert watching.interrupt(signal.SIGTERM) == (0, "", "")
        (citation,) = rag("ask", "When does the ban apply?", "--json").json["citations"]
        assert (citation["quote"], citation["url"]) == ("The ban applies from 2031.", f"{site.url}/ban.html")


def test_it_waits_for_another_writer(watching: Watching, tmp_path: Path) -> None:
    watching.line()
    with samples.service(tmp_path / "index").parts.store.writing():
        samples.write(tmp_path / "articles", {"ban.md": "The ban applies from 2030.\n"})
        assert "is being written to by process" in watching.warning()
    assert watching.line().startswith("1 added, 3 unchanged; ")
    assert watching.interrupt() == (0, "", "")


def test_it_prints_json_lines(tmp_path: Path) -> None:
    watching = Watching(str(samples.write(tmp_path / "articles")), "--json")
    printed = json.loads(watching.line())
    assert printed["counts"] == {"added": 3}
    assert printed["snapshot"].startswith("000001-")
    assert watching.interrupt()[0] == 0


def test_a_wrong_path_is_an_error_at_the_start(rag: Rag, tmp_path: Path) -> None:
    assert "There is no file or folder" in error(rag("ingest", "--watch", str(tmp_path / "nope")))
