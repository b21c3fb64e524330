"""A benchmark of a few policy texts and questions, small enough to compute every figure by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from rag.service import Service
from rag.settings import Settings
from rag.snapshots import Progress
from rag.wiring import assemble

Line: TypeAlias = Mapping[str, object]

LEVY = "The sugar levy took effect in 2018.\r\n\r\n\r\nDrinks with\u00a0eight grams of sugar pay 24 pence per litre. "
CHARGE = "The congestion charge is 15 pounds a day.  Residents of the zone had a discount of 90 per cent."
REFERENDUM = "The referendum of June 2022 changed 33 articles of the constitution."
SODA = "Drinks with\u00a0eight grams of sugar pay 24 pence per litre."
DAY = "The congestion charge is 15 pounds a day."

CORPUS: tuple[Line, ...] = (
    {"_id": "levy #1 \u00e9", "title": "The sugar levy", "text": LEVY, "metadata": {"id": 7}},
    {"_id": "charge/zone", "title": "The congestion charge", "text": CHARGE},
    {"_id": "charge/zone ", "title": "The referendum", "text": REFERENDUM},
    {"_id": "levy, copied", "title": "The sugar levy", "text": LEVY},
    {"_id": "empty", "title": "Nothing", "text": " "},
)
HISTORY = (
    {"role": "user", "content": "What does the congestion charge cost a day?"},
    {"role": "assistant", "content": DAY},
)
QUERIES: tuple[Line, ...] = (
    {
        "_id": "soda",
        "text": "How many pence per litre do drinks with eight grams of sugar pay?",
        "answerable": True,
        "answers": ["24 pence", "Drinks with eight grams of sugar pay 24 pence per litre."],
        "evidence": [
            {
                "document": "levy, copied",
                "start": LEVY.index(SODA),
                "end": LEVY.index(SODA) + len(SODA),
                "quote": SODA,
            }
        ],
    },
    {
        "_id": "day",
        "text": "What does the congestion charge cost a day?",
        "answerable": True,
        "answers": [DAY],
        "evidence": [{"document": "charge/zone", "start": 0, "end": len(DAY), "quote": DAY}],
    },
    {"_id": "discount", "text": "And what discount did residents have?", "history": HISTORY, "answerable": True},
    {"_id": "opera", "text": "Who composed The Magic Flute?", "answerable": False, "gold_sentences": [[]]},
)
QRELS = (("soda", "levy, copied", 1), ("day", "charge/zone", 2), ("day", "empty", 1), ("discount", "charge/zone", 1))


def write(
    folder: Path,
    corpus: Sequence[Line] = CORPUS,
    queries: Sequence[Line] = QUERIES,
    qrels: Sequence[tuple[str, str, int]] = QRELS,
) -> Path:
    """Write a benchmark into a folder."""
    folder.mkdir(parents=True)
    for name, lines in (("corpus", corpus), ("queries", queries)):
        text = "".join(f"{json.dumps(line, ensure_ascii=False)}\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    rows = "".join(f"{question}\t{document}\t{score}\n" for question, document, score in qrels)
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{rows}", encoding="utf-8")
    return folder


def service(index: Path, **changes: object) -> Service:
    """Return a service with the encoder that needs no model."""
    return assemble(Settings(_env_file=None, index_dir=index, encoder="hashing").model_copy(update=changes))


def quietly(_task: str) -> Progress:
    """Ignore the progress of a task."""
    return lambda done, total: None
