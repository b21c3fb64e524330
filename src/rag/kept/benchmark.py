"""Write feedback as a benchmark, in the layout that `rag eval` reads: a complaint becomes a test."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import ConfigurationError
from rag.kept.checks import check
from rag.kept.feedback import Feedback, Reason, Verdict
from rag.snapshots import Index
from rag.types import Citation


@dataclass(frozen=True, slots=True)
class _Labels:
    """The labels of one question. `answerable` is None if the verdict does not say it.

    `good` are citations that answer it, at their present place. `judged` is the relevance of documents.
    """

    answerable: bool | None = None
    answers: tuple[str, ...] = ()
    good: tuple[Citation, ...] = ()
    judged: dict[str, int] = field(default_factory=dict)


def write(folder: Path, feedback: Sequence[Feedback], snapshot: Index) -> None:
    """Write corpus.jsonl, queries.jsonl and qrels.tsv. The corpus has all documents of the snapshot.

    A good verdict labels the cited words and documents as right, and the answer as a known answer. A good verdict on an
    abstention labels the question as unanswerable, and a bad one as answerable. `off_topic` labels the cited documents
    as irrelevant. Other complaints have no labels until somebody writes the right answer into `answers`; the field
    `feedback` has the reason, the words of the person, and the answer that was given.

    Raises ConfigurationError if there is no feedback, or if a file exists already or cannot be written.
    """
    if not feedback:
        raise ConfigurationError("there is no feedback to export yet: people give it below an answer on the page")
    labelled = [(one, _labels(one, snapshot)) for one in feedback]
    corpus = ({"_id": one.reference.id, "title": one.reference.title} for one in snapshot.documents())
    texts = ({**line, "text": snapshot.document(line["_id"]).text} for line in corpus)
    rows = [
        f"{_id(one)}\t{document}\t{score}\n" for one, labels in labelled for document, score in labels.judged.items()
    ]
    _write(folder / "corpus.jsonl", _lines(texts))
    _write(folder / "queries.jsonl", _lines(_query(one, labels) for one, labels in labelled))
    _write(folder / "qrels.tsv", ["query-id\tcorpus-id\tscore\n", *rows])


def _labels(feedback: Feedback, snapshot: Index) -> _Labels:
    answer, is_good = feedback.answer, feedback.verdict == Verdict.GOOD
    if not answer.statements:
        return _Labels(answerable=not is_good)
    if is_good:
        good = tuple(one for one in _present(feedback, snapshot) if feedback.marker in (None, one.marker))
        text = " ".join(statement.text for statement in answer.statements)
        answers = (text,) if feedback.marker is None else ()
        return _Labels(True, answers, good, {one.reference.id: 1 for one in good})
    if feedback.reason == Reason.OFF_TOPIC and feedback.marker is None:
        return _Labels(judged={one.reference.id: 0 for one in _present(feedback, snapshot)})
    return _Labels()


def _present(feedback: Feedback, snapshot: Index) -> Iterator[Citation]:
    """Yield the citations whose words are still in their document, at their present place."""
    for citation, found in zip(feedback.answer.citations, check(feedback.answer, snapshot, {}), strict=True):
        if found.state == "valid":
            yield citation
        elif found.now is not None:
            yield found.now


def _query(feedback: Feedback, labels: _Labels) -> dict[str, Any]:
    evidence = [
        {"document": one.reference.id, "start": one.span.start, "end": one.span.end, "quote": one.quote}
        for one in labels.good
        if not one.record
    ]
    return {
        "_id": _id(feedback),
        "text": feedback.answer.question,
        **({} if labels.answerable is None else {"answerable": labels.answerable}),
        "answers": list(labels.answers),
        "evidence": evidence,
        "feedback": {
            "verdict": feedback.verdict,
            "reason": feedback.reason,
            "words": feedback.words,
            "marker": feedback.marker,
            "created": feedback.created,
            "answer": feedback.answer.text,
        },
    }


def _id(feedback: Feedback) -> str:
    return f"feedback-{feedback.id}"


def _lines(objects: Iterable[object]) -> Iterator[str]:
    return (json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def _write(path: Path, lines: Iterable[str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.writelines(lines)
    except FileExistsError as error:
        raise ConfigurationError(f"{path} exists already: name a new folder") from error
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
