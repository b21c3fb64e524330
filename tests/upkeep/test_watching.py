"""A folder that is followed is looked at when something changes there, and only then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from rag.feeds import Allowlist, FetchSettings
from rag.upkeep import Follower, signs
from tests.articles import Articles, Index, quietly
from tests.feeds.feed_index import FeedIndex
from tests.feeds.site import serving


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "index")


def follower(index: Index, articles: Articles, *, prune: bool = False) -> Follower:
    return Follower(lambda: index.ingestion, [articles.folder], prune=prune)


def until(changes: Sequence[Callable[[], object] | None]) -> Iterator[None]:
    """Give a sign for each change, made just before."""
    for change in changes:
        if change:
            change()
        yield


def test_each_publication_is_told_once(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "One.")
    steps = [None, None, lambda: articles.write("b.txt", "Two."), None, (articles.folder / "a.txt").unlink, None]
    told = list(follower(index, articles, prune=True).follow(until(steps), quietly))
    assert [looked.report.counts for looked in told if looked.report] == [
        {"added": 1},
        {"unchanged": 1, "added": 1},
        {"removed": 1, "unchanged": 1},
    ]
    assert set(index.texts()) == {"b"}


def test_a_file_that_fails_is_tried_again_and_told_when_its_reason_changes(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "")
    steps = [None, None, lambda: articles.write("a.txt", "\xff\xfe"), lambda: articles.write("a.txt", "One.")]
    told = list(follower(index, articles).follow(until(steps), quietly))
    assert "is empty" in str(told[0].failures[0].reason)
    assert [bool(looked.failures) for looked in told].count(True) <= 2
    assert index.texts() == {"a": "One."}


def test_a_folder_that_is_gone_is_told_and_followed_when_it_is_back(index: Index, articles: Articles) -> None:
    articles.write("a.txt", "One.")
    away = articles.folder.with_name("away")
    steps = [None, lambda: articles.folder.rename(away), None, lambda: away.rename(articles.folder)]
    told = list(follower(index, articles, prune=True).follow(until(steps), quietly))
    assert [bool(looked.error) for looked in told] == [False, True]
    assert index.texts() == {"a": "One."}


def test_the_first_sign_comes_at_once_and_the_next_with_a_change(tmp_path: Path) -> None:
    folder = tmp_path / "articles"
    folder.mkdir()
    signal = signs([folder], tmp_path / "index", again=1e9)
    next(signal)
    (folder / "a.txt").write_text("One.")
    next(signal)
    (folder / "below").mkdir()
    (folder / "below" / "b.txt").write_text("Two.")
    next(signal)
    signal.close()  # type: ignore[attr-defined]


def test_without_a_change_the_folder_is_looked_at_from_time_to_time(tmp_path: Path) -> None:
    signal = signs([tmp_path], tmp_path / "index", again=0.0)
    for _ in range(3):
        next(signal)
    signal.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("path", "relevant"),
    [
        ("articles/a.txt", True),
        ("articles/below/a.pdf", True),
        ("articles/.a.txt.swp", False),
        ("articles/.git/a.txt", False),
        ("articles/~$report.docx", False),
        ("articles/index/CURRENT", False),
        ("articles/index/.jobs/1/a.txt", False),
        ("elsewhere/a.txt", False),
        ("elsewhere/one.txt", True),
        ("elsewhere/one.txt.meta.yaml", True),
    ],
)
def test_only_what_may_be_a_source_is_a_change(tmp_path: Path, path: str, relevant: bool) -> None:
    from watchfiles import Change

    from rag.upkeep.watching import _Relevant

    tells = _Relevant([tmp_path / "articles", tmp_path / "elsewhere" / "one.txt"], tmp_path / "articles" / "index")
    assert tells(Change.modified, str(tmp_path / path)) is relevant


# Feeds


def test_a_feed_is_asked_for_again_after_its_time_and_not_before(tmp_path: Path) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/a.txt", "One.", "text/plain")
        feed = site.rss("/a.txt", "/gone.txt")
        for interval, asked in ((1e9, 1), (0.0, 3)):
            site.forget()
            follower = Follower(lambda: feed_index.ingestion, [], prune=False, feeds=[feed], interval=interval)
            told = list(follower.follow(until([None, None, None]), quietly))
            assert site.counts["/feed.xml"] == asked
            assert [len(looked.failures) for looked in told] == [1], "what fails is told once"


def test_a_feed_that_says_how_long_it_is_fresh_is_believed(tmp_path: Path) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/feed.xml", "<rss/>", headers={"Cache-Control": "max-age=600"})
        feed = f"{site.url}/feed.xml"
        follower = Follower(lambda: feed_index.ingestion, [], prune=False, feeds=[feed], interval=0.0)
        list(follower.follow(until([None, None, None]), quietly))
        assert site.counts["/feed.xml"] == 1


def test_a_folder_that_changes_is_looked_at_without_asking_for_the_feed(tmp_path: Path, articles: Articles) -> None:
    with serving() as site:
        feed_index = FeedIndex(tmp_path / "index", FetchSettings(delay=0.0, allowlist=Allowlist.parse("127.0.0.1")))
        site.put("/a.txt", "One.", "text/plain")
        feed = site.rss("/a.txt")
        follower = Follower(lambda: feed_index.ingestion, [articles.folder], prune=True, feeds=[feed], interval=1e9)
        told = list(follower.follow(until([None, lambda: articles.write("b.txt", "Two.")]), quietly))
        assert [looked.report.counts for looked in told if looked.report] == [{"added": 1}, {"added": 1}]
        assert set(feed_index.texts()) == {"a", "b"}
        assert site.counts["/a.txt"] == 1


def test_without_folders_there_is_no_sign_until_it_is_time(tmp_path: Path) -> None:
    signal = signs([], tmp_path / "index", again=0.0)
    for _ in range(3):
        next(signal)
    signal.close()  # type: ignore[attr-defined]


def test_a_folder_that_is_not_there_yet_is_looked_at_when_it_is(tmp_path: Path) -> None:
    signal = signs([tmp_path / "later"], tmp_path / "index", again=1e9)
    next(signal)
    (tmp_path / "later").mkdir()
    next(signal)
    signal.close()  # type: ignore[attr-defined]
