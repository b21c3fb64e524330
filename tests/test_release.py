"""A release names one version: in the package, in its metadata and in the changelog."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

from rag import __version__

ROOT = Path(__file__).parents[1]
RELEASES = re.findall(
    r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
)


def test_the_package_and_its_metadata_have_the_same_version() -> None:
    metadata = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["project"]["version"] == __version__


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    assert RELEASES[0][0] == __version__


def test_the_changelog_lists_versions_newest_first() -> None:
    for (newer, later), (older, earlier) in pairwise(RELEASES):
        assert _numbers(newer) > _numbers(older)
        assert later >= earlier


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
