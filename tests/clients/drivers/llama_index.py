"""`llama-index-llms-openai-like`: OpenAILike."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from llama_index.core.llms import ChatMessage
from llama_index.llms.openai_like import OpenAILike


def print_result(stream: bool, text: str, raws: Iterable[Any]) -> None:
    annotations = []
    for raw in raws:
        for choice in raw.choices:
            message = getattr(choice, "message", None)
            annotations += [one.url_citation for one in getattr(message, "annotations", None) or ()]
    citations = [{"url": c.url, "title": c.title, "start": c.start_index, "end": c.end_index} for c in annotations]
    print(json.dumps({"api": "chat", "stream": stream, "text": text, "citations": citations}))


def main(base_url: str, question: str) -> None:
    model = OpenAILike(api_base=f"{base_url}/v1", api_key="any", model="rag", is_chat_model=True)
    messages = [ChatMessage(role="user", content=question)]
    response = model.chat(messages)
    print_result(False, response.message.content or "", [response.raw])
    pieces = list(model.stream_chat(messages))
    print_result(True, pieces[-1].message.content or "", [piece.raw for piece in pieces])


if __name__ == "__main__":
    main(*sys.argv[1:])
