"""The command line: one command a verb, one sentence and exit code 1 for an error, `--json` wherever data is printed.

What is heavy is imported where it is used, so that `rag --help` is instant.
"""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rag.errors import ConfigurationError, RagError

if TYPE_CHECKING:
    from rag.ingestion import Report
    from rag.settings import Settings
    from rag.snapshots import Progress
    from rag.types import Answer, Citation, Hit
    from rag.wiring import Service

app = typer.Typer(
    help="Ask questions about policy documents; every sentence of an answer cites the exact words it rests on.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FilterOption = Annotated[
    list[str] | None,
    typer.Option("--filter", "-f", metavar="FIELD=VALUE", help="Keep to documents whose FIELD is VALUE; may repeat."),
]


def main() -> None:
    """Run the command line; an error is one sentence on standard error and exit code 1."""
    try:
        app()
    except RagError as error:
        print(f"rag: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # `rag documents | head`
        sys.stderr.close()
        sys.exit(1)


@app.command()
def ingest(
    paths: Annotated[list[Path], typer.Argument(help="Files and folders: .txt .md .html .pdf .docx .eml .jsonl.")],
    prune: Annotated[bool, typer.Option("--prune", help="Remove documents whose files are gone from PATHS.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read documents and move the index forward; exit code 1 if any could not be read."""
    service = _service()
    with _progress() as watch:
        report = service.ingestion.ingest(paths, watch("encoding passages"), prune=prune)
    _print_report(report, as_json)
    raise typer.Exit(1 if report.failed else 0)


@app.command()
def remove(
    document_ids: Annotated[list[str], typer.Argument(metavar="ID...", help="As `rag documents` lists them.")],
    as_json: JsonOption = False,
) -> None:
    """Remove documents from the index; their files stay."""
    _print_report(_service().ingestion.remove(document_ids), as_json)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="In your own words.")],
    filters: FilterOption = None,
    limit: Annotated[int, typer.Option(min=1, max=50, help="The most passages the answer may rest on.")] = 8,
    as_json: JsonOption = False,
) -> None:
    """Answer a question, with citations, or say that the documents do not."""
    answer = _service().answer(_question(question), _filters(filters), limit)
    if as_json:
        from rag.http.schemas import Answer

        print(Answer.of(answer).model_dump_json(indent=2))
    else:
        _print_answer(answer)


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="What to look for.")],
    filters: FilterOption = None,
    limit: Annotated[int, typer.Option(min=1, max=100, help="The most passages to print.")] = 10,
    as_json: JsonOption = False,
) -> None:
    """Print the passages that speak to a query, best first."""
    hits, snapshot = _service().search(_question(query), _filters(filters), limit)
    if as_json:
        from rag.http.schemas import Hit, SearchResult

        print(SearchResult(hits=[Hit.of(hit) for hit in hits], snapshot=snapshot).model_dump_json(indent=2))
    else:
        for hit in hits:
            print(f"{hit.score:6.2f}  {_place(hit)}\n        {_shortened(hit.text)}\n")


@app.command()
def documents(as_json: JsonOption = False) -> None:
    """List the documents in the index."""
    from rag.http.schemas import Documents, DocumentSummary

    snapshot = _service().store.current()
    stored = snapshot.documents()
    if as_json:
        summaries = [DocumentSummary.of(document) for document in stored]
        print(Documents(documents=summaries, snapshot=snapshot.id).model_dump_json(indent=2))
        return
    for document in stored:
        print(f"{document.reference.id}\t{document.reference.published or '-'}\t{document.reference.title}")


@app.command()
def snapshots(as_json: JsonOption = False) -> None:
    """List the snapshots of the index, newest first."""
    from rag.http.schemas import Snapshot, Snapshots

    listed = [Snapshot.of(name, manifest, current=current) for name, manifest, current in _service().snapshots()]
    if as_json:
        print(Snapshots(snapshots=listed).model_dump_json(indent=2))
        return
    for one in listed:
        mark = "*" if one.current else " "
        print(f"{mark} {one.id}  {one.created}  {one.documents} documents, {one.chunks} passages  {one.encoder}")


@app.command("eval")
def evaluate(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Benchmarks, each a folder in BEIR's layout.")
    ],
    against: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Compare with this setting changed; may repeat.")
    ] = None,
    questions: Annotated[int | None, typer.Option(min=1, help="The most questions to ask of each.")] = None,
    output: Annotated[Path | None, typer.Option(help="Write the JSON here too.")] = None,
    page: Annotated[Path | None, typer.Option(help="Write a page in Markdown here.")] = None,
    ablations: Annotated[bool, typer.Option("--ablations", help="Let the page say what each stage adds.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Measure retrieval, answers and abstention on labelled questions."""
    with _needing("eval"):
        from rag import evaluation
    for path in filter(None, (output, page)):
        if not path.absolute().parent.is_dir():
            raise ConfigurationError(f"{path} cannot be written: there is no folder {path.parent}")
    if ablations and page is None:
        raise ConfigurationError("--ablations is for the page: say with --page where to write it")
    benchmarks = evaluation.read(folders, questions)
    service = _service()
    other = service.varied(_settings(against)) if against else None
    with _progress() as watch:
        report = evaluation.run(benchmarks, service, watch, against=other, ablations=ablations)
    if output:
        _write(output, json.dumps(report.json(), indent=2))
    if page:
        _write(page, evaluation.page(report, shlex.join(["rag", *sys.argv[1:]])))
    if as_json:
        print(json.dumps(report.json(), indent=2))
    else:
        from rich.console import Console

        Console().print(*evaluation.tables(report))


@app.command()
def calibrate(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Benchmarks with answerable and unanswerable questions.")
    ],
    output: Annotated[Path, typer.Option(help="Write the model here; RAG_CONFIDENCE_MODEL takes it.")],
    questions: Annotated[int | None, typer.Option(min=1, help="The most questions to ask of each.")] = None,
) -> None:
    """Fit the model of confidence to questions known to be answerable or not."""
    with _needing("eval"):
        from rag import evaluation
    if not output.absolute().parent.is_dir():
        raise ConfigurationError(f"{output} cannot be written: there is no folder {output.parent}")
    with _progress() as watch:
        calibration = evaluation.calibrate(evaluation.read(folders, questions), _service(), watch)
    _write(output, json.dumps(calibration.json(), indent=1, ensure_ascii=False))
    for name, error in calibration.error.items():
        print(f"{name}: {', '.join(f'{measure} {value}' for measure, value in error.items())}")


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Listen here in place of RAG_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Listen here in place of RAG_PORT.")] = None,
) -> None:
    """Serve the API, its documentation at /docs, and the page at /."""
    service = _service()
    import uvicorn

    from rag.http.app import create_app

    settings = service.settings
    uvicorn.run(create_app(service), host=host or settings.host, port=settings.port if port is None else port)


@app.command()
def settings(as_json: JsonOption = False) -> None:
    """Print every setting, its value and its meaning."""
    from rag.settings import Settings, load

    values = load().model_dump(mode="json")
    if as_json:
        print(json.dumps(values, indent=2))
        return
    for name, field in Settings.model_fields.items():
        print(f"RAG_{name.upper()}={'' if values[name] is None else values[name]}\n    {field.description}")


def _service() -> Service:
    from rag.settings import load
    from rag.wiring import Service

    return Service(load())


@contextmanager
def _needing(extra: str) -> Iterator[None]:
    """Say how to install what an extra brings where it is missing."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"{error.name} is not installed: pip install 'rag-policy[{extra}]'") from error


def _settings(changed: list[str]) -> Settings:
    """Read the settings with some changed, each by NAME=VALUE."""
    from rag.settings import load

    pairs = [pair.partition("=") for pair in map(_utf8, changed)]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        raise ConfigurationError(f"{wrong[0]!r} is not of the form NAME=VALUE, such as RAG_RERANKER=none")
    return load({name: value for name, _, value in pairs})


def _question(text: str) -> str:
    from rag.http.schemas import MAX_QUESTION

    stripped = _utf8(text).strip()
    if not stripped:
        raise ConfigurationError("the question is empty: give it in quotes")
    if len(stripped) > MAX_QUESTION:
        raise ConfigurationError(f"the question has {len(stripped)} characters: {MAX_QUESTION} are the most")
    return stripped


def _filters(given: list[str] | None) -> dict[str, list[str]]:
    """Read `field=value` pairs; the same field twice means any of its values."""
    filters: dict[str, list[str]] = {}
    for pair in given or ():
        field, equals, value = _utf8(pair).partition("=")
        if not equals or not field:
            raise ConfigurationError(f"the filter {pair!r} is not of the form FIELD=VALUE")
        filters.setdefault(field.strip(), []).append(value.strip())
    return filters


def _utf8(argument: str) -> str:
    """Return an argument as it is; what the shell passed as other bytes would break wherever it is printed."""
    try:
        argument.encode()
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"{argument!r} is not UTF-8: set the terminal to it") from error
    return argument


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


@contextmanager
def _progress() -> Iterator[Callable[[str], Progress]]:
    """Draw a bar for whatever is begun on a terminal, nothing where output is piped."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:

        def begin(what: str) -> Callable[[int, int], None]:
            task = bar.add_task(what, total=None)
            return lambda done, total: bar.update(task, completed=done, total=total, visible=done < total)

        yield begin


def _print_report(report: Report, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        print(json.dumps({**asdict(report), "counts": report.counts}, indent=2, ensure_ascii=False))
        return
    for item in report.items:
        reason = f": {item.reason}" if item.reason else ""
        print(f"{item.state:9}  {item.source}{reason}")
    counts = ", ".join(f"{count} {state}" for state, count in report.counts.items()) or "nothing found"
    print(f"{counts}; {report.encoded} passages encoded; snapshot {report.snapshot or 'none'}")


def _print_answer(answer: Answer) -> None:
    if answer.degraded:
        print(f"(extractive answer: {answer.degraded})\n")
    if answer.abstention:
        print("The documents do not say.")
        if answer.evidence:
            print("\nNearest passages:")
        for hit in answer.evidence[:3]:
            print(f"  {_place(hit)}\n      {_shortened(hit.text)}")
        return
    print(answer.text)
    print()
    for citation in answer.citations:
        print(f"[{citation.marker}] {_place(citation)}, characters {citation.span.start}-{citation.span.end}")
        print(f"    “{_shortened(citation.quote, 400)}”")
        if citation.reference.url:
            print(f"    {citation.reference.url}")


def _place(found: Hit | Citation) -> str:
    reference = found.reference
    page = f"p. {found.page}" if found.page else None
    return ", ".join(filter(None, (reference.title, reference.author, reference.published, page, *found.heading[-1:])))


def _shortened(text: str, width: int = 160) -> str:
    words = " ".join(text.split())
    return words if len(words) <= width else f"{words[: width - 1].rstrip()}…"
