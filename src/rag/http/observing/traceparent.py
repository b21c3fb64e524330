"""Read the header `traceparent` (W3C Trace Context), and make ids for requests without one."""

from __future__ import annotations

import random
import re

_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}(-.*)?")
_VERSION_0 = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def trace_id(traceparent: str) -> str | None:
    """Return the trace id in a header, or None if the header is not valid."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    if found is None or (found[0].startswith("00") and not _VERSION_0.fullmatch(found[0])):
        return None
    return found[1]


def new_trace_id() -> str:
    """Return a random trace id. It is no secret.

    The generator of the system would let another thread have Python's lock, and then wait for it.
    """
    return f"{random.getrandbits(128):032x}"
