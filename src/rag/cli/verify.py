"""`rag verify`: check a text against the index, and print what it found."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Annotated

import typer

from rag.cli.arguments import FilterOption, GroupOption, JsonOption, open_service, read_filters, read_groups
from rag.cli.output import place, plural
from rag.text import one_line

if TYPE_CHECKING:
    from rag.answer.texts import Assessed, AssessedQuotation, Assessment

_WIDTH = 100
_INDENT = " " * 4


def verify(
    file: Annotated[Path, typer.Argument(help="A text: Markdown, Word, or any other format that documents have.")],
    filters: FilterOption = None,
    as_group: GroupOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a text against the index: whether quotes support each sentence, and whether its quotations are exact."""
    service = open_service()
    written = service.read_text(file)
    found = service.view(read_groups(as_group)).verify_text(written, read_filters(filters))
    if as_json:
        from rag.http.links import configured_links
        from rag.http.verifying import VerifiedText

        print(VerifiedText.of(found, configured_links(service.settings)).model_dump_json(indent=2))
    else:
        _print(found)


def _print(found: Assessment) -> None:
    for sentence in found.sentences:
        _print_sentence(sentence)
    for quotation in found.quotations:
        _print_quotation(quotation)
    supports = ", ".join(f"{count} {support.replace('_', ' ')}" for support, count in found.supports.items())
    states = ", ".join(f"{count} {state.replace('_', ' ')}" for state, count in found.states.items())
    print(f"{plural(len(found.sentences), 'sentence')}: {supports}")
    print(f"{plural(len(found.quotations), 'quotation')}: {states}")


def _print_sentence(sentence: Assessed) -> None:
    doubt = f" ({sentence.doubt})" if sentence.doubt else ""
    print(f"{sentence.support.replace('_', ' ').upper()}{doubt}")
    print(_wrapped(sentence.text))
    for citation in sentence.evidence:
        print(_wrapped(f"“{citation.quote}” - {place(citation)}", deeper=True))
    print()


def _print_quotation(quotation: AssessedQuotation) -> None:
    print(f"QUOTATION {quotation.state.replace('_', ' ').upper()}")
    print(_wrapped(f"“{quotation.quotation.words}”"))
    for change in quotation.differences:
        print(_wrapped(f"“{change.was}” is now “{change.became}”", deeper=True))
    if quotation.found:
        print(_wrapped(f"“{quotation.found.quote}” - {place(quotation.found)}", deeper=True))
    print()


def _wrapped(words: str, *, deeper: bool = False) -> str:
    indent = _INDENT * (2 if deeper else 1)
    return fill(one_line(words), _WIDTH, initial_indent=indent, subsequent_indent=indent)
