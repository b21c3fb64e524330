"""Check that a claim about a table row takes no word from another row."""

from __future__ import annotations

from rag.answer.checks.alignment import Alignment, Match, Pair
from rag.answer.checks.lexicon import is_verb
from rag.answer.checks.words import Reading, is_row, read
from rag.types import Doubt


def check_rows(alignment: Alignment, passage: str) -> Doubt | None:
    """Return the doubt if a word that the quoted row lacks stands in another row of the table."""
    if not is_row(alignment.quote.text):
        return None
    if any(_is_under_other_label(pair, alignment) for pair in alignment.pairs):
        return Doubt.FIGURE
    rows = [read(line) for line in passage.splitlines() if is_row(line)]
    elsewhere = {word.stem for row in rows for word in row.content} - {word.stem for word in alignment.quote.words}
    new = (pair.claim for pair in alignment.pairs if pair.match < Match.SYNONYM and not pair.claim.quantity)
    return (
        Doubt.FIGURE if any(word.stem in elsewhere and not (word.light or is_verb(word.stem)) for word in new) else None
    )


def _is_under_other_label(pair: Pair, alignment: Alignment) -> bool:
    """Return whether the claim gives a figure of the row under the label of another cell that it does not quote."""
    if pair.quote is None or not pair.claim.quantity:
        return False
    cells = _cells(alignment.quote)
    own = next((cell for cell in cells if pair.quote.at in cell[1]), None)
    if own is None or own[0] & alignment.quoted:
        return False
    others = [cell for cell in cells if cell is not own and cell[0] - own[0] and not cell[1] & alignment.quoted]
    return any((label - own[0]) & alignment.quoted for label, _ in others)


def _cells(row: Reading) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Return the places of the content words of the label and of the value of each cell."""
    found: list[tuple[frozenset[int], frozenset[int]]] = []
    start = 0
    for cell in row.text.split(";"):
        colon = start + max(cell.find(":"), 0)
        words = [word for word in row.content if start <= word.span.start < start + len(cell)]
        label = frozenset(word.at for word in words if word.span.start < colon)
        found.append((label, frozenset(word.at for word in words) - label))
        start += len(cell) + 1
    return found
