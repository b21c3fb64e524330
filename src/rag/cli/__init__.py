"""The command line. An error prints one sentence and exits with code 1; commands that print data accept `--json`.

Functions import slow modules when they need them, so that `rag --help` is instant.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from rag.cli import keys, snapshots
from rag.cli.bench import bench
from rag.cli.commands import app
from rag.cli.compiling import compile_model
from rag.cli.evaluate import compare, evaluate
from rag.errors import RagError

__all__ = ["app", "main"]

app.add_typer(snapshots.app, name="snapshots")
app.add_typer(keys.app, name="keys")
app.command("eval")(evaluate)
app.command()(compare)
app.command()(bench)
app.command("compile")(compile_model)
app.command()(snapshots.backup)
app.command()(snapshots.restore)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"rag {version('rag-policy')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Define the options that come before a command."""


def main() -> None:
    """Run the command line. An error prints one sentence to standard error and exits with code 1."""
    try:
        app()
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # `rag documents | head`
        sys.stderr.close()
        sys.exit(1)
