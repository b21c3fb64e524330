"""The output of commands: progress bars, reports, answers, and the place of a passage."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING

from rag.cli.arguments import write_file
from rag.text.pages import page_words
from rag.types import SEALED, Citation

if TYPE_CHECKING:
    from rich.table import Table

    from rag.ingest.ledger import Status
    from rag.ingest.publication import Report
    from rag.ingest.roots import RootStatus
    from rag.snapshots import Progress, StoredDocument
    from rag.types import Answer, Hit, Period
    from rag.upkeep import Erasure


_OTHER_TIME: Mapping[str, str] = {
    "before_first_version": "What answers the question was not yet in force at that time.",
    "not_in_force": "What answers the question is not in force at that time.",
}


@contextmanager
def progress(meanwhile: str | None = None) -> Iterator[Callable[[str], Progress]]:
    """Draw a progress bar for each task, with rate and time left. Draw nothing if the output is not a terminal.

    A bar is drawn while the size of its task is known and the task is not done. While there is none, the line
    `meanwhile` says what the command does.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    counts = TextColumn("{task.fields[counts]}")
    columns = (TextColumn("{task.description}"), BarColumn(), counts, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        line = bar.add_task(meanwhile or "", total=None, counts="", visible=meanwhile is not None)

        def begin(name: str) -> Callable[[int, int], None]:
            task = bar.add_task(name, total=None, counts="", visible=False)

            def show(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total, visible=done < total)
                speed = next(one.speed for one in bar.tasks if one.id == task)
                bar.update(task, counts=f"{done}/{total}{f' {speed:.0f} a second' if speed else ''}")
                drawn = any(one.visible for one in bar.tasks if one.id != line)
                bar.update(line, visible=meanwhile is not None and not drawn)

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
    held = f"; {report.held} is held back: 'rag review' shows why" if report.held else ""
    return f"{counts}{hint}; {passages} encoded; snapshot {report.snapshot or 'none'}{held}"


def plural(count: int, noun: str) -> str:
    """Return a count with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def audience(access: Sequence[str]) -> str:
    """Return who may see a document with these labels."""
    return ", ".join(access) if tuple(access) != SEALED else "clients of all groups, because its labels cannot be read"


def in_force(document: StoredDocument) -> str:
    """Return when a document is in force, and since when it is in the index; empty if nothing dates it."""
    from rag.text.validity import VALID_FROM, VALID_TO

    validity = document.validity
    if validity is None:
        return ""
    said = " (its text says so)" if {one.field for one in document.inferred} & {VALID_FROM, VALID_TO} else ""
    days = _days(validity.period)
    following = f", then {validity.ended_by}" if validity.ended_by else ""
    indexed = f"; indexed {document.origin.indexed[:10]}" if document.origin.indexed else ""
    return f"in force {days}{said}{following}{indexed}"


def _days(period: Period) -> str:
    return " ".join(f"{word} {day}" for word, day in (("from", period.since), ("to", period.until)) if day)


def print_erasure(erased: Erasure, as_json: bool) -> None:
    """Print the erased documents, and every place that may still hold one or from which an ingest adds it again."""
    if as_json:
        from dataclasses import asdict

        print(json.dumps(asdict(erased), indent=2, ensure_ascii=False))
        return
    lines = [
        *(f"erased   {name}" for name in erased.document_ids),
        *(f"deleted  snapshot {name}, which held it" for name in erased.deleted),
        *(f"deleted  shared answer {name}, which cited it" for name in erased.shared_answers),
        *(f"deleted  feedback {number}, whose answer cited it" for number in erased.feedback),
        *(f"deleted  the answer to the saved question {name}, which cited it" for name in erased.questions),
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
    if answer.abstention and (words := _OTHER_TIME.get(answer.abstention)):
        print_wrapped(words)
        return
    print("No document matches the filters." if filtered else "The documents do not say.")
    if answer.evidence:
        print("\nNearest passages:")
    for hit in answer.evidence[:3]:
        print_wrapped(f"  {place(hit)}\n      {shortened(hit.text)}")


def print_answer(answer: Answer) -> None:
    """Print an answer and its citations. If the service abstained, say so and print the nearest passages."""
    from rag.http.links import web_address

    if answer.degraded:
        print_wrapped(f"(extractive answer: {answer.degraded})\n")
    for notice in answer.notices:
        print_wrapped("\n".join([notice.text, *(f"  {question}" for question in notice.questions)]) + "\n")
    if answer.abstention:
        _print_abstention(answer)
        return
    print_wrapped(answer.text)
    print()
    if answer.as_of:
        print_wrapped(f"(in force as of {answer.as_of.written})\n")
    _print_verification(answer)
    for citation in answer.citations:
        part = " of its record" if citation.record else ""
        where = f"{place(citation)}, characters {citation.span.start}-{citation.span.end}{part}"
        print_wrapped(f"[{citation.marker}] {where}", "    ")
        print_wrapped(f"    “{shortened(citation.quote, 400)}”")
        if address := web_address(citation.reference.url):
            print(f"    {address}")


def _print_verification(answer: Answer) -> None:
    """Print how many sentences of a language model were replaced and withheld, if any were."""
    found = answer.verification
    if found is not None and (found.replaced or found.withheld) and not answer.degraded:
        decided = f"{found.replaced} replaced with a quote, {found.withheld} withheld"
        print_wrapped(f"({plural(found.checked, 'sentence')} of the language model: {decided})\n")


def print_wrapped(text: str, indent: str = "") -> None:
    """Print lines, broken between words if the output is a terminal. A broken line goes on below its first word.

    `indent` is added to that. A pipe or a file gets the lines as they are.
    """
    width = get_terminal_size().columns if sys.stdout.isatty() else 0
    for line in text.split("\n"):
        own = line[: len(line) - len(line.lstrip())]
        print(_wrap(line.lstrip(), width, own, own + indent) if width else line)


def _wrap(line: str, width: int, first: str, later: str) -> str:
    return fill(
        line, width, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def printable(text: str) -> str:
    """Escape control characters, because a question must not be able to steer the terminal of its reader."""
    return "".join(one if one.isprintable() else repr(one)[1:-1] for one in text)


def place(found: Hit | Citation) -> str:
    """Return the place of a passage or quote for people: title, author, dates, provision, page, heading."""
    reference = found.reference
    dates: tuple[str | None, ...] = (reference.published,)
    if found.in_force:
        dates = (reference.published and f"published {reference.published}", f"in force {_days(found.in_force)}")
    pinpoint = found.pinpoint if isinstance(found, Citation) else None
    about = (reference.title, reference.author, *dates, pinpoint, page_words(found))
    return ", ".join(filter(None, (*about, *found.heading[-1:])))


def shortened(text: str, width: int = 160) -> str:
    """Return the text on one line, cut to `width` characters."""
    words = " ".join(text.split())
    return words if len(words) <= width else f"{words[: width - 1].rstrip()}…"
