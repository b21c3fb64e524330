"""`make audit` names known vulnerabilities, and says in one sentence if it cannot know them."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest
from tools import audit, install

ROOT = Path(__file__).parents[1]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
HASHED = install.HASHES.read_text(encoding="utf-8")


def test_a_known_vulnerability_is_named_with_the_version_that_fixes_it() -> None:
    fault = {"id": "PYSEC-1", "fix_versions": ["2.1", "3.0"], "aliases": [], "description": ""}
    packages = [
        {"name": "a", "version": "2.0", "vulns": [fault]},
        {"name": "b", "version": "1.0", "vulns": [{**fault, "fix_versions": []}]},
        {"name": "c", "version": "1.0", "vulns": []},
        {"name": "d", "skip_reason": "not found on PyPI"},
    ]
    found, checked, skipped = audit.read(json.dumps({"dependencies": packages, "fixes": []}))
    assert list(map(str, found)) == ["a 2.0: PYSEC-1, fixed in 2.1, 3.0", "b 1.0: PYSEC-1, not fixed yet"]
    assert (checked, skipped) == (3, ["d"])


@pytest.mark.parametrize(
    "output", ["", "Traceback", "{}", '{"dependencies": [{"name": "a", "skip_reason": "not found on PyPI"}]}']
)
def test_a_list_that_cannot_be_read_is_no_clean_result(output: str) -> None:
    with pytest.raises(audit.CannotAudit, match="cannot be read"):
        audit.read(output)


# The hashes of the light installation


def test_every_package_of_the_light_installation_has_hashes() -> None:
    pinned = {_normal(name) for name in re.findall(r"^([\w.-]+)==\S+", HASHED, re.MULTILINE)}
    wanted = [*install.light_requirements(PYPROJECT, ".[llm]"), install.MODEL]
    wanted += tomllib.loads(PYPROJECT)["build-system"]["requires"]
    names = {_normal(install.package(one)) for one in wanted}
    assert names - pinned == set(), "run `make hashes`"
    entries = re.split(r"\n(?=[a-z])", HASHED.partition("\n")[2].strip())
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []
    assert not {"torch", "sentence-transformers"} & pinned


def test_the_hashes_are_those_of_the_tested_versions() -> None:
    tested = dict(re.findall(r"^([\w.-]+)==(\S+)", install.CONSTRAINTS.read_text(encoding="utf-8"), re.MULTILINE))
    versions = {_normal(name): version for name, version in tested.items()}
    hashed = re.findall(r"^([\w.-]+)==([^\s;]+)", HASHED, re.MULTILINE)
    assert hashed
    differ = [name for name, version in hashed if versions.get(_normal(name), version) != version]
    assert differ == [], "run `make hashes`"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
