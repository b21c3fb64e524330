"""`litellm`: completion and responses, through its provider `openai`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import litellm


def plain(one: Any) -> dict[str, Any]:
    """Return a citation as a dict, of whichever of litellm's types it is."""
    found: dict[str, Any] = one if isinstance(one, dict) else one.model_dump()
    return found


def shown(api: str, stream: bool, text: str, cited: Iterable[dict[str, Any]]) -> None:
    places = [{"url": c["url"], "title": c["title"], "start": c["start_index"], "end": c["end_index"]} for c in cited]
    print(json.dumps({"api": api, "stream": stream, "text": text, "citations": places}))


def annotated(message: Any) -> list[dict[str, Any]]:
    return [plain(plain(one)["url_citation"]) for one in getattr(message, "annotations", None) or ()]


def main(base_url: str, question: str) -> None:
    to: Any = {"model": "openai/rag", "api_base": f"{base_url}/v1", "api_key": "any"}
    messages = [{"role": "user", "content": question}]
    message = litellm.completion(messages=messages, **to).choices[0].message
    shown("chat", False, message.content, annotated(message))
    deltas = [chunk.choices[0].delta for chunk in litellm.completion(messages=messages, stream=True, **to)]
    text = "".join(delta.content or "" for delta in deltas)
    shown("chat", True, text, [one for delta in deltas for one in annotated(delta)])
    response = litellm.responses(input=question, **to)
    content = response.output[0].content[0]
    shown("responses", False, content.text, map(plain, content.annotations))
    *_, last = litellm.responses(input=question, stream=True, **to)
    content = last.response.output[0].content[0] if not isinstance(last.response.output[0], dict) else None
    shown("responses", True, content.text if content else "", map(plain, content.annotations if content else ()))


if __name__ == "__main__":
    main(*sys.argv[1:])
