"""Write the tables of the page that compares the segmenters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from benchmarks.segmentation.labelled import Labelled
from benchmarks.segmentation.scores import Counts, Interval, count, difference, f1_interval
from benchmarks.segmentation.segmenters import OURS, Segmenter
from rag.machine import table

_HEAD = ("", "precision", "recall", "F1", "F1 less ours", "exact sentences", "characters lost", "speed / ours")


def results(texts: Sequence[Labelled], segmenters: Mapping[str, Segmenter], speeds: Mapping[str, float]) -> str:
    """Return the table of all texts and the table of genres."""
    counts = {name: count(texts, segmenter) for name, segmenter in segmenters.items()}
    rows = [_row(name, one, counts[OURS], speeds[name] / speeds[OURS]) for name, one in counts.items()]
    return f"{table(_HEAD, rows)}\n\nF1 by genre:\n\n{_genres(texts, segmenters)}"


def _row(name: str, counts: Counts, ours: Counts, speed: float) -> list[str]:
    less = "" if name == OURS else _shown(difference(counts, ours), "+.3f")
    precision, recall, exact = (f"{share:.3f}" for share in (counts.precision, counts.recall, counts.exact))
    lost = f"{counts.lost.sum():.0f}"
    return [name, precision, recall, _shown(f1_interval(counts)), less, exact, lost, f"{speed:.3f}"]


def _shown(interval: Interval, form: str = ".3f") -> str:
    return f"{interval.value:{form}} [{interval.low:{form}}, {interval.high:{form}}]"


def _genres(texts: Sequence[Labelled], segmenters: Mapping[str, Segmenter]) -> str:
    genres = sorted({one.genre for one in texts})
    by_genre = {genre: [one for one in texts if one.genre == genre] for genre in genres}
    sizes = [str(sum(len(one.sentences) for one in some)) for some in by_genre.values()]
    rows = [
        [name, *(f"{count(some, segmenter).f1:.3f}" for some in by_genre.values())]
        for name, segmenter in segmenters.items()
    ]
    return table(["", *genres], [["sentences", *sizes], *rows])


def mistakes(texts: Sequence[Labelled], segmenter: Segmenter) -> Iterator[str]:
    """Yield each boundary that `segmenter` misses or adds, with the words around it."""
    for one in texts:
        found = {span.end for span in segmenter(one.text)}
        labelled = {span.end for span in one.sentences}
        for end in sorted(found ^ labelled):
            kind = "missed" if end in labelled else "added"
            yield f"{one.genre}: {kind}: {one.text[max(0, end - 40) : end]!r} | {one.text[end : end + 25]!r}"
