"""Generates answers with any server that offers the OpenAI chat completions API, through the openai SDK."""

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

_MAX_TOKENS = 1_000  # five sentences need far fewer; a longer reply is cut off
_MAX_CHARACTERS = 20_000  # of a reply, because some servers ignore `max_tokens`
_MAX_REASON = 200  # characters of an error message from the server; some servers send a page of HTML

_Pieces: TypeAlias = "SimpleQueue[str | BackendError | None]"
"""The pieces of a reply. The last item is None after a complete reply, or the error that ended it."""


class OpenAIGenerator:
    """Streams a reply from `model`."""

    def __init__(self, model: str, client: OpenAI, timeout: float) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client = client
        self._timeout = timeout

    def generate(self, instructions: str, prompt: str) -> Generator[str, None, None]:
        """Yield the reply in pieces as they arrive. Raises BackendTimeout or BackendUnavailable, also in mid-stream.

        A thread reads the reply, because the SDK applies its timeout to each read. A server that sends a few bytes at a
        time would never exceed it.
        """
        deadline = time.monotonic() + self._timeout
        arrived: _Pieces = SimpleQueue()
        stopped = threading.Event()
        threading.Thread(target=self._read, args=(instructions, prompt, arrived, stopped), daemon=True).start()
        try:
            while (piece := arrived.get(timeout=max(0.0, deadline - time.monotonic()))) is not None:
                if isinstance(piece, BackendError):
                    raise piece
                yield piece
        except Empty:
            raise self._timed_out() from None
        finally:
            stopped.set()

    def _timed_out(self) -> BackendTimeout:
        return BackendTimeout(f"{self.name} did not finish within {self._timeout:g} s")

    def _read(self, instructions: str, prompt: str, arrived: _Pieces, stopped: threading.Event) -> None:
        """Put each piece of the reply into `arrived`, then None or the error that ended it. Stop early if `stopped`."""
        try:
            with closing(self._pieces(instructions, prompt)) as pieces:
                for piece in pieces:
                    if stopped.is_set():
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
                yield from _limited(chunk.choices[0].delta.content for chunk in stream if chunk.choices)
        except (APITimeoutError, httpx2.TimeoutException) as error:
            raise self._timed_out() from error  # the SDK has the same timeout, so either can fire first
        except (
            APIError,
            httpx2.HTTPError,
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
            RecursionError,
        ) as error:
            # The SDK does not check the data from the server: malformed data raises any of the last five.
            reason = shorten(str(error), _MAX_REASON, placeholder=" …") or type(error).__name__
            raise BackendUnavailable(f"{self.name} failed: {reason}") from error


def _limited(contents: Iterator[str | None]) -> Iterator[str]:
    """Yield the non-empty contents, cut off after _MAX_CHARACTERS."""
    room = _MAX_CHARACTERS
    for content in contents:
        if content:
            # JSON can contain half a surrogate pair, but an answer must not.
            piece = content[:room].encode("utf-16", "surrogatepass").decode("utf-16", "replace")
            yield piece
            room -= len(piece)
        if room <= 0:
            return


def load(model: str, *, base_url: str | None, api_key: str | None, timeout: float) -> OpenAIGenerator:
    """Return a generator for `model`. The SDK reads arguments that are None from its OPENAI_* environment variables.

    Raises ConfigurationError.
    """
    from openai import OpenAI, OpenAIError

    if not model:
        raise ConfigurationError("RAG_GENERATOR is 'openai': name the model as well, 'openai:<model>'")
    try:
        # No retries: a user is waiting, and an extractive answer now is better than a second attempt.
        client = OpenAI(base_url=base_url, api_key=api_key, timeout=timeout, max_retries=0)
    except OpenAIError as error:
        raise ConfigurationError(
            "the openai generator has no key: set RAG_GENERATOR_API_KEY (any word for a local server)"
        ) from error
    return OpenAIGenerator(model, client, timeout)
