"""Reads qrels.tsv, which labels the relevant documents and pages of each question."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from rag.errors import UnreadableSource

QRELS = "qrels.tsv"

Relevance: TypeAlias = Mapping[str, Mapping[str, int]]
"""The relevance of each judged document, by question."""


@dataclass(frozen=True, slots=True, order=True)
class Page:
    """A page of a document, counted from 1."""

    document: str
    number: int


@dataclass(frozen=True, slots=True)
class Judgements:
    """The relevance of documents and the relevant pages, by question. A relevant page makes its document relevant."""

    relevance: Relevance
    pages: Mapping[str, tuple[Page, ...]]


def numbered_lines(path: Path, layout: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, each with its number.

    Raises UnreadableSource. `layout` is the end of its message, and says which files a benchmark has.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise UnreadableSource(f"{path} cannot be read: {reason}; {layout}") from error
    # Do not use splitlines(): a JSON string may contain U+2028, and splitlines() would break the line there.
    yield from ((number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip())


def read_judgements(
    path: Path, questions: set[str], queries: str, documents: Collection[str], corpus: Path, layout: str
) -> Judgements:
    """Read qrels.tsv. `documents` are the ids of the documents in `corpus`, which is a file or a folder.

    If it is a folder, `File.pdf#12` names page 12 of a file. Raises UnreadableSource, which names the line.
    """
    (_, header), *rows = list(numbered_lines(path, layout)) or [(1, "")]
    if header.rstrip("\r").split("\t")[:2] != ["query-id", "corpus-id"]:
        raise UnreadableSource(f"{path} begins with {header[:60]!r}: its first line must be query-id, corpus-id, score")
    relevance: dict[str, dict[str, int]] = {}
    pages: dict[str, list[Page]] = {}
    for number, row in rows:
        place = f"line {number} of {path}"
        question, label, score = _judgement(row.rstrip("\r").split("\t"), place)
        if question not in questions:
            raise UnreadableSource(f"{place} names the question {question!r}, which is not in {queries}")
        page = _page(label, documents) if corpus.is_dir() else None
        document = page.document if page else label
        if document not in documents:
            raise UnreadableSource(f"{place} names the document {document!r}, which is not in {corpus.name}")
        judged = relevance.setdefault(question, {})
        judged[document] = max(score, judged.get(document, score)) if page else score
        if page and score > 0:
            pages.setdefault(question, []).append(page)
    return Judgements(relevance, {question: tuple(found) for question, found in pages.items()})


def _page(label: str, documents: Collection[str]) -> Page | None:
    """Return the page that a label names, or None if it names a whole file. A file name may contain a `#`."""
    document, mark, number = label.rpartition("#")
    named = label not in documents and mark and number.isascii() and number.isdecimal() and int(number) > 0
    return Page(document, int(number)) if named else None


def _judgement(cells: Sequence[str], place: str) -> tuple[str, str, int]:
    try:
        question, document, score = cells
        return question, document, int(score)
    except ValueError as error:
        raise UnreadableSource(
            f"{place} has {cells!r}: it must be a question, a document and a whole number, separated by tabs"
        ) from error
