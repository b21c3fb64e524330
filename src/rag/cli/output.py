"""The output of commands: progress bars, reports, answers, and the place of a passage."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.arguments import write_file
from rag.text.pages import page_words
from rag.types import SEALED

if TYPE_CHECKING:
    from rich.table import Table

    from rag.ingest.ledger import Status
    from rag.ingest.publication import Report
    from rag.ingest.roots import RootStatus
    from rag.snapshots import Progress
    from rag.types import Answer, Citation, Hit
    from rag.upkeep import Erasure


@contextmanager
def progress() -> Iterator[Callable[[str], Progress]]:
    """Draw a progress bar for each task, with rate and time left. Draw nothing if the output is not a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), rate, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:

        def begin(name: str) -> Callable[[int, int], None]:
            task = bar.add_task(name, total=None, rate="")

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, visible=done < total)
                speed = next(one.speed for one in bar.tasks if one.id == task)
                bar.update(task, rate=f"{speed:.0f} a second" if speed else "")

            return show

        yield begin


def print_report(report: Report, as_json: bool) -> None:
    """Print the outcome of each source, and the counts."""
    if as_json:
        from dataclasses import asdict

        print(json.dumps({**asdict(report), "counts": report.counts}, indent=2, ensure_ascii=False))
        return
    for item in (item for item in report.items if item.state != "skipped"):
        reason = f": {item.reason}" if item.reason else ""
        print(f"{item.state:9}  {item.source}{reason}")
    print(summary(report))


def summary(report: Report) -> str:
    """Return the number of sources for each outcome, on one line."""
    counts = ", ".join(f"{count} {state}" for state, count in report.counts.items()) or "nothing found"
    hint = " ('rag documents --state skipped' lists them)" if "skipped" in report.counts else ""
    passages = plural(report.encoded, "passage")
    return f"{counts}{hint}; {passages} encoded; snapshot {report.snapshot or 'none'}"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def audience(access: Sequence[str]) -> str:
    """Return who may see a document with these labels."""
    return ", ".join(access) if tuple(access) != SEALED else "clients of all groups, because its labels cannot be read"


def print_erasure(erased: Erasure, as_json: bool) -> None:
    """Print the erased documents, and every place that may still hold one or from which an ingest adds it again."""
    if as_json:
        from dataclasses import asdict

        print(json.dumps(asdict(erased), indent=2, ensure_ascii=False))
        return
    lines = [
        *(f"erased   {name}" for name in erased.document_ids),
        *(f"deleted  snapshot {name}, which held it" for name in erased.deleted),
        *(f"remains  snapshot {name}: a process reads it; erase again when it has ended" for name in erased.read),
        *(f"remains  {name}: the next ingest adds it again; delete it there" for name in erased.files),
        *(f"remains  backup {name}: delete it, or write it again with 'rag backup'" for name in erased.backups),
        *(f"unknown  backup {name}: it is gone or cannot be read; check its copies" for name in erased.unknown_backups),
    ]
    print("\n".join(lines))


def print_figures(
    figures: Mapping[str, object], tables: Iterable[Table], *, as_json: bool, output: Path | None
) -> None:
    """Print figures as JSON or as tables. Also write the JSON to `output` if it is given."""
    text = json.dumps(figures, indent=2)
    if output:
        write_file(output, text)
    if as_json:
        print(text)
    else:
        from rich.console import Console

        Console().print(*tables)


def print_sources(sources: Sequence[Status], snapshot: str | None, as_json: bool) -> None:
    """Print the state of each source."""
    if as_json:
        from rag.http.job_schemas import Source, Sources

        print(Sources(sources=[Source.of(one) for one in sources], snapshot=snapshot).model_dump_json(indent=2))
        return
    for one in sources:
        tried = f" [try {one.tries}, {one.time}]" if one.tries else ""
        print(f"{one.state:9}  {one.source}{f': {one.reason}' if one.reason else ''}{tried}")


def print_roots(roots: Sequence[RootStatus], as_json: bool) -> None:
    """Print each root with its number of documents, and what `--prune` would do."""
    if as_json:
        from dataclasses import asdict

        print(json.dumps({"roots": [asdict(root) for root in roots]}, indent=2, ensure_ascii=False))
        return
    for root in roots:
        effect = None if root.prunable is None else f"--prune would remove {plural(root.prunable, 'source')}"
        print(f"{root.root}  {plural(root.documents, 'document')}; {'; '.join(filter(None, (effect, root.note)))}")


def _print_abstention(answer: Answer) -> None:
    if answer.abstention == "not_a_question":  # the notice has said everything
        return
    filtered = answer.abstention == "filtered_out"
    print("No document matches the filters." if filtered else "The documents do not say.")
    if answer.evidence:
        print("\nNearest passages:")
    for hit in answer.evidence[:3]:
        print(f"  {place(hit)}\n      {shortened(hit.text)}")


def print_answer(answer: Answer) -> None:
    """Print an answer and its citations. If the service abstained, say so and print the nearest passages."""
    from rag.http.links import web_address

    if answer.degraded:
        print(f"(extractive answer: {answer.degraded})\n")
    for notice in answer.notices:
        print("\n".join([notice.text, *(f"  {question}" for question in notice.questions)]) + "\n")
    if answer.abstention:
        _print_abstention(answer)
        return
    print(answer.text)
    print()
    _print_verification(answer)
    for citation in answer.citations:
        part = " of its record" if citation.record else ""
        print(f"[{citation.marker}] {place(citation)}, characters {citation.span.start}-{citation.span.end}{part}")
        print(f"    “{shortened(citation.quote, 400)}”")
        if address := web_address(citation.reference.url):
            print(f"    {address}")


def _print_verification(answer: Answer) -> None:
    """Print how many sentences of a language model were replaced and withheld, if any were."""
    found = answer.verification
    if found is not None and (found.replaced or found.withheld) and not answer.degraded:
        decided = f"{found.replaced} replaced with a quote, {found.withheld} withheld"
        print(f"({plural(found.checked, 'sentence')} of the language model: {decided})\n")


def place(found: Hit | Citation) -> str:
    """Return the place of a passage or quote for people: title, author, date, page, heading."""
    reference = found.reference
    page = page_words(found)
    return ", ".join(filter(None, (reference.title, reference.author, reference.published, page, *found.heading[-1:])))


def shortened(text: str, width: int = 160) -> str:
    """Return the text on one line, cut to `width` characters."""
    words = " ".join(text.split())
    return words if len(words) <= width else f"{words[: width - 1].rstrip()}…"
