"""The client of both APIs of OpenAI, and the conversion of its errors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from textwrap import shorten
from typing import TYPE_CHECKING, TypeVar

from rag.errors import BackendTimeout, BackendUnavailable, ConfigurationError
from rag.protocols import GeneratorOptions

if TYPE_CHECKING:
    from openai import AsyncOpenAI, AsyncStream

_Chunk = TypeVar("_Chunk")

_MAX_REASON = 300  # characters of an error message from the server; some servers send a page of HTML


def connect(name: str, model: str, options: GeneratorOptions) -> AsyncOpenAI:
    """Return a client. The SDK reads arguments that are None from its OPENAI_* variables. Raises ConfigurationError."""
    try:
        from openai import AsyncOpenAI, OpenAIError
    except ImportError as error:
        raise ConfigurationError(
            f"RAG_GENERATOR is '{name}:{model}', and its package is not installed: pip install 'rag-policy[openai]'"
        ) from error
    if not model:
        raise ConfigurationError(f"RAG_GENERATOR is '{name}': name the model as well, '{name}:<model>'")
    try:
        # No retries here, because the service retries within the deadline of the question.
        return AsyncOpenAI(base_url=options.base_url, api_key=options.api_key, timeout=options.timeout, max_retries=0)
    except OpenAIError as error:
        raise ConfigurationError(
            f"the {name} generator has no key: set RAG_GENERATOR_API_KEY (any word for a local server)"
        ) from error


@asynccontextmanager
async def read(stream: AsyncStream[_Chunk]) -> AsyncIterator[AsyncStream[_Chunk]]:
    """Close a stream of the SDK at the end, even if it is half-read.

    The stream and its generator refer to each other. If that remained so, the garbage collector could close the
    generator in another thread while it runs in this one.
    """
    try:
        async with stream:
            yield stream
    finally:
        vars(stream).clear()


@contextmanager
def converted_errors(name: str) -> Iterator[None]:
    """Convert the errors of the SDK to BackendError.

    The SDK does not check the data from the server. Malformed data raises any of the last five errors.
    """
    import httpx2
    from openai import APIError, APITimeoutError

    try:
        yield
    except (APITimeoutError, httpx2.TimeoutException) as error:
        raise BackendTimeout(f"{name} did not answer in time") from error
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
            f"{name} failed: {reason}",
            status=getattr(error, "status_code", None),
            retry_after=response.headers.get("Retry-After") if response is not None else None,
        ) from error
