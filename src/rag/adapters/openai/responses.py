"""Generates answers with OpenAI's Responses API, and with servers of Open Responses."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rag.adapters.openai.client import connect, converted_errors, read
from rag.errors import BackendUnavailable
from rag.protocols import Finish, GeneratorEvent, GeneratorOptions, GeneratorRequest, Text, Usage

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class Responses:
    """Streams responses of a model. The server is told not to store them."""

    cites = False
    optional: Mapping[str, Sequence[str]] = {
        "schema": ("text.format", "json_schema", "structured output"),
        "temperature": ("temperature",),
        "max_output_tokens": ("max_output_tokens",),
        "reasoning": ("reasoning",),
        "store": ("store",),
    }

    def __init__(self, model: str, client: AsyncOpenAI, effort: str | None) -> None:
        self.name = f"openai-responses:{model}"
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
            stream = await self._client.responses.create(
                model=self._model,
                instructions=request.instructions,
                input=request.prompt,
                stream=True,
                **self._options(request),
            )
            async with read(stream) as events:
                async for event in events:
                    for one in self._events(event):
                        yield one

    def _options(self, request: GeneratorRequest) -> dict[str, Any]:
        options: dict[str, Any] = {"max_output_tokens": request.max_tokens, "store": False}
        if self._effort:
            options["reasoning"] = {"effort": self._effort}
        else:
            options["temperature"] = 0
        options = {name: value for name, value in options.items() if name not in request.without}
        if request.schema is not None:
            schema = {"type": "json_schema", "name": "answer", "strict": True, "schema": request.schema}
            options["text"] = {"format": schema}
        return options

    def _events(self, event: Any) -> list[GeneratorEvent]:  # noqa: ANN401 - the SDK does not check what it receives
        match event.type:
            case "response.output_text.delta":
                if not isinstance(event.delta, str):
                    raise TypeError(f"the delta is of type {type(event.delta).__name__}")
                return [Text(event.delta)]
            case "response.completed":
                return [*_usage(event.response), Finish("stop")]
            case "response.incomplete":
                reason = getattr(event.response.incomplete_details, "reason", None)
                return [*_usage(event.response), Finish("filtered" if reason == "content_filter" else "length")]
            case "response.failed" | "error":
                failure = event.response.error if event.type == "response.failed" else event
                raise BackendUnavailable(f"{self.name} failed: {getattr(failure, 'message', None)}")
            case _:
                return []


def _usage(response: Any) -> list[GeneratorEvent]:  # noqa: ANN401 - as above
    usage = response.usage
    return [Usage(usage.input_tokens, usage.output_tokens)] if usage else []


def load(model: str, options: GeneratorOptions) -> Responses:
    """Return a generator for `model`. Raises ConfigurationError."""
    return Responses(model, connect("openai-responses", model, options), options.effort)
