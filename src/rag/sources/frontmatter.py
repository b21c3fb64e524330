"""Reads facts from YAML front matter and from sidecar files."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from rag.errors import UnreadableSource
from rag.sources.access import ACCESS, Fault, mentions_access
from rag.sources.blocks import Facts
from rag.sources.decode import decode
from rag.sources.facts import named
from rag.sources.files import contents

SIDECARS = (".meta.yaml", ".meta.json")

_OPENED = re.compile(r"\A\s*---[ \t]*\n")
_FENCED = re.compile(r"\A\s*---[ \t]*\n(?P<yaml>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def split(text: str) -> tuple[Facts, str]:
    """Return the facts in the front matter of `text`, and the rest. Front matter that is not a mapping is text.

    If it seems to have labels, the fact ACCESS is the fault.
    """
    match = _FENCED.match(text)
    if match is None:
        opened = _OPENED.match(text)
        begin = text[opened.end() :].partition("\n\n")[0] if opened else ""
        return _labels_lost("has no end", begin), text
    try:
        facts = _mapping(match["yaml"] or "")
    except ValueError as error:  # a line of dashes above prose, not front matter
        return _labels_lost(f"does not hold a mapping of names to values: {error}", match["yaml"] or ""), text
    return facts, text[match.end() :]


def _labels_lost(fault: str, broken: str) -> Facts:
    return {ACCESS: Fault(f"its front matter {fault}")} if mentions_access(broken) else {}


def sidecar(path: Path) -> Facts:
    """Return the facts in the sidecar of `path`; empty if it has no sidecar. Raises UnreadableSource, OSError."""
    file = sidecar_file(path)
    return _sidecar_facts(file) if file else {}


def sidecar_file(path: Path) -> Path | None:
    """Return the path of the sidecar of `path`, or None if it has no sidecar."""
    for suffix in SIDECARS:
        file = path.with_name(path.name + suffix)
        if os.path.isfile(file):  # noqa: PTH113 - Path.is_file() raises if the name is too long
            return file
    return None


def _sidecar_facts(file: Path) -> Facts:
    return sidecar_facts(contents(file), str(file))


def sidecar_facts(raw: bytes, name: str) -> Facts:
    """Return the facts in the bytes of a sidecar with this name. Raises UnreadableSource.

    If it cannot be read and seems to have labels, the fact ACCESS is the fault.
    """
    text = decode(raw)
    try:
        return _mapping(text) if name.endswith(".yaml") else _json_mapping(text)
    except ValueError as error:
        fault = f"he sidecar {name} does not hold a mapping of names to values: {error}"
        if mentions_access(text):
            return {ACCESS: Fault(f"t{fault}")}
        message = f"T{fault}; correct or remove it."
        raise UnreadableSource(message) from error


def _mapping(text: str) -> Facts:
    import yaml

    try:
        loaded = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date such as 2023-02-31
        raise ValueError(" ".join(str(error).split())) from error
    return _checked(loaded)


def _json_mapping(text: str) -> Facts:
    return _checked(json.loads(text))


def _checked(loaded: object) -> Facts:
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise ValueError(f"found a {type(loaded).__name__}")
    return named(loaded)
