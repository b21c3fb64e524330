"""Generates answers with the Anthropic Messages API and its native citations, through the anthropic SDK."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Literal

from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import (
    Finish,
    GeneratorEvent,
    GeneratorOptions,
    GeneratorRequest,
    Passage,
    PassageCitation,
    Text,
    Usage,
)

if TYPE_CHECKING:
    from anthropic import AsyncAnthropic

_MAX_REASON = 300  # characters of an error message from the server
_FINISHES: Mapping[str, Literal["length", "filtered"]] = {
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "refusal": "filtered",
}


class Messages:
    """Streams messages of a model. Each passage is a document with citations."""

    cites = True
    optional: Mapping[str, Sequence[str]] = {"output_config": ("output_config", "effort")}

    def __init__(self, model: str, client: AsyncAnthropic, effort: str | None) -> None:
        self.name = f"anthropic:{model}"
        self._model = model
        self._client = client
        self._effort = effort

    @property
    def address(self) -> str:
        """The base URL of the API."""
        return str(self._client.base_url)

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        """Yield the text of each block, then its citations. Raises BackendTimeout or BackendUnavailable."""
        reader = _Reader()
        with self._converted_errors():
            async with await self._client.messages.create(
                model=self._model,
                system=request.instructions,
                messages=[{"role": "user", "content": _content(request)}],
                max_tokens=request.max_tokens,
                stream=True,
                **self._options(request),
            ) as stream:
                async for event in stream:
                    for one in reader.read(event):
                        yield one

    def _options(self, request: GeneratorRequest) -> dict[str, Any]:
        """Return the optional parameters. The SDK has no temperature."""
        if not self._effort or "output_config" in request.without:
            return {}
        return {"output_config": {"effort": self._effort}}

    @contextmanager
    def _converted_errors(self) -> Iterator[None]:
        """Convert the errors of the SDK. Data that it does not check raises any of the last five errors."""
        import httpx2
        from anthropic import APIError, APITimeoutError

        try:
            yield
        except (APITimeoutError, httpx2.TimeoutException) as error:
            raise BackendTimeout(f"{self.name} did not answer in time") from error
        except (
            APIError,
            httpx2.HTTPError,
            ValueError,
            AttributeError,
            TypeError,
            LookupError,
            RecursionError,
        ) as error:
            reason = shorten(str(error), _MAX_REASON, placeholder=" …") or type(error).__name__
            response = getattr(error, "response", None)
            raise BackendUnavailable(
                f"{self.name} failed: {reason}",
                status=getattr(error, "status_code", None),
                retry_after=response.headers.get("Retry-After") if response is not None else None,
            ) from error


def _content(request: GeneratorRequest) -> list[Any]:
    return [*map(_document, request.passages), {"type": "text", "text": request.prompt}]


def _document(passage: Passage) -> dict[str, object]:
    source = {"type": "text", "media_type": "text/plain", "data": passage.text}
    return {"type": "document", "source": source, "title": passage.source, "citations": {"enabled": True}}


@dataclass(slots=True)
class _Reader:
    """Collects the text of a block, because its citations may arrive before its last words."""

    words: list[str] = field(default_factory=list)
    citations: list[PassageCitation] = field(default_factory=list)
    input_tokens: int = 0

    def read(self, event: Any) -> Iterator[GeneratorEvent]:  # noqa: ANN401 - the SDK does not check what it receives
        match event.type:
            case "message_start":
                self.input_tokens = _input_tokens(event.message.usage)
            case "content_block_start" if event.content_block.type == "text":
                self.words.append(event.content_block.text or "")
            case "content_block_delta":
                self._add(event.delta)
            case "content_block_stop":
                if self.words:
                    yield Text("".join(self.words))
                    yield from self.citations
                self.words, self.citations = [], []
            case "message_delta":
                yield Usage(_input_tokens(event.usage) or self.input_tokens, event.usage.output_tokens or 0)
                if event.delta.stop_reason:
                    yield Finish(_FINISHES.get(event.delta.stop_reason, "stop"))

    def _add(self, delta: Any) -> None:  # noqa: ANN401 - as above
        if delta.type == "text_delta":
            self.words.append(delta.text)
        elif delta.type == "citations_delta" and delta.citation.type == "char_location":
            self.citations.append(PassageCitation(delta.citation.document_index, delta.citation.cited_text))


def _input_tokens(usage: Any) -> int:  # noqa: ANN401 - as above
    names = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
    return sum(getattr(usage, name, None) or 0 for name in names)


def load(model: str, options: GeneratorOptions) -> Messages:
    """Return a generator for `model`. The SDK reads a key that is None from ANTHROPIC_API_KEY.

    Raises ConfigurationError.
    """
    try:
        from anthropic import AnthropicError, AsyncAnthropic
    except ImportError as error:
        raise ConfigurationError(
            f"RAG_GENERATOR is 'anthropic:{model}', and its package is not installed: "
            "pip install 'rag-policy[anthropic]'"
        ) from error
    if not model:
        raise ConfigurationError("RAG_GENERATOR is 'anthropic': name the model as well, 'anthropic:<model>'")
    try:
        client = AsyncAnthropic(
            api_key=options.api_key, base_url=options.base_url, timeout=options.timeout, max_retries=0
        )
    except AnthropicError as error:
        raise ConfigurationError("the anthropic generator has no key: set RAG_GENERATOR_API_KEY") from error
    if client.api_key is None and client.auth_token is None:
        raise ConfigurationError("the anthropic generator has no key: set RAG_GENERATOR_API_KEY")
    return Messages(model, client, options.effort)
