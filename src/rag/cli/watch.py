"""Follow folders and feeds for `rag ingest --watch` until a signal, and print one line for each new snapshot."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from rag.cli.output import summary

if TYPE_CHECKING:
    from rag.service import Service
    from rag.upkeep import Looked


def follow(service: Service, paths: Sequence[Path], feeds: Sequence[str], *, prune: bool, as_json: bool) -> None:
    """Ingest the paths now and after every change. Raises UnreadableSource at once if a path or a feed is wrong."""
    scans = service.follow(paths, feeds, prune=prune)
    # SIGTERM from `docker stop` ends it as Ctrl-C does. Without a handler, the first process of a container ignores it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for looked in scans:
            _print_json(looked) if as_json else _print(looked)
            sys.stdout.flush()
    except KeyboardInterrupt:
        return


def _print(looked: Looked) -> None:
    for item in looked.failures:
        print(f"{item.state:9}  {item.source}: {item.reason}")
    if looked.report:
        print(summary(looked.report))
    if looked.error:
        print(f"rag: {looked.error}", file=sys.stderr)


def _print_json(looked: Looked) -> None:
    report = looked.report
    known = {"snapshot": report.snapshot, "counts": report.counts, "encoded": report.encoded} if report else {}
    print(
        json.dumps(
            {**known, "failures": [asdict(item) for item in looked.failures], "error": looked.error}, ensure_ascii=False
        )
    )
