"""Any server that speaks OpenAI's chat completions as the generator, through the openai SDK."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing
from queue import Empty, SimpleQueue
from textwrap import shorten
from typing import TYPE_CHECKING, TypeAlias

from rag.errors import BackendError, BackendTimeout, BackendUnavailable, ConfigurationError

if TYPE_CHECKING:
    from openai import OpenAI

_MAX_TOKENS = 1_000  # five sentences need a fraction; a reply that runs on is cut off
_MAX_CHARACTERS = 20_000  # for a server that does not count tokens
_MAX_REASON = 200  # characters of a server's complaint; some send a page of HTML

_Arrived: TypeAlias = "SimpleQueue[str | BackendError | None]"


class OpenAIGenerator:
    """Streams a reply from `model`."""

    def __init__(self, model: str, client: OpenAI, timeout: float) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client = client
        self._timeout = timeout

    def generate(self, instructions: str, prompt: str) -> Generator[str, None, None]:
        """Yield the reply as it comes. Raises BackendTimeout or BackendUnavailable, also in mid-stream.

        A thread reads, since the SDK's own time-out is for one read: a server that drips never trips it.
        """
        deadline = time.monotonic() + self._timeout
        arrived: _Arrived = SimpleQueue()
        left = threading.Event()
        threading.Thread(target=self._read, args=(instructions, prompt, arrived, left), daemon=True).start()
        try:
            while (piece := arrived.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
                if isinstance(piece, BackendError):
                    raise piece
                yield piece
        except Empty:
            raise self._late() from None
        finally:
            left.set()

    def _late(self) -> BackendTimeout:
        return BackendTimeout(f"{self.name} was not done after {self._timeout:g} s")

    def _read(self, instructions: str, prompt: str, arrived: _Arrived, left: threading.Event) -> None:
        """Put each piece of the reply, and None or the error that ends it, until the asker has left."""
        try:
            with closing(self._pieces(instructions, prompt)) as pieces:
                for piece in pieces:
                    if left.is_set():
                        return
                    arrived.put(piece)
            arrived.put(None)
        except BackendError as error:
            arrived.put(error)

    def _pieces(self, instructions: str, prompt: str) -> Generator[str, None, None]:
        import httpx2
        from openai import APIError, APITimeoutError

        try:
            with self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "system", "content": instructions}, {"role": "user", "content": prompt}],
                temperature=0,
                max_tokens=_MAX_TOKENS,
                stream=True,
            ) as stream:
                yield from _cut_off(chunk.choices[0].delta.content for chunk in stream if chunk.choices)
        except (APITimeoutError, httpx2.TimeoutException) as error:
            raise self._late() from error  # its limit is the same, and a server that says nothing meets both at once
        except (
            APIError,
            httpx2.HTTPError,
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
            RecursionError,
        ) as error:
            # The SDK parses what the server sends without checking it: garbage surfaces as any of the last five.
            reason = shorten(str(error), _MAX_REASON, placeholder=" …") or type(error).__name__
            raise BackendUnavailable(f"{self.name} failed: {reason}") from error


def _cut_off(contents: Iterator[str | None]) -> Iterator[str]:
    """Yield the words there are, up to the most characters that an answer can need."""
    room = _MAX_CHARACTERS
    for content in contents:
        if content:
            # Half a surrogate pair can stand in JSON, but not in an answer.
            piece = content[:room].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            yield piece
            room -= len(piece)
        if room <= 0:
            return


def load(model: str, *, base_url: str | None, api_key: str | None, timeout: float) -> OpenAIGenerator:
    """Return a generator for `model`; the SDK's own OPENAI_* variables fill what is None. Raises ConfigurationError."""
    from openai import OpenAI, OpenAIError

    if not model:
        raise ConfigurationError("RAG_GENERATOR is 'openai': name the model as well, 'openai:<model>'")
    try:
        # A reader waits: the extractive answer now is worth more than a second try.
        client = OpenAI(base_url=base_url, api_key=api_key, timeout=timeout, max_retries=0)
    except OpenAIError as error:
        raise ConfigurationError(
            "the openai generator has no key: set RAG_GENERATOR_API_KEY (any word for a local server)"
        ) from error
    return OpenAIGenerator(model, client, timeout)
