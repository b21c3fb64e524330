"""Send the head and the body of a response together."""

from __future__ import annotations

import asyncio


class JoinedWrites(asyncio.Transport):
    """Holds one write until the next one, or until the event loop has nothing else to run now.

    uvicorn writes the head of a response and then its body. Each write of its own takes a call of the system and wakes
    the client.
    """

    __slots__ = ("_held", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send data with that which is held, or hold it if there is none."""
        if self._held:
            data, self._held = b"".join((self._held, data)), b""
            self._transport.write(data)
        elif data:
            self._held = bytes(data)
            self._loop.call_soon(self._send_held)

    def close(self) -> None:
        """Send all, then close the connection."""
        self._send_held()
        self._transport.close()

    def abort(self) -> None:
        """Close the connection at once."""
        self._held = b""
        self._transport.abort()

    def is_closing(self) -> bool:
        """Return whether the connection is closed or will be."""
        return self._transport.is_closing()

    def pause_reading(self) -> None:
        """Leave what the client sends in the system."""
        self._transport.pause_reading()

    def resume_reading(self) -> None:
        """Go on reading."""
        self._transport.resume_reading()

    def get_extra_info(self, name: str, default: object = None) -> object:
        """Return a fact about the connection."""
        return self._transport.get_extra_info(name, default)

    def _send_held(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)
