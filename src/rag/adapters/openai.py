"""Any server that speaks OpenAI's chat completions as the generator, through the openai SDK."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import TYPE_CHECKING

from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError

if TYPE_CHECKING:
    from openai import OpenAI

_MAX_TOKENS = 1_000  # five sentences need a fraction; a reply that runs on is cut off


class OpenAIGenerator:
    """Streams a reply from `model`."""

    def __init__(self, model: str, client: OpenAI, timeout: float) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client = client
        self._timeout = timeout

    def generate(self, instructions: str, prompt: str) -> Generator[str, None, None]:
        """Yield the reply as it comes. Raises BackendTimeout or BackendUnavailable, also in mid-stream."""
        import httpx
        from openai import APIError, APITimeoutError

        deadline = time.monotonic() + self._timeout
        try:
            stream = self._client.chat.completions.create(
                model=self._model,
                messages=[{"role": "system", "content": instructions}, {"role": "user", "content": prompt}],
                temperature=0,
                max_tokens=_MAX_TOKENS,
                stream=True,
            )
            with stream:
                for chunk in stream:
                    if time.monotonic() > deadline:  # a server that drips never trips the SDK's own time-out
                        raise BackendTimeout(f"{self.name} was not done after {self._timeout:g} s")
                    if chunk.choices and chunk.choices[0].delta.content:
                        yield chunk.choices[0].delta.content
        except (APITimeoutError, httpx.TimeoutException) as error:
            raise BackendTimeout(f"{self.name} gave no answer in time") from error
        except (APIError, httpx.HTTPError, ValueError, AttributeError, TypeError) as error:
            # The SDK parses what the server sends without checking it: garbage surfaces as any of the last three.
            raise BackendUnavailable(f"{self.name} failed: {error}") from error


def load(model: str, *, base_url: str | None, api_key: str | None, timeout: float) -> OpenAIGenerator:
    """Return a generator for `model`; the SDK's own OPENAI_* variables fill what is None. Raises ConfigurationError."""
    from openai import OpenAI, OpenAIError

    if not model:
        raise ConfigurationError("RAG_GENERATOR is 'openai': name the model as well, 'openai:<model>'")
    try:
        client = OpenAI(base_url=base_url, api_key=api_key, timeout=timeout, max_retries=1)
    except OpenAIError as error:
        raise ConfigurationError(
            "the openai generator has no key: set RAG_GENERATOR_API_KEY (any word for a local server)"
        ) from error
    return OpenAIGenerator(model, client, timeout)
