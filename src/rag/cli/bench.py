"""The command `rag bench`."""

from __future__ import annotations

import shlex
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.arguments import JsonOption, check_folder, read_question, requires_extra, write_file
from rag.cli.output import print_figures, progress


def bench(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH...]", help="Files and folders, as for `rag ingest`. The default is the index."),
    ] = None,
    questions: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="JSONL with a question in the `text` of each line. The default is generated questions."
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="The most questions to ask.")] = 500,
    seconds: Annotated[float, typer.Option(min=0.1, help="Seconds of load at each rate.")] = 10.0,
    output: Annotated[Path | None, typer.Option(help="Also write the JSON to this file.")] = None,
    page: Annotated[
        Path | None, typer.Option(help="Write a Markdown page to this file, and its plots next to it.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure speed and memory: of ingest, of the start, of each stage of an answer, and of answers over HTTP."""
    from rag import benchmarking, process
    from rag.settings import load

    for path in filter(None, (output, page)):
        check_folder(path)
    if page:
        with requires_extra("plots"):
            from rag.benchmarking.speed_page import files
    given = [read_question(text) for text in benchmarking.read(questions)] if questions else None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the child process `rag serve` ends too
    workload = benchmarking.Workload(questions=count, seconds=seconds)
    process.configure()
    with progress() as start_task:
        report = benchmarking.run(load(), paths or [], given, workload, start_task)
    if page:
        for name, text in files(report, page.name, shlex.join(["rag", *sys.argv[1:]])).items():
            write_file(page.with_name(name), text)
    print_figures(report.json(), benchmarking.tables(report), as_json=as_json, output=output)
