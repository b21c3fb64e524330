"""Generators for servers with an API of OpenAI, through the openai SDK: chat completions here, Responses beside it."""

from rag.adapters.openai.chat import ChatCompletions, load

__all__ = ["ChatCompletions", "load"]
