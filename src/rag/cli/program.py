"""All commands of `rag`."""

from __future__ import annotations

from typing import Annotated

import typer

from rag.cli import audit, documents, kept, keys, questions, review, snapshots
from rag.cli.bench import bench
from rag.cli.commands import app
from rag.cli.compiling import compile_model
from rag.cli.evaluate import compare, evaluate
from rag.cli.verify import verify

__all__ = ["app"]

app.add_typer(documents.app, name="documents")
app.add_typer(snapshots.app, name="snapshots")
app.add_typer(audit.app, name="audit")
app.add_typer(keys.app, name="keys")
app.add_typer(kept.answers, name="answers")
app.add_typer(kept.feedback, name="feedback")
app.add_typer(questions.app, name="questions")
app.add_typer(review.app, name="review")
app.command("eval")(evaluate)
app.command()(compare)
app.command()(verify)
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
