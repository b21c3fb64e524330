"""Reads a benchmark: a folder with documents, questions, and labels of the right answers.

    corpus.jsonl   {"_id", "title", "text", "metadata"}
    queries.jsonl  {"_id", "text", "history"?, "answerable"?, "answers"?, "evidence"?, "gold_sentences"?}
    qrels.tsv      query-id  corpus-id  score, below a header line

This is the layout of BEIR (Thakur et al. 2021) with optional fields. `history` holds the turns before the question,
`evidence` spans of raw document texts that answer it, and `gold_sentences` the sentences that each annotator chose.

A folder `documents/` may replace corpus.jsonl. It holds files of any format that `rag ingest` reads. Then a `corpus-id`
is the path of a file below `documents/`, or a page of it: `File.pdf#12`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rag.errors import UnreadableSource
from rag.evaluation.judgements import QRELS, Page, Relevance, numbered_lines, read_judgements
from rag.text import normalise
from rag.types import Turn

CORPUS, DOCUMENTS, QUERIES = "corpus.jsonl", "documents", "queries.jsonl"

_LAYOUT = f"a benchmark is a folder with {CORPUS} or {DOCUMENTS}/, {QUERIES} and {QRELS}"


class _Line(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)

    id: str = Field(alias="_id", min_length=1)
    text: str


class RawDocument(_Line):
    """The id and the raw text of a document in the corpus. Ingestion reads the rest of the line.

    A file in `documents/` has its relative path as id and no raw text.
    """


class Evidence(BaseModel):
    """Words that answer a question: `text[start:end] == quote` in the raw text of the document with that `_id`."""

    model_config = ConfigDict(frozen=True, strict=True)

    document: str
    start: int
    end: int
    quote: str


class Question(_Line):
    """A question and the labels of its right answer. `answerable` is None if nobody judged it."""

    history: tuple[Turn, ...] = ()
    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gold_sentences: tuple[tuple[str, ...], ...] = ()

    @property
    def references(self) -> tuple[str, ...]:
        """The texts to compare an answer with: the joined sentences of each annotator, else the answers."""
        joined = tuple(" ".join(sentences) for sentences in self.gold_sentences if sentences)
        return joined or self.answers


@dataclass(frozen=True, slots=True)
class Benchmark:
    """One benchmark, named after its folder. `corpus` is the path of corpus.jsonl or of the folder `documents`.

    `pages` lists the relevant pages of each question.
    """

    name: str
    corpus: Path
    documents: tuple[RawDocument, ...]
    questions: tuple[Question, ...]
    relevance: Relevance
    pages: Mapping[str, tuple[Page, ...]] = field(default_factory=dict)

    def sampled(self, count: int | None) -> Benchmark:
        """Return the benchmark with at most `count` of its questions, evenly spaced."""
        total = len(self.questions)
        if count is None or count >= total:
            return self
        return replace(self, questions=tuple(self.questions[number * total // count] for number in range(count)))


def read(folders: Sequence[Path], most_questions: int | None = None) -> list[Benchmark]:
    """Read benchmarks. Raises UnreadableSource, which names the file and the line of the first error."""
    names = [folder.resolve().name for folder in folders]
    if repeated := [name for name in names if names.count(name) > 1]:
        raise UnreadableSource(f"two benchmarks are named {repeated[0]!r}: their folders must have different names")
    return [_read(folder).sampled(most_questions) for folder in folders]


def _read(folder: Path) -> Benchmark:
    corpus, documents = _documents(folder)
    questions = _lines(folder / QUERIES, Question)
    if not questions:
        raise UnreadableSource(f"{folder / QUERIES} has no questions: write one on each line")
    texts = {document.id: document.text for document in documents}
    for number, question in questions.items():
        for evidence in question.evidence:
            _check(evidence, texts, f"line {number} of {folder / QUERIES}", corpus)
    ids = {question.id for question in questions.values()}
    found = read_judgements(folder / QRELS, ids, QUERIES, texts, corpus, _LAYOUT)
    return Benchmark(folder.resolve().name, corpus, documents, tuple(questions.values()), found.relevance, found.pages)


def _documents(folder: Path) -> tuple[Path, tuple[RawDocument, ...]]:
    """Return the path of the documents, and the documents. Raises UnreadableSource."""
    corpus, files = folder / CORPUS, folder / DOCUMENTS
    if not files.is_dir():
        return corpus, tuple(_lines(corpus, RawDocument).values())
    if corpus.exists():
        raise UnreadableSource(f"{folder} has both {CORPUS} and {DOCUMENTS}/: remove one of them")
    names = sorted(path.relative_to(files).as_posix() for path in files.rglob("*") if path.is_file())
    if not names:
        raise UnreadableSource(f"{files} has no files: put the documents of the benchmark there")
    return files, tuple(RawDocument.model_validate({"_id": name, "text": ""}) for name in names)


_L = TypeVar("_L", bound=_Line)


def _lines(path: Path, kind: type[_L]) -> dict[int, _L]:
    """Read a JSONL file. Return each object by its line number."""
    found: dict[int, _L] = {}
    seen: dict[str, int] = {}
    for number, line in numbered_lines(path, _LAYOUT):
        try:
            read = found[number] = kind.model_validate_json(line)
        except ValidationError as error:
            raise UnreadableSource(f"line {number} of {path} has a wrong format: {_fault(error)}") from error
        if read.id in seen:
            raise UnreadableSource(f"line {number} of {path} repeats the _id {read.id!r} of line {seen[read.id]}")
        seen[read.id] = number
    return found


def _fault(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    message = first["msg"][:1].lower() + first["msg"][1:]
    return f"{place}: {message}, not {str(first['input'])[:60]!r}" if place else message


def _check(evidence: Evidence, texts: Mapping[str, str], place: str, corpus: Path) -> None:
    if corpus.name == DOCUMENTS:
        raise UnreadableSource(
            f"{place} has evidence, whose positions refer to {CORPUS}: name files or pages in {QRELS} instead"
        )
    if evidence.document not in texts:
        raise UnreadableSource(f"{place} has evidence in {evidence.document!r}, which is not in {CORPUS}")
    if not normalise(evidence.quote) or texts[evidence.document][evidence.start : evidence.end] != evidence.quote:
        raise UnreadableSource(
            f"{place} quotes {evidence.quote[:60]!r}, which is not at {evidence.start}-{evidence.end} of "
            f"{evidence.document!r}"
        )
