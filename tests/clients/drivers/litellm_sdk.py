"""`litellm`: completion and responses, through its provider `openai`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

import litellm


def as_dict(one: Any) -> dict[str, Any]:
    """Convert any of litellm's types of citations to a dict."""
    converted: dict[str, Any] = one if isinstance(one, dict) else one.model_dump()
    return converted


def print_result(api: str, stream: bool, text: str, annotations: Iterable[dict[str, Any]]) -> None:
    citations = [
        {"url": c["url"], "title": c["title"], "start": c["start_index"], "end": c["end_index"]} for c in annotations
    ]
    print(json.dumps({"api": api, "stream": stream, "text": text, "citations": citations}))


def annotations_of(message: Any) -> list[dict[str, Any]]:
    return [as_dict(as_dict(one)["url_citation"]) for one in getattr(message, "annotations", None) or ()]


def main(base_url: str, question: str) -> None:
    target: Any = {"model": "openai/rag", "api_base": f"{base_url}/v1", "api_key": "any"}
    messages = [{"role": "user", "content": question}]
    message = litellm.completion(messages=messages, **target).choices[0].message
    print_result("chat", False, message.content, annotations_of(message))
    deltas = [chunk.choices[0].delta for chunk in litellm.completion(messages=messages, stream=True, **target)]
    text = "".join(delta.content or "" for delta in deltas)
    print_result("chat", True, text, [one for delta in deltas for one in annotations_of(delta)])
    response = litellm.responses(input=question, **target)
    content = response.output[0].content[0]
    print_result("responses", False, content.text, map(as_dict, content.annotations))
    *_, last = litellm.responses(input=question, stream=True, **target)
    content = last.response.output[0].content[0] if not isinstance(last.response.output[0], dict) else None
    print_result(
        "responses", True, content.text if content else "", map(as_dict, content.annotations if content else ())
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
