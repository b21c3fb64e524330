"""The options that commands share, and the conversion of arguments to questions, filters and settings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from rag.errors import ConfigurationError

if TYPE_CHECKING:
    from rag.service import Service
    from rag.settings import Settings
    from rag.types import Period

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        "-f",
        metavar="FIELD=VALUE",
        help="Use only documents whose FIELD is VALUE, or in a range: published=2022..2024, published=2022-06.. Quote "
        "a bound or an exclusion: 'published>=2022', 'id!=levy'. Repeatable.",
    ),
]

GroupOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Read only documents that a client in this group may see; '' for one in no group. Repeatable.",
    ),
]

AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help="Use what is in force on this day, or in this month or year: 2021-03-01, 2021-03, 2021. Without it, the "
        "time that the question names counts, or else today.",
    ),
]

FilterValue: TypeAlias = list[str] | dict[str, str | list[str]]
"""The values that a field may have, or its bounds and the values that it must not have."""

_BOUNDS = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_RANGE = re.compile(r"([-+]?\d[\w:.+-]*?)?\.\.([-+]?\d[\w:.+-]*)?")
"""A range of dates or numbers, without one of its ends or with both."""

_FILTER = re.compile(r"(?P<field>[^=<>]+?)(?P<operator>>=|<=|!=|[=<>])(?P<value>.*)", re.DOTALL)

IndexOption = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Keep the indexes of benchmarks here, not in RAG_INDEX_DIR.")
]


def open_service(settings: Settings | None = None) -> Service:
    """Configure the process and return the service that the settings describe: those given, or the configured ones."""
    from rag import process
    from rag.settings import load
    from rag.wiring import assemble

    process.configure()
    return assemble(settings or load())


@contextmanager
def requires_extra(extra: str) -> Iterator[None]:
    """Raise ConfigurationError with the command that installs `extra` if one of its modules is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is not installed: pip install 'rag-policy[{extra}]'") from error


def override_settings(overrides: list[str]) -> Settings:
    """Read the settings and apply overrides of the form NAME=VALUE. Raises ConfigurationError."""
    from rag.settings import load

    pairs = [pair.partition("=") for pair in map(utf8, overrides)]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise ConfigurationError(f"{wrong[0]!r} is not of the form NAME=VALUE, for example RAG_RERANKER=none")
    return load({name: value for name, _, value in pairs})


def read_question(text: str) -> str:
    """Strip white space around a question. Raises ConfigurationError if the question is empty or too long."""
    from rag.http.schemas import MAX_QUESTION

    stripped = utf8(text).strip()
    if not stripped:
        raise ConfigurationError("the question is empty: give it in quotes")
    if len(stripped) > MAX_QUESTION:
        raise ConfigurationError(f"the question has {len(stripped)} characters: the limit is {MAX_QUESTION}")
    return stripped


def read_groups(given: list[str] | None) -> frozenset[str] | None:
    """Return the groups of the client to imitate, or None if none are given: then every document is read."""
    return frozenset(map(utf8, given)) if given else None


def read_as_of(given: str | None) -> Period | None:
    """Return the day, month or year that is given. Raises ConfigurationError if it is not a date."""
    if given is None:
        return None
    from rag.text.periods import iso_period

    found = iso_period(utf8(given).strip())
    if found is None:
        raise ConfigurationError(f"{given!r} is not a date: give one such as 2021-03-01, 2021-03 or 2021")
    return found


def read_filters(given: list[str] | None) -> dict[str, FilterValue]:
    """Read filters such as `topic=tax`, `published>=2022` and `id!=levy`.

    A field given twice with `=` matches any of its values. `published=2022..2024` is a range with both ends. Several
    bounds on a field must all hold. Raises ConfigurationError.
    """
    values: dict[str, list[str]] = {}
    bounds: dict[str, dict[str, str | list[str]]] = {}
    for pair, field, operator, value in _conditions(given or ()):
        if operator == "=":
            values.setdefault(field, []).append(value)
        elif operator == "!=":
            excluded = bounds.setdefault(field, {}).setdefault("not", [])
            assert isinstance(excluded, list)
            excluded.append(value)
        elif _BOUNDS[operator] in bounds.setdefault(field, {}):
            raise ConfigurationError(f"the filter {pair!r} is the second one with {field}{operator}: give it once")
        else:
            bounds[field][_BOUNDS[operator]] = value
    if both := sorted(values.keys() & bounds.keys()):
        raise ConfigurationError(f"the filters on {both[0]!r} have values and bounds: give either of them")
    return {**values, **bounds}


def _conditions(given: Iterable[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield each filter with its field, its operator and its value. A range gives one with `>=` and one with `<=`."""
    for pair in given:
        match = _FILTER.fullmatch(utf8(pair))
        if match is None:
            raise ConfigurationError(
                f"the filter {pair!r} is not of the form FIELD=VALUE, FIELD>=VALUE or FIELD!=VALUE"
            )
        field, operator, value = match["field"].strip(), match["operator"], match["value"].strip()
        ends = _RANGE.fullmatch(value) if operator == "=" else None
        if ends is None or not any(ends.groups()):
            yield pair, field, operator, value
        else:
            yield from ((pair, field, sign, end) for sign, end in zip((">=", "<="), ends.groups(), strict=True) if end)


def utf8(argument: str) -> str:
    """Return the argument. Raises ConfigurationError if it is not UTF-8, because printing it would fail later."""
    try:
        argument.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"{argument!r} is not UTF-8: set the terminal to UTF-8") from error
    return argument


def check_folder(path: Path) -> None:
    """Raise ConfigurationError before a long run if the folder of its output file does not exist."""
    if not path.absolute().parent.is_dir():
        raise ConfigurationError(f"{path} cannot be written: there is no folder {path.parent}")


def write_file(path: Path, text: str) -> None:
    """Write a file that the user named. Raises ConfigurationError."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
