"""`rag ingest --reparse` reads indexed documents again."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.snapshots import preparation
from tests import samples
from tests.cli.running import Rag, error


@pytest.fixture
def old_index(tmp_path: Path, rag: Rag, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Index two articles without quotable sentences, as an older version might have. Return their folder."""
    folder = samples.write(tmp_path / "articles", {"levy.md": samples.LEVY, "charge.md": samples.CHARGE})
    with monkeypatch.context() as patched:
        patched.setattr(preparation, "section_quotables", lambda _, passages, *__: [()] * len(passages))
        assert rag("ingest", str(folder)).code == 0
    return folder


def test_reparse_reports_what_is_new_and_publishes_it_once(old_index: Path, rag: Rag) -> None:
    ran = rag("ingest", "--reparse", str(old_index / "levy.md"))
    assert (ran.code, ran.err) == (0, "")
    line, counts = ran.out.splitlines()
    assert line == f"updated    {old_index / 'levy.md'}: new: passages"
    assert counts.startswith("1 updated; 0 passages encoded; snapshot 000002-")
    assert rag("ingest", "--reparse").out.splitlines()[-1].startswith("1 updated, 1 unchanged; 0 passages encoded")
    found = rag("ingest", "--reparse", "--json").json
    assert (found["counts"], found["snapshot"][:6]) == ({"unchanged": 2}, "000003")


def test_reparse_needs_an_index_and_known_paths(tmp_path: Path, rag: Rag) -> None:
    assert "run 'rag ingest' first" in error(rag("ingest", "--reparse"))
    folder = samples.write(tmp_path / "articles", {"levy.md": samples.LEVY})
    rag("ingest", str(folder))
    assert "No document in the index has a source at nowhere" in error(rag("ingest", "--reparse", "nowhere"))


@pytest.mark.parametrize("other", [("--prune",), ("--watch",), ("--feed", "https://example.org/feed")])
def test_reparse_is_refused_with_options_for_new_documents(rag: Rag, other: tuple[str, ...]) -> None:
    ran = rag("ingest", "--reparse", *other)
    assert ran.code == 2
    assert "leave out --feed, --prune, --watch and --review" in " ".join(ran.err.split())
