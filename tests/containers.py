"""Reads the parts of the Dockerfile and of docker-compose.yml that tests need."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from dockerfile_parse import DockerfileParser

ROOT = Path(__file__).parents[1]
VARIABLE = re.compile(r"\$\{(\w+):([-+])([^}]*)\}")
"""A variable of the host: `${NAME:-value if not set}` or `${NAME:+value if set}`."""


class Instruction(NamedTuple):
    """One instruction of the Dockerfile, its continuation lines joined."""

    name: str
    value: str

    def words(self) -> list[str]:
        """Return the words of the JSON or shell form, without leading options."""
        text = re.sub(r"^(--\S+\s+)*(CMD\s+)?", "", self.value)
        words: list[str] = json.loads(text) if text.startswith("[") else shlex.split(text)
        return words


class Stage(NamedTuple):
    """The instructions after one FROM."""

    instructions: list[Instruction]

    def all(self, name: str) -> list[Instruction]:
        """Return the instructions with this name."""
        return [instruction for instruction in self.instructions if instruction.name == name]

    def the(self, name: str) -> list[str]:
        """Return the words of the only instruction with this name."""
        (instruction,) = self.all(name)
        return instruction.words()

    def environment(self) -> dict[str, str]:
        """Return the variables that ENV sets."""
        return dict(word.split("=", 1) for instruction in self.all("ENV") for word in instruction.words())


def stages() -> list[Stage]:
    """Read the Dockerfile. The first stage holds the instructions before the first FROM."""
    read: list[Stage] = [Stage([])]
    for entry in DockerfileParser(fileobj=BytesIO((ROOT / "Dockerfile").read_bytes())).structure:
        if entry["instruction"] == "FROM":
            read.append(Stage([]))
        if entry["instruction"] != "COMMENT":
            read[-1].instructions.append(Instruction(entry["instruction"], entry["value"]))
    return read


def arguments(stage: Stage) -> list[str]:
    """Return the names of the build arguments that a stage declares."""
    return [argument.value.partition("=")[0] for argument in stage.all("ARG")]


class Composition:
    """docker-compose.yml: its text, and its values if no variable is set."""

    path = ROOT / "docker-compose.yml"

    def __init__(self) -> None:
        self.text = self.path.read_text(encoding="utf-8")
        self.heading = "".join(line for line in self.text.splitlines(keepends=True) if line.startswith("#"))
        self.written: dict[str, Any] = yaml.safe_load(self.text)["services"]
        read: dict[str, Any] = yaml.safe_load(VARIABLE.sub(_value_if_not_set, self.text))
        self.services: dict[str, dict[str, Any]] = read["services"]
        self.volumes: dict[str, Any] = read["volumes"]
        self.ours = {name: service for name, service in self.services.items() if service["image"] == "rag-policy"}

    def mounts(self, service: str) -> Iterator[tuple[str, str]]:
        """Yield the source and the target of each volume, in the long syntax or the short."""
        for volume in self.services[service].get("volumes", ()):
            yield (volume["source"], volume["target"]) if isinstance(volume, dict) else tuple(volume.split(":")[:2])

    def binds(self) -> list[dict[str, Any]]:
        """Return the folders of the host that a container sees."""
        volumes = [volume for service in self.services.values() for volume in service.get("volumes", ())]
        return [volume for volume in volumes if isinstance(volume, dict) and volume["type"] == "bind"]

    def dependencies(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]:
        """Yield each service that waits, its condition, and the service it waits for."""
        for service in self.services.values():
            for name, terms in service.get("depends_on", {}).items():
                yield service, terms, self.services[name]


def _value_if_not_set(found: re.Match[str]) -> str:
    _, sign, value = found.groups()
    return value if sign == "-" else ""
