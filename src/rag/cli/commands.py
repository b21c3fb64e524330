"""The commands of `rag`. Each calls the service and prints the result."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from rag import formats
from rag.cli.arguments import (
    AsOfOption,
    FilterOption,
    GroupOption,
    IndexOption,
    JsonOption,
    check_folder,
    open_service,
    read_as_of,
    read_filters,
    read_groups,
    read_question,
    requires_extra,
    utf8,
    write_file,
)
from rag.cli.output import (
    place,
    print_answer,
    print_erasure,
    print_report,
    progress,
    shortened,
)
from rag.cli.review import follow_up, print_review
from rag.cli.snapshots import publish_change
from rag.cli.terminal import ignore_early_hang_up
from rag.cli.watch import follow
from rag.types import DEFAULT_LIMIT, Ask

if TYPE_CHECKING:
    from rag.ingest.publication import Report
    from rag.service import Service

app = typer.Typer(
    help="Ask questions about policy documents. Every sentence of an answer cites its exact source words.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.command()
def ingest(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="PATH", help=f"Files and folders. Formats: {formats.SUMMARY}, and those of plugins."),
    ] = None,
    feeds: Annotated[
        list[str] | None,
        typer.Option(
            "--feed", metavar="URL", help="Ingest the pages that an RSS or Atom feed or a sitemap lists. Repeatable."
        ),
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Remove documents whose files or pages are gone.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Keep running, and ingest again after every change.")] = False,
    allow_failures: Annotated[
        bool, typer.Option("--allow-failures", help="Exit with code 0 even if documents cannot be read.")
    ] = False,
    review: Annotated[
        bool,
        typer.Option(
            "--review", help="Hold the change back if it changes answers to saved questions, and print the comparison."
        ),
    ] = False,
    reparse: Annotated[
        bool,
        typer.Option(
            "--reparse", help="Read indexed documents again with the present parsers: those at PATH, or all without it."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Add documents to the index, and update those that changed. Exit code 1 if any cannot be read."""
    paths, feeds = paths or [], list(map(utf8, feeds or ()))
    if reparse:
        if feeds or prune or watch or review:
            message = "it reads documents that are indexed already: leave out --feed, --prune, --watch and --review"
            raise typer.BadParameter(message, param_hint="--reparse")
        _reparse(paths, as_json, allow_failures=allow_failures)
    if not paths and not feeds:
        raise typer.BadParameter("give files or folders, or a feed with --feed URL", param_hint="PATH")
    if watch and review:
        raise typer.BadParameter("nobody decides while it runs: set RAG_REVIEW_LIMIT instead", param_hint="--review")
    service = open_service()
    if watch:
        follow(service, paths, feeds, prune=prune, as_json=as_json)
        return
    with progress("reading documents") as bar:
        encoding, fetching = bar("encoding passages"), bar("fetching pages")
        report = service.ingest(paths, encoding, prune=prune, feeds=feeds, fetching=fetching, review=review)
    _finish(service, report, as_json, review=review, allow_failures=allow_failures)


def _finish(service: Service, report: Report, as_json: bool, *, review: bool = False, allow_failures: bool) -> NoReturn:
    """Print a report and the review of a change that is held back, tell subscribers, and end the command."""
    print_report(report, as_json)
    if not as_json and (report.held or review):
        print_review(service)
    follow_up(service)
    raise typer.Exit(1 if report.failed and not allow_failures else 0)


def _reparse(paths: list[Path], as_json: bool, *, allow_failures: bool) -> NoReturn:
    with progress() as bar:
        service = open_service()
        report = service.reparse(paths, bar("reading documents"), bar("encoding passages"))
    _finish(service, report, as_json, allow_failures=allow_failures)


@app.command()
def remove(
    document_ids: Annotated[
        list[str] | None,
        typer.Argument(metavar="ID", help="The ids of the documents, as `rag documents` lists them."),
    ] = None,
    root: Annotated[
        str | None,
        typer.Option(
            metavar="PATH",
            help="Instead, forget this path or feed, and remove the documents that only it has. It need not exist.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Remove documents from the index. Their files stay."""
    if bool(document_ids) == bool(root):
        raise typer.BadParameter("give either the ids of documents, or a path with --root PATH", param_hint="ID")
    service = open_service()
    report = service.remove_root(root) if root else service.remove(document_ids or ())
    _finish(service, report, as_json, allow_failures=True)


@app.command()
def erase(
    document_ids: Annotated[
        list[str], typer.Argument(metavar="ID...", help="The ids of the documents, as `rag documents` lists them.")
    ],
    as_json: JsonOption = False,
) -> None:
    """Remove documents from the index, older snapshots, originals, caches and jobs. Name backups that hold them.

    Exit code 1 if a snapshot still holds one because a process reads it.
    """
    service = open_service()
    erased = service.erase(document_ids)
    publish_change(service)
    print_erasure(erased, as_json)
    raise typer.Exit(1 if erased.read else 0)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, in your own words.")],
    filters: FilterOption = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="The most passages to use for the answer.")] = DEFAULT_LIMIT,
    as_of: AsOfOption = None,
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question with citations. If the documents do not answer it, say so."""
    service = open_service()
    asked = Ask(read_question(question), read_filters(filters), limit, as_of=read_as_of(as_of))
    answer = service.view(read_groups(as_group)).answer(asked)
    if as_json:
        from rag.http.links import configured_links
        from rag.http.schemas import Answer

        print(Answer.of(answer, configured_links(service.settings)).model_dump_json(indent=2))
    else:
        print_answer(answer)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="The words to search for.")],
    filters: FilterOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="The most passages to print.")] = 10,
    as_of: AsOfOption = None,
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the passages that match a query, best first."""
    asked = Ask(read_question(query), read_filters(filters), limit, as_of=read_as_of(as_of))
    hits, snapshot = open_service().view(read_groups(as_group)).search(asked)
    if as_json:
        from rag.http.schemas import Hit, SearchResult

        print(SearchResult(hits=[Hit.of(hit) for hit in hits], snapshot=snapshot).model_dump_json(indent=2))
    else:
        for hit in hits:
            print(f"{hit.score:6.2f}  {place(hit)}\n        {shortened(hit.text)}\n")


@app.command()
def calibrate(
    folders: Annotated[
        list[Path],
        typer.Argument(
            metavar="DIR...",
            help="Benchmarks with unanswerable questions, or with the relevant documents of each question.",
        ),
    ],
    output: Annotated[Path, typer.Option(help="Write the model to this file, for RAG_CONFIDENCE_MODEL.")],
    questions: Annotated[int | None, typer.Option(min=1, help="The most questions to ask from each benchmark.")] = None,
    index: IndexOption = None,
) -> None:
    """Fit the confidence model to labelled questions of several benchmarks."""
    with requires_extra("eval"):
        from rag import evaluation
    check_folder(output)
    with progress() as start_task:
        calibration = evaluation.calibrate(evaluation.read(folders, questions), open_service(), start_task, index)
    write_file(output, json.dumps(calibration.json(), indent=1, ensure_ascii=False))
    for name, error in calibration.error.items():
        print(f"{name}: {', '.join(f'{measure} {value}' for measure, value in error.items())}")


@app.command("fit-choice")
def fit_choice(
    folders: Annotated[list[Path], typer.Argument(metavar="DIR...", help="Benchmarks with known answers.")],
    output: Annotated[Path, typer.Option(help="Write the model to this file.")],
    questions: Annotated[int | None, typer.Option(min=1, help="The most questions to ask from each benchmark.")] = None,
) -> None:
    """Fit the model that chooses sentences to questions with known answers."""
    with requires_extra("eval"):
        from rag import evaluation
    check_folder(output)
    with progress() as start_task:
        fitted = evaluation.fit_choice(evaluation.read(folders, questions), open_service(), start_task)
    write_file(output, json.dumps(fitted.json(), indent=1, ensure_ascii=False))
    for name, error in fitted.error.items():
        print(f"{name}: {', '.join(f'{measure} {value}' for measure, value in error.items())}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on, in place of RAG_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on, in place of RAG_PORT.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="The processes that answer, in place of RAG_WORKERS.")
    ] = None,
) -> None:
    """Serve the HTTP API and the page. The API's documentation is at /docs."""
    from rag.settings import load

    ignore_early_hang_up()
    given = {"RAG_HOST": host, "RAG_PORT": port, "RAG_WORKERS": workers}
    options = {name: str(value) for name, value in given.items() if value is not None}
    loaded = load(options)
    if loaded.workers > 1:
        from rag.cli.workers import run_workers

        run_workers(loaded, partial(load, options))
    service = open_service(loaded)
    from rag.http.observing import logs

    # Before the model is loaded, because its converter replaces the handlers of the log and restores them at the end.
    logs.configure(service.settings.log_format, service.settings.log_level)
    service.check_audit()
    # Load the model in a thread while the lines below import the server, because both are slow. The application waits
    # for the thread and reports its error.
    ThreadPoolExecutor(1, "warming up").submit(service.warm_up)
    from rag.cli.serving import run

    run(service, partial(load, options))


@app.command()
def mcp() -> None:
    """Serve the Model Context Protocol. An assistant starts this command and uses its standard input and output."""
    service = open_service()
    service.check_audit()
    from rag.http.mcp.stdio import run

    run(service)


@app.command()
def settings(as_json: JsonOption = False) -> None:
    """Print every setting, its value and its meaning."""
    from rag.cli.destination import destination
    from rag.settings import Settings, load

    loaded = load()
    values = loaded.model_dump(mode="json")
    if as_json:
        print(json.dumps(values, indent=2))
        return
    for name, field in Settings.model_fields.items():
        print(f"RAG_{name.upper()}={_format_value(values[name])}\n    {field.description}")
    print(f"\n{destination(loaded)}")


def _format_value(value: object) -> str:
    return ",".join(value) if isinstance(value, list) else "" if value is None else str(value)
