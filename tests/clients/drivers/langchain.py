"""`langchain-openai`: ChatOpenAI, with chat completions and with Responses."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import Any

from langchain_openai import ChatOpenAI


def print_result(api: str, stream: bool, message: Any) -> None:
    blocks = message.content_blocks
    citations = [
        {"url": one["url"], "title": one["title"], "start": one["start_index"], "end": one["end_index"]}
        for block in blocks
        for one in block.get("annotations", ())
    ]
    print(json.dumps({"api": api, "stream": stream, "text": message.text, "citations": citations}))


def concatenate(chunks: Iterable[Any]) -> Any:
    return reduce(add, chunks)


def main(base_url: str, question: str) -> None:
    for api in ("chat", "responses"):
        model = ChatOpenAI(base_url=f"{base_url}/v1", api_key="any", model="rag", use_responses_api=api == "responses")
        print_result(api, False, model.invoke(question))
        print_result(api, True, concatenate(model.stream(question)))


if __name__ == "__main__":
    main(*sys.argv[1:])
