"""The reference page of the commands."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from typer import Context
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption
from typer.main import get_command

from rag.cli.program import app
from tests.reference.markdown import WRITTEN, code, prose, table

Command = TyperCommand | TyperGroup

_VALUES = {"int": "NUMBER", "float": "NUMBER", "str": "TEXT", "path": "PATH"}

HEAD = f"""# Commands

Every command takes `--help`. An error is one sentence on standard error, and the exit code is 1. A mistake in the
arguments gives the exit code 2.

{WRITTEN}
"""


def page() -> str:
    """Return the page: a list of all commands, then a section for each."""
    found = [(name, command) for name, command in walk("rag", root()) if name != "rag"]
    listed = table(("command", "purpose"), [(_link(name), prose(_summary(command))) for name, command in found])
    options = f"## Options before a command\n\n{_parameters('rag', root())}\n"
    return "\n".join([HEAD, listed, "", options, *(_section(name, command) for name, command in found)])


def root() -> TyperGroup:
    """Return the command `rag` itself."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    return group


def walk(name: str, command: Command) -> Iterator[tuple[str, Command]]:
    """Yield a command and those below it, each with its full name."""
    yield name, command
    for below, sub in command.commands.items() if isinstance(command, TyperGroup) else ():
        assert isinstance(sub, Command)
        yield from walk(f"{name} {below}", sub)


def _link(name: str) -> str:
    return f"[`{name}`](#{name.replace(' ', '-')})"


def _summary(command: Command) -> str:
    return inspect.cleandoc(command.help or "").partition("\n\n")[0]


def _section(name: str, command: Command) -> str:
    parts = [f"## {name}", prose(inspect.cleandoc(command.help or "")), f"    {_usage(name, command)}"]
    return "\n\n".join([*parts, _parameters(name, command)]).rstrip() + "\n"


def _usage(name: str, command: Command) -> str:
    arguments = [_argument(taken) for taken in command.params if isinstance(taken, TyperArgument)]
    options = ["[OPTIONS]"] if any(isinstance(taken, TyperOption) for taken in command.params) else []
    below = ["COMMAND"] if isinstance(command, TyperGroup) else []
    return " ".join([name, *options, *below, *arguments])


def _parameters(name: str, command: Command) -> str:
    """Return the table of the arguments and options of a command; nothing if it takes none."""
    context = Context(command, info_name=name)
    rows = []
    for taken in command.params:
        assert isinstance(taken, TyperArgument | TyperOption)
        if record := taken.get_help_record(context):
            shown = _argument(taken) if isinstance(taken, TyperArgument) else _option(record[0])
            rows.append((code(shown), prose(record[1])))
    return table(("argument or option", "meaning"), rows) if rows else ""


def _argument(argument: TyperArgument) -> str:
    """Return an argument as usage lines show it: `ID`, `ID...` if it may repeat, `[ID]` if it may be left out."""
    name = (argument.metavar or argument.name or "").upper().replace("...", "").strip("[]")
    name += "..." if argument.nargs == -1 else ""
    return name if argument.required else f"[{name}]"


def _option(record: str) -> str:
    """Return an option with a word for its value in place of the type: `--limit <int range>` is `--limit NUMBER`."""
    return re.sub(r"<([^>]+)>", lambda found: _VALUES.get(found[1].removesuffix(" range"), found[1]), record)
