"""`rag bench`: measures, and shows what it found."""

from __future__ import annotations

import json
import shlex
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.arguments import JsonOption, check_folder, needing, read_question, write_file
from rag.cli.output import progress


def bench(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Files and folders, as `rag ingest` takes them; else the index."),
    ] = None,
    questions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="JSONL, a question in the `text` of each line; else made up.")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="The most questions to ask.")] = 500,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds for which each rate is offered.")] = 10.0,
    output: Annotated[Path | None, typer.Option(help="Write the JSON here too.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write a page in Markdown here, with its plots beside it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and memory: ingest, start, each stage of an answer, answers a second over HTTP."""
    from rag import benchmarking, process
    from rag.settings import load

    for path in filter(None, (output, page)):
        check_folder(path)
    if page:
        with needing("plots"):
            from rag.benchmarking.speed_page import files
    asked = [read_question(text) for text in benchmarking.read(questions)] if questions else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the service that is started ends with this
    effort = benchmarking.Effort(questions=count, seconds=seconds)
    process.configure()
    with progress() as watch:
        report = benchmarking.run(load(), paths or [], asked, effort, watch)
    if output:
        write_file(output, json.dumps(report.json(), indent=2))
    if page:
        for name, text in files(report, page.name, shlex.join(["rag", *sys.argv[1:]])).items():
            write_file(page.with_name(name), text)
    if as_json:
        print(json.dumps(report.json(), indent=2))
    else:
        from rich.console import Console

        Console().print(*benchmarking.tables(report))
