"""Set headers of a response as it begins. Each response passes here, so the list of pairs is changed without a copy."""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import Message

Header = tuple[bytes, bytes]
"""The name of a header in lower case, as ASGI requires it, and its value."""


def put(message: Message, headers: Collection[Header]) -> None:
    """Set headers, in the place of others with these names."""
    names = {name for name, _ in headers}
    message["headers"] = [one for one in message["headers"] if one[0] not in names] + [*headers]


def put_default(message: Message, header: Header) -> None:
    """Set a header unless the response has one with this name."""
    if all(name != header[0] for name, _ in message["headers"]):
        message["headers"] = [*message["headers"], header]
