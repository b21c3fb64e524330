"""A benchmark of our own whose documents are files: a PDF of three pages and a text file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from tests.evaluation import policies

RULES = (
    "Members of staff may borrow a bicycle for one working day. The bicycle must be returned by six in the evening.",
    "A member of staff who loses a bicycle pays forty euros. The office manager may waive this payment.",
    "Helmets are kept in the cellar. A member of staff without a helmet may not ride on the main road.",
)
LIBRARY = "The library lends books for three weeks. Reference works are not lent.\n"
QUERIES: tuple[policies.Line, ...] = (
    {
        "_id": "lost",
        "text": "How many euros does a member of staff pay who loses a bicycle?",
        "answers": ["forty euros", "A member of staff who loses a bicycle pays forty euros."],
    },
    {"_id": "books", "text": "For how many weeks does the library lend books?", "answers": ["three weeks"]},
)
QRELS = (("lost", "rules/bicycles.pdf#2", 1), ("books", "library.txt", 1))


def write(
    folder: Path, queries: Sequence[policies.Line] = QUERIES, qrels: Sequence[tuple[str, str, int]] = QRELS
) -> Path:
    """Write the benchmark into a folder."""
    policies.write(folder, [], queries, qrels)
    (folder / "corpus.jsonl").unlink()
    (folder / "documents" / "rules").mkdir(parents=True)
    (folder / "documents" / "library.txt").write_text(LIBRARY, encoding="utf-8")
    write_pdf(folder / "documents" / "rules" / "bicycles.pdf", RULES)
    return folder


def write_pdf(path: Path, pages: Sequence[str]) -> None:
    """Write a PDF with one paragraph a page, about 60 characters a line."""
    canvas = Canvas(str(path), invariant=True)
    for page in pages:
        words, lines = page.split(), [""]
        for word in words:
            lines = [*lines[:-1], f"{lines[-1]} {word}".strip()] if len(lines[-1]) < 60 else [*lines, word]
        for number, line in enumerate(lines):
            canvas.drawString(72, 720 - 14 * number, line)
        canvas.showPage()
    canvas.save()
