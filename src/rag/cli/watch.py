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
from rag.cli.review import follow_up

if TYPE_CHECKING:
    from rag.service import Service
    from rag.upkeep import ScanResult


def follow(service: Service, paths: Sequence[Path], feeds: Sequence[str], *, prune: bool, as_json: bool) -> None:
    """Ingest now and after every change, and print each result.

    Raises UnreadableSource at once if a path or a feed is wrong.
    """
    scans = service.follow(paths, feeds, prune=prune)
    # SIGTERM from `docker stop` ends the loop as Ctrl-C does. Without a handler, process 1 of a container ignores it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        for result in scans:
            _print_json(result) if as_json else _print(result)
            sys.stdout.flush()
            if result.report:
                follow_up(service)
    except KeyboardInterrupt:
        return


def _print(result: ScanResult) -> None:
    for item in result.failures:
        print(f"{item.state:9}  {item.source}: {item.reason}")
    if result.report:
        print(summary(result.report))
    if result.error:
        print(f"rag: {result.error}", file=sys.stderr)


def _print_json(result: ScanResult) -> None:
    report = result.report
    known = {"snapshot": report.snapshot, "counts": report.counts, "encoded": report.encoded} if report else {}
    print(
        json.dumps(
            {**known, "failures": [asdict(item) for item in result.failures], "error": result.error}, ensure_ascii=False
        )
    )
