"""Generates answers with any server that offers OpenAI's chat completions."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from rag.adapters.openai.client import connect, converted_errors, read
from rag.protocols import Finish, GeneratorEvent, GeneratorOptions, GeneratorRequest, Text, Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI

_FINISHES: Mapping[str, Literal["length", "filtered"]] = {"length": "length", "content_filter": "filtered"}


class ChatCompletions:
    """Streams chat completions of a model."""

    cites = False
    optional: Mapping[str, Sequence[str]] = {
        "schema": ("response_format", "json_schema", "structured output"),
        "temperature": ("temperature",),
        "max_completion_tokens": ("max_completion_tokens",),
        "max_tokens": ("max_tokens",),
        "reasoning_effort": ("reasoning_effort", "reasoning effort"),
        "stream_options": ("stream_options", "include_usage"),
    }

    def __init__(self, model: str, client: AsyncOpenAI, effort: str | None) -> None:
        self.name = f"openai:{model}"
        self._model = model
        self._client = client
        self._effort = effort

    @property
    def address(self) -> str:
        """The base URL of the API."""
        return str(self._client.base_url)

    async def generate(self, request: GeneratorRequest) -> AsyncGenerator[GeneratorEvent, None]:
        """Yield the events of the reply. Raises BackendTimeout or BackendUnavailable, also in mid-stream."""
        with converted_errors(self.name):
            stream = await self._client.chat.completions.create(
                model=self._model,
                messages=[
                    {"role": "system", "content": request.instructions},
                    {"role": "user", "content": request.prompt},
                ],
                stream=True,
                **self._options(request),
            )
            async with read(stream) as chunks:
                async for chunk in chunks:
                    for event in _events(chunk):
                        yield event

    def _options(self, request: GeneratorRequest) -> dict[str, Any]:
        """Return the optional parameters. Older servers know the limit of tokens only as `max_tokens`."""
        limit = "max_tokens" if "max_completion_tokens" in request.without else "max_completion_tokens"
        options: dict[str, Any] = {limit: request.max_tokens, "stream_options": {"include_usage": True}}
        if self._effort:
            options["reasoning_effort"] = self._effort
        else:
            options["temperature"] = 0
        options = {name: value for name, value in options.items() if name not in request.without}
        if request.schema is not None:
            schema = {"name": "answer", "strict": True, "schema": request.schema}
            options["response_format"] = {"type": "json_schema", "json_schema": schema}
        return options


def _events(chunk: Any) -> list[GeneratorEvent]:  # noqa: ANN401 - the SDK does not check what the server sends
    events: list[GeneratorEvent] = []
    for choice in (chunk.choices or ())[:1]:
        content = choice.delta.content
        if content is not None and not isinstance(content, str):
            raise TypeError(f"the content is of type {type(content).__name__}")
        if content:
            events.append(Text(content))
        if choice.finish_reason:
            events.append(Finish(_FINISHES.get(choice.finish_reason, "stop")))
    if usage := getattr(chunk, "usage", None):
        events.append(Usage(usage.prompt_tokens, usage.completion_tokens))
    return events


def load(model: str, options: GeneratorOptions) -> ChatCompletions:
    """Return a generator for `model`. Raises ConfigurationError."""
    return ChatCompletions(model, connect("openai", model, options), options.effort)
