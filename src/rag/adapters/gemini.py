"""Generates answers with the Gemini API, through the google-genai SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from textwrap import shorten
from typing import TYPE_CHECKING, Any

import httpx2

from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import Finish, GeneratorEvent, GeneratorOptions, GeneratorRequest, Text, Usage

if TYPE_CHECKING:
    from google.genai import Client

_MAX_REASON = 300  # characters of an error message from the server
_ADDRESS = "https://generativelanguage.googleapis.com/"


_responses: ContextVar[list[httpx2.Response]] = ContextVar("responses")
"""The responses of a call. The SDK leaves a response open if an error ends it (google-genai 3.6)."""


class Gemini:
    """Streams contents of a model."""

    cites = False
    optional: Mapping[str, Sequence[str]] = {
        "schema": ("response_json_schema", "responseJsonSchema", "response_schema", "JSON mode", "response_mime_type"),
        "temperature": ("temperature",),
        "thinking_config": ("thinking", "thinkingConfig"),
    }

    def __init__(self, model: str, client: Client, address: str, effort: str | None) -> None:
        self.name = f"gemini:{model}"
        self.address = address
        self._model = model
        self._client = client
        self._effort = effort

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        """Yield the events of the reply. Raises BackendTimeout or BackendUnavailable, also in mid-stream."""
        with self._converted_errors():
            _responses.set([])
            try:
                chunks: Any = await self._client.aio.models.generate_content_stream(
                    model=self._model, contents=request.prompt, config=self._options(request)
                )
                async for chunk in chunks:
                    for event in _events(chunk):
                        yield event
            finally:
                for response in _responses.get():
                    await response.aclose()

    def _options(self, request: GeneratorRequest) -> Any:  # noqa: ANN401 - the SDK accepts a dict in place of its class
        options: dict[str, Any] = {}
        if self._effort:
            options["thinking_config"] = {"thinking_level": self._effort}
        else:
            options["temperature"] = 0
        options = {name: value for name, value in options.items() if name not in request.without}
        if request.schema is not None:
            options |= {"response_mime_type": "application/json", "response_json_schema": dict(request.schema)}
        return {
            "system_instruction": request.instructions,
            "max_output_tokens": request.max_tokens,
            **options,
        }

    @contextmanager
    def _converted_errors(self) -> Iterator[None]:
        """Convert the errors of the SDK. Data that it does not check raises any of the last five errors."""
        from google.genai.errors import APIError

        try:
            yield
        except httpx2.TimeoutException as error:
            raise BackendTimeout(f"{self.name} did not answer in time") from error
        except (
            APIError,
            httpx2.HTTPError,
            OSError,
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
            RecursionError,
        ) as error:
            reason = shorten(str(error), _MAX_REASON, placeholder=" …") or type(error).__name__
            headers = getattr(getattr(error, "response", None), "headers", None) or {}
            raise BackendUnavailable(
                f"{self.name} failed: {reason}",
                status=error.code if isinstance(error, APIError) else None,
                retry_after=headers.get("Retry-After"),
            ) from error


def _events(chunk: Any) -> list[GeneratorEvent]:  # noqa: ANN401 - the server decides what a chunk has
    """Return the events of a chunk. Parts that are thoughts are left out."""
    events: list[GeneratorEvent] = []
    candidate = next(iter(chunk.candidates or ()), None)
    for part in (candidate.content.parts or ()) if candidate and candidate.content else ():
        if part.text and not part.thought:
            events.append(Text(part.text))
    if usage := chunk.usage_metadata:
        output = (usage.candidates_token_count or 0) + (usage.thoughts_token_count or 0)
        events.append(Usage(usage.prompt_token_count or 0, output))
    if candidate and candidate.finish_reason:
        events.append(_finish(candidate.finish_reason.value))
    elif chunk.prompt_feedback and chunk.prompt_feedback.block_reason:
        events.append(Finish("filtered"))
    return events


async def _remember(response: httpx2.Response) -> None:
    _responses.get().append(response)


def _finish(reason: str) -> Finish:
    return Finish("stop" if reason == "STOP" else "length" if reason == "MAX_TOKENS" else "filtered")


def load(model: str, options: GeneratorOptions) -> Gemini:
    """Return a generator for `model`. The SDK reads a key that is None from GEMINI_API_KEY.

    Raises ConfigurationError.
    """
    try:
        from google import genai
    except ImportError as error:
        raise ConfigurationError(
            f"RAG_GENERATOR is 'gemini:{model}', and its package is not installed: pip install 'rag-policy[gemini]'"
        ) from error
    if not model:
        raise ConfigurationError("RAG_GENERATOR is 'gemini': name the model as well, 'gemini:<model>'")
    http_options: Any = {
        "base_url": options.base_url,
        "timeout": int(options.timeout * 1000),
        "httpx_async_client": httpx2.AsyncClient(event_hooks={"response": [_remember]}),
    }
    try:
        client = genai.Client(api_key=options.api_key, vertexai=False, http_options=http_options)
    except ValueError as error:
        raise ConfigurationError("the gemini generator has no key: set RAG_GENERATOR_API_KEY") from error
    return Gemini(model, client, options.base_url or _ADDRESS, options.effort)
