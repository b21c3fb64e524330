"""Generates answers with Ollama's own API, through the ollama package.

Its API for chat completions cannot set the context window, and cuts off longer prompts without an error.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from textwrap import shorten
from typing import TYPE_CHECKING, Any

from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import Finish, GeneratorEvent, GeneratorOptions, GeneratorRequest, Text, Usage

if TYPE_CHECKING:
    from ollama import AsyncClient

_MAX_REASON = 300  # characters of an error message from the server


class Ollama:
    """Streams chats with a model."""

    cites = False
    optional: Mapping[str, Sequence[str]] = {
        "schema": ("format", "grammar"),
        "think": ("think",),
    }

    def __init__(self, model: str, client: AsyncClient, address: str, options: GeneratorOptions) -> None:
        self.name = f"ollama:{model}"
        self.address = address
        self._model = model
        self._client = client
        self._context = options.context
        self._effort = options.effort

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        """Yield the events of the reply. Raises BackendTimeout or BackendUnavailable, also in mid-stream."""
        with self._converted_errors():
            chunks: Any = await self._client.chat(
                model=self._model,
                messages=[
                    {"role": "system", "content": request.instructions},
                    {"role": "user", "content": request.prompt},
                ],
                stream=True,
                format=dict(request.schema) if request.schema is not None else None,
                think=self._think if "think" not in request.without else None,
                options={"temperature": 0, "num_ctx": self._context, "num_predict": request.max_tokens},
            )
            try:
                async for chunk in chunks:
                    if chunk.message.content:
                        yield Text(chunk.message.content)
                    if chunk.done:
                        yield Usage(chunk.prompt_eval_count or 0, chunk.eval_count or 0)
                        yield Finish("length" if chunk.done_reason == "length" else "stop")
            finally:
                await chunks.aclose()

    @property
    def _think(self) -> Any:  # noqa: ANN401 - the words that Ollama accepts depend on its version
        """The effort; None leaves the choice to the model."""
        return {"none": False, "on": True}.get(self._effort, self._effort) if self._effort else None

    @contextmanager
    def _converted_errors(self) -> Iterator[None]:
        """Convert the errors of the package. Data that it does not check raises any of the last five errors."""
        import httpx
        from ollama import ResponseError

        try:
            yield
        except httpx.TimeoutException as error:
            raise BackendTimeout(f"{self.name} did not answer in time") from error
        except (
            ResponseError,
            httpx.HTTPError,
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
            RecursionError,
        ) as error:
            reason = shorten(str(error), _MAX_REASON, placeholder=" …") or type(error).__name__
            status = error.status_code if isinstance(error, ResponseError) and error.status_code > 0 else None
            raise BackendUnavailable(f"{self.name} failed: {reason}", status=status) from error


def load(model: str, options: GeneratorOptions) -> Ollama:
    """Return a generator for `model`. The address may end in /v1, as for chat completions. Raises ConfigurationError.

    The package reads an address that is None from OLLAMA_HOST.
    """
    try:
        from ollama import AsyncClient
    except ImportError as error:
        raise ConfigurationError(
            f"RAG_GENERATOR is 'ollama:{model}', and its package is not installed: pip install 'rag-policy[ollama]'"
        ) from error
    if not model:
        raise ConfigurationError("RAG_GENERATOR is 'ollama': name the model as well, 'ollama:<model>'")
    host = options.base_url.rstrip("/").removesuffix("/v1") if options.base_url else None
    headers = {"Authorization": f"Bearer {options.api_key}"} if options.api_key else None
    client = AsyncClient(host=host, timeout=options.timeout, headers=headers)
    return Ollama(model, client, str(client._client.base_url), options)
