"""The `openai` package, 2.x and 3.x."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

from openai import OpenAI


def print_result(api: str, stream: bool, text: str, annotations: Sequence[Any]) -> None:
    citations = [{"url": c.url, "title": c.title, "start": c.start_index, "end": c.end_index} for c in annotations]
    print(json.dumps({"api": api, "stream": stream, "text": text, "citations": citations}))


def main(base_url: str, question: str) -> None:
    messages: Any = [{"role": "user", "content": question}]
    with OpenAI(base_url=f"{base_url}/v1", api_key="any") as client:
        message = client.chat.completions.create(model="rag", messages=messages).choices[0].message
        print_result("chat", False, message.content or "", [one.url_citation for one in message.annotations or ()])
        with client.chat.completions.stream(model="rag", messages=messages) as chunks:
            message = chunks.get_final_completion().choices[0].message
        print_result("chat", True, message.content or "", [one.url_citation for one in message.annotations or ()])
        response: Any = client.responses.create(model="rag", input=question)
        print_result("responses", False, response.output_text, response.output[0].content[0].annotations)
        with client.responses.stream(model="rag", input=question) as events:
            response = events.until_done().get_final_response()
        print_result("responses", True, response.output_text, response.output[0].content[0].annotations)


if __name__ == "__main__":
    main(*sys.argv[1:])
