"""A watched folder is scanned when a file in it changes. A watched feed is fetched at intervals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.errors import StorageError
from rag.feeds import Allowlist, FetchSettings
from rag.upkeep import SourceWatcher, scan_triggers
from tests.articles import Articles, Index, quietly
from tests.feeds.feed_index import FeedIndex
from tests.feeds.site import serving


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def watcher(index: Index, articles: Articles, *, prune: bool = False) -> SourceWatcher:
    return SourceWatcher(lambda: index.ingestion, [articles.folder], prune=prune)


def after(changes: Sequence[Callable[[], object] | None]) -> Iterator[None]:
    """Make one change after the other, and yield a trigger after each. None makes no change."""
    for change in changes:
        if change:
            change()
        yield


def test_each_published_snapshot_is_reported_once(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "One.")
    steps = [None, None, lambda: articles.write("b.txt", "Two."), None, (articles.folder / "a.txt").unlink, None]
    results = list(watcher(index, articles, prune=True).watch(after(steps), quietly))
    assert [result.report.counts for result in results if result.report] == [
        {"added": 1},
        {"unchanged": 1, "added": 1},
        {"removed": 1, "unchanged": 1},
    ]
    assert set(index.texts()) == {"b"}


def test_a_failed_file_is_retried_and_reported_when_its_reason_changes(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "")
    steps = [None, None, lambda: articles.write("a.txt", "\xff\xfe"), lambda: articles.write("a.txt", "One.")]
    results = list(watcher(index, articles).watch(after(steps), quietly))
    assert "is empty" in str(results[0].failures[0].reason)
    assert [bool(result.failures) for result in results].count(True) <= 2
    assert index.texts() == {"a": "One."}


def test_a_missing_folder_is_reported_and_scanned_when_it_returns(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "One.")
    away = articles.folder.with_name("away")
    steps = [None, lambda: articles.folder.rename(away), None, lambda: away.rename(articles.folder)]
    results = list(watcher(index, articles, prune=True).watch(after(steps), quietly))
    assert [bool(result.error) for result in results] == [False, True]
    assert index.texts() == {"a": "One."}


def test_the_first_trigger_comes_at_once_and_the_next_with_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    triggers = scan_triggers([folder], tmp_path / "index", rescan=1e9)
    next(triggers)
    (folder / "a.txt").write_text("One.")
    next(triggers)
    (folder / "below").mkdir()
    (folder / "below" / "b.txt").write_text("Two.")
    next(triggers)
    triggers.close()  # type: ignore[attr-defined]


def test_a_folder_without_changes_is_scanned_at_intervals(tmp_path: Path) -> None:
    triggers = scan_triggers([tmp_path], tmp_path / "index", rescan=0.0)
    for _ in range(3):
        next(triggers)
    triggers.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "relevant"),
    [
        ("articles/a.txt", True),
        ("articles/below/a.pdf", True),
        ("articles/.a.txt.swp", False),
        ("articles/.git/a.txt", False),
        ("articles/.access", True),
        ("articles/below/.access", True),
        ("articles/.git/.access", False),
        ("articles/~$report.docx", False),
        ("articles/index/CURRENT", False),
        ("articles/index/.jobs/1/a.txt", False),
        ("elsewhere/a.txt", False),
        ("elsewhere/one.txt", True),
        ("elsewhere/one.txt.meta.yaml", True),
    ],
)
def test_only_files_that_may_be_sources_trigger_a_scan(tmp_path: Path, path: str, relevant: bool) -> None:
    from watchfiles import Change

    from rag.upkeep.watching import _SourceFilter

    accepts = _SourceFilter(
        [tmp_path / "articles", tmp_path / "elsewhere" / "one.txt"], tmp_path / "articles" / "index"
    )
    assert accepts(Change.modified, str(tmp_path / path)) is relevant


# Feeds


def test_a_feed_is_fetched_again_after_the_interval_and_not_before(tmp_path: Path) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/a.txt", "One.", "text/plain")
        feed = site.rss("/a.txt", "/gone.txt")
        for interval, requests in ((1e9, 1), (0.0, 3)):
            site.forget()
            watcher = SourceWatcher(lambda: feed_index.ingestion, [], prune=False, feeds=[feed], interval=interval)
            results = list(watcher.watch(after([None, None, None]), quietly))
            assert site.counts["/feed.xml"] == requests
            assert [len(result.failures) for result in results] == [1], "a failure is reported once"


def test_a_feed_is_not_fetched_again_while_it_is_fresh(tmp_path: Path) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/feed.xml", "<rss/>", headers={"Cache-Control": "max-age=600"})
        feed = f"{site.url}/feed.xml"
        watcher = SourceWatcher(lambda: feed_index.ingestion, [], prune=False, feeds=[feed], interval=0.0)
        list(watcher.watch(after([None, None, None]), quietly))
        assert site.counts["/feed.xml"] == 1


def test_a_change_in_a_folder_does_not_fetch_the_feed(tmp_path: Path, articles: Articles) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/a.txt", "One.", "text/plain")
        feed = site.rss("/a.txt")
        watcher = SourceWatcher(lambda: feed_index.ingestion, [articles.folder], prune=True, feeds=[feed], interval=1e9)
        results = list(watcher.watch(after([None, lambda: articles.write("b.txt", "Two.")]), quietly))
        assert [result.report.counts for result in results if result.report] == [{"added": 1}, {"added": 1}]
        assert set(feed_index.texts()) == {"a", "b"}
        assert site.counts["/a.txt"] == 1


def test_feeds_are_not_fetched_again_at_once_if_the_scan_failed_after_fetching(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/a.txt", "One.", "text/plain")
        feed = site.rss("/a.txt")
        watcher = SourceWatcher(lambda: feed_index.ingestion, [], prune=False, feeds=[feed], interval=1e9)

        def fail(*_: object) -> Iterator[None]:
            raise StorageError("the disk is full")

        with monkeypatch.context() as patched:
            patched.setattr(feed_index.store, "writing", fail)
            errors = [result.error for result in watcher.watch(after([None, None, None]), quietly)]
        assert (errors, site.counts["/feed.xml"], site.counts["/a.txt"]) == (["the disk is full"], 1, 1)
        monkeypatch.setattr("rag.upkeep.watching.time.monotonic", lambda: 1e12)
        list(watcher.watch(after([None]), quietly))
        assert feed_index.texts() == {"a": "One."}, "the pages are ingested when the feed is due again"


def test_without_folders_triggers_come_at_intervals(tmp_path: Path) -> None:
    triggers = scan_triggers([], tmp_path / "index", rescan=0.0)
    for _ in range(3):
        next(triggers)
    triggers.close()  # type: ignore[attr-defined]


def test_a_folder_that_is_created_later_triggers_a_scan(tmp_path: Path) -> None:
    triggers = scan_triggers([tmp_path / "later"], tmp_path / "index", rescan=1e9)
    next(triggers)
    (tmp_path / "later").mkdir()
    next(triggers)
    triggers.close()  # type: ignore[attr-defined]
