"""Generates a benchmark in the layout of BEIR from the example articles."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rag.text import sentences

_ARTICLES = Path(__file__).parents[2] / "examples" / "articles"
_SENTENCES = 6  # in a passage. A passage starts at each sentence, so most sentences are in six passages
_QUESTIONS = 300
_WORDS = 8  # in a question


def write(folder: Path) -> Path:
    """Write passages, questions from their words, and labels for the passages that contain each. Return the folder."""
    passages = [passage for article in sorted(_ARTICLES.glob("*.md")) for passage in _passages(article)]
    questions = list(_questions([passage["text"] for passage in passages]))
    folder.mkdir(parents=True)
    _write(folder / "corpus.jsonl", passages)
    _write(folder / "queries.jsonl", ({"_id": str(n), "text": text} for n, text in enumerate(questions)))
    judged = [
        f"{number}\t{passage['_id']}\t1"
        for number, question in enumerate(questions)
        for passage in passages
        if question in passage["text"]
    ]
    (folder / "qrels.tsv").write_text("\n".join(["query-id\tcorpus-id\tscore", *judged]) + "\n", encoding="utf-8")
    return folder


def _passages(article: Path) -> Iterator[dict[str, str]]:
    _, _, body = article.read_text(encoding="utf-8").split("---\n", 2)
    title, _, text = body.strip().removeprefix("# ").partition("\n")
    parts = [" ".join(span.of(text).split()) for span in sentences(text)]
    for start in range(len(parts) - _SENTENCES + 1):
        words = " ".join(parts[start : start + _SENTENCES])
        yield {"_id": f"{article.stem}-{start}", "title": title, "text": words}


def _questions(texts: list[str]) -> Iterator[str]:
    chance = random.Random(0)  # noqa: S311 - the same in every run
    for number in range(_QUESTIONS):
        words = texts[number * len(texts) // _QUESTIONS].split()
        start = chance.randrange(len(words) - _WORDS)
        yield " ".join(words[start : start + _WORDS])


def _write(path: Path, lines: Iterable[Mapping[str, str]]) -> None:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
