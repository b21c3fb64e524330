"""What commands take: options they share, and words from the shell turned into questions, filters and settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from rag.service import Service
    from rag.settings import Settings

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FilterOption = Annotated[
    list[str] | None,
    typer.Option("--filter", "-f", metavar="FIELD=VALUE", help="Keep to documents whose FIELD is VALUE; may repeat."),
]


def open_service() -> Service:
    """Set up the process, and return the service that the settings describe."""
    from rag import process
    from rag.settings import load
    from rag.wiring import assemble

    process.configure()
    return assemble(load())


@contextmanager
def needing(extra: str) -> Iterator[None]:
    """Say how to install what an extra brings where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is not installed: pip install 'rag-policy[{extra}]'") from error


def changed_settings(changed: list[str]) -> Settings:
    """Read the settings with some changed, each by NAME=VALUE."""
    from rag.settings import load

    pairs = [pair.partition("=") for pair in map(utf8, changed)]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise ConfigurationError(f"{wrong[0]!r} is not of the form NAME=VALUE, such as RAG_RERANKER=none")
    return load({name: value for name, _, value in pairs})


def read_question(text: str) -> str:
    """Return a question without the space around it. Raises ConfigurationError where it is empty or too long."""
    from rag.http.schemas import MAX_QUESTION

    stripped = utf8(text).strip()
    if not stripped:
        raise ConfigurationError("the question is empty: give it in quotes")
    if len(stripped) > MAX_QUESTION:
        raise ConfigurationError(f"the question has {len(stripped)} characters: {MAX_QUESTION} are the most")
    return stripped


def read_filters(given: list[str] | None) -> dict[str, list[str]]:
    """Read `field=value` pairs; the same field twice means any of its values."""
    filters: dict[str, list[str]] = {}
    for pair in given or ():
        field, equals, value = utf8(pair).partition("=")
        if not equals or not field:
            raise ConfigurationError(f"the filter {pair!r} is not of the form FIELD=VALUE")
        filters.setdefault(field.strip(), []).append(value.strip())
    return filters


def utf8(argument: str) -> str:
    """Return an argument as it is; what the shell passed as other bytes would break wherever it is printed."""
    try:
        argument.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"{argument!r} is not UTF-8: set the terminal to it") from error
    return argument


def check_folder(path: Path) -> None:
    """Refuse a file to be written where there is no folder for it, before the work is done."""
    if not path.absolute().parent.is_dir():
        raise ConfigurationError(f"{path} cannot be written: there is no folder {path.parent}")


def write_file(path: Path, text: str) -> None:
    """Write a file that the user named. Raises ConfigurationError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
