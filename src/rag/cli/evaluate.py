"""The commands `rag eval` and `rag compare`."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from rag.cli.arguments import (
    IndexOption,
    JsonOption,
    check_folder,
    open_service,
    override_settings,
    requires_extra,
    write_file,
)
from rag.cli.output import print_figures, progress
from rag.errors import ConfigurationError

OutputOption = Annotated[Path | None, typer.Option(help="Also write the JSON to this file.")]
PageOption = Annotated[Path | None, typer.Option(help="Write a Markdown page to this file.")]
QuestionsOption = Annotated[
    int | None, typer.Option(min=1, help="The most questions to ask from each benchmark, always the same ones.")
]
QuickOption = Annotated[
    bool, typer.Option("--quick", help="Ask each question once: leave out changes of topic and removed passages.")
]
PoolOption = Annotated[
    bool, typer.Option("--pool", help="Also measure abstention over the questions of all benchmarks together.")
]
AnswersOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write each answer beside its known answer: .jsonl, or .md for reading."),
]
AblationsOption = Annotated[
    bool, typer.Option("--ablations", help="Add to the page how much each stage of retrieval contributes.")
]


def evaluate(
    folders: Annotated[
        list[Path], typer.Argument(metavar="DIR...", help="Benchmarks: folders of documents, questions and labels.")
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=VALUE", help="Compare with a second run that changes this setting. Repeatable."),
    ] = None,
    questions: QuestionsOption = None,
    quick: QuickOption = False,
    pool: PoolOption = False,
    index: IndexOption = None,
    answers: AnswersOption = None,
    output: OutputOption = None,
    page: PageOption = None,
    ablations: AblationsOption = False,
    as_json: JsonOption = False,
) -> None:
    """Measure retrieval, answers and abstention on benchmarks."""
    with requires_extra("eval"):
        from rag import evaluation
    from rag.wiring import vary

    _check(output, page, answers, ablations)
    benchmarks = evaluation.read(folders, questions)
    service = open_service()
    other = vary(service, override_settings(against)) if against else None
    options = evaluation.Options(index, quick, pool)
    with progress() as start_task:
        report = evaluation.run(benchmarks, service, start_task, against=other, ablations=ablations, options=options)
    if page:
        write_file(page, evaluation.page(report, _command()))
    if answers:
        write = evaluation.markdown if answers.suffix == ".md" else evaluation.json_lines
        write_file(answers, write(report.evaluation.answers))
    print_figures(report.json(), evaluation.tables(report), as_json=as_json, output=output)


def _check(output: Path | None, page: Path | None, answers: Path | None, ablations: bool) -> None:
    """Raise ConfigurationError before a long run if its files cannot be written."""
    for path in filter(None, (output, page, answers)):
        check_folder(path)
    if ablations and page is None:
        raise ConfigurationError("--ablations needs a page: name its file with --page")
    if answers and answers.suffix not in (".jsonl", ".md"):
        raise ConfigurationError(f"--answers is {str(answers)!r}: name a file that ends in .jsonl or .md")


def compare(
    before: Annotated[Path, typer.Argument(metavar="BEFORE", help="The JSON of the first `rag eval --output`.")],
    after: Annotated[Path, typer.Argument(metavar="AFTER", help="The JSON of the second `rag eval --output`.")],
    output: OutputOption = None,
    page: PageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show two evaluations side by side, with the interval of each difference."""
    with requires_extra("eval"):
        from rag import evaluation

    for path in filter(None, (output, page)):
        check_folder(path)
    compared = evaluation.before_after(before, after)
    if page:
        write_file(page, evaluation.before_after_page(compared, before.name, after.name, _command()))
    print_figures(compared.json(), evaluation.before_after_tables(compared), as_json=as_json, output=output)


def _command() -> str:
    return shlex.join(["rag", *sys.argv[1:]])
