"""The address in the line that `rag serve` prints when it is ready."""

from __future__ import annotations

import logging

_ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104 - compared with, never listened on


class ReachableAddress(logging.Filter):
    """Names an address that a browser can open if uvicorn listens on all addresses, as it does in a container."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record of uvicorn's line "Uvicorn running on ...". Keep every record."""
        args = record.args
        if isinstance(args, tuple) and len(args) == 3 and args[1] in _ALL_ADDRESSES:
            record.msg = "Uvicorn running on http://127.0.0.1:%d and on all other addresses (Press CTRL+C to quit)"
            record.args = (args[2],)
            record.__dict__.pop("color_message", None)  # uvicorn's own line for terminals
        return True


def print_reachable_address() -> None:
    """Let uvicorn print an address that a browser can open. Call it before uvicorn starts."""
    logging.getLogger("uvicorn.error").addFilter(ReachableAddress())
