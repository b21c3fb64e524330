"""OpenAI's own client and the types of Open Responses read the responses and streams of `/v1/responses`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI
from openai.types.responses import Response, ResponseOutputMessage, ResponseOutputText
from openai.types.responses.response_output_text import AnnotationURLCitation
from openresponses_types import types as open_responses

from rag.answer import confidence, prompts
from rag.answer.pipeline import Answerer
from rag.answer.retrieval import Retriever
from rag.errors import CorruptSnapshot
from rag.service import Service
from tests import samples
from tests.http.serving import serving

QUESTION = samples.LEVY_QUESTION
EVENTS: dict[str, Any] = {
    "response.created": open_responses.ResponseCreatedStreamingEvent,
    "response.in_progress": open_responses.ResponseInProgressStreamingEvent,
    "response.output_item.added": open_responses.ResponseOutputItemAddedStreamingEvent,
    "response.content_part.added": open_responses.ResponseContentPartAddedStreamingEvent,
    "response.output_text.delta": open_responses.ResponseOutputTextDeltaStreamingEvent,
    "response.output_text.annotation.added": open_responses.ResponseOutputTextAnnotationAddedStreamingEvent,
    "response.output_text.done": open_responses.ResponseOutputTextDoneStreamingEvent,
    "response.content_part.done": open_responses.ResponseContentPartDoneStreamingEvent,
    "response.output_item.done": open_responses.ResponseOutputItemDoneStreamingEvent,
    "response.completed": open_responses.ResponseCompletedStreamingEvent,
    "response.failed": open_responses.ResponseFailedStreamingEvent,
}
"""The type of each event, in the order of the stream."""


def connect(url: str) -> OpenAI:
    return OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[OpenAI]:
    with connect(url) as client:
        yield client


@pytest.fixture(scope="module")
def writer(written_url: str) -> Iterator[OpenAI]:
    with connect(written_url) as client:
        yield client


def output(response: Response) -> ResponseOutputText:
    (message,) = response.output
    assert isinstance(message, ResponseOutputMessage)
    (text,) = message.content
    assert isinstance(text, ResponseOutputText)
    return text


def links(response: Response) -> list[tuple[str, str]]:
    """Return, for each annotation, the text at its position and its address."""
    text = output(response)
    citations = [one for one in text.annotations if isinstance(one, AnnotationURLCitation)]
    return [(text.text[one.start_index : one.end_index], one.url) for one in citations]


def events(url: str, **body: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the name and the data of each event."""
    response = httpx2.post(f"{url}/v1/responses", json={"input": QUESTION, "stream": True, **body}, timeout=60)
    *blocks, done = response.text.removesuffix("\n\n").split("\n\n")
    assert done == "data: [DONE]"
    pairs = [block.split("\n") for block in blocks]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in pairs]


def test_a_response_equals_the_completion(writer: OpenAI) -> None:
    response = writer.responses.create(model="rag", input=QUESTION)
    completion = writer.chat.completions.create(model="rag", messages=[{"role": "user", "content": QUESTION}])
    assert response.output_text == completion.choices[0].message.content
    nested = [one.url_citation for one in completion.choices[0].message.annotations or ()]
    assert [one.model_dump(exclude={"type"}) for one in output(response).annotations] == [
        one.model_dump() for one in nested
    ]
    assert [marker for marker, _ in links(response)] == ["[1]", "[1]", "[2]", "[3]"]
    assert response.model_extra is not None
    assert completion.model_extra is not None
    assert {name: response.model_extra[name] for name in ("citations", "rag")} == completion.model_extra


def test_a_response_has_every_field_of_open_responses(written_url: str) -> None:
    body = {"input": QUESTION, "instructions": "Be brief.", "tools": [{"type": "function", "name": "f"}]}
    found = httpx2.post(f"{written_url}/v1/responses", json=body, timeout=60).json()
    read = open_responses.ResponseResource.model_validate(found)
    assert (read.status, read.instructions, read.store) == ("completed", "Be brief.", False)
    assert set(open_responses.ResponseResource.model_fields) <= set(found)
    assert read.usage is not None
    assert read.usage.total_tokens == read.usage.input_tokens + read.usage.output_tokens


def test_the_events_have_the_types_and_the_order_of_open_responses(written_url: str) -> None:
    found = events(written_url)
    for number, (name, event) in enumerate(found):
        assert EVENTS[name].model_validate(event).sequence_number == number
        assert event["type"] == name
    names = [name for name, _ in found]
    assert list(dict.fromkeys(names)) == [name for name in EVENTS if name != "response.failed"]
    assert names == sorted(names, key=list(EVENTS).index)


def test_the_events_together_equal_the_response(writer: OpenAI, written_url: str) -> None:
    found = events(written_url)
    response = writer.responses.create(model="rag", input=QUESTION)
    assert "".join(event["delta"] for _, event in found if "delta" in event) == response.output_text
    annotations = [event["annotation"] for _, event in found if "annotation" in event]
    assert annotations == [one.model_dump() for one in output(response).annotations]
    (item,) = found[-1][1]["response"]["output"]
    assert item["content"][0]["annotations"] == annotations
    assert found[0][1]["response"]["output"] == []


def test_the_client_collects_a_stream_to_the_same_response(writer: OpenAI) -> None:
    with writer.responses.stream(model="rag", input=QUESTION) as stream:
        for _ in stream:
            pass
        collected = stream.get_final_response()
    assert links(collected) == links(writer.responses.create(model="rag", input=QUESTION))


def test_the_input_may_be_a_conversation(client: OpenAI) -> None:
    conversation: Any = [
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "input_text", "text": "What is the congestion charge?"}]},
        {"type": "reasoning", "id": "r", "summary": []},
        {
            "type": "message",
            "role": "assistant",
            "content": [{"type": "output_text", "text": "The congestion charge is 15 pounds a day. [1]"}],
        },
        {"type": "message", "role": "user", "content": "And when does it apply?"},
    ]
    assert "between 07:00 and 18:00" in client.responses.create(model="rag", input=conversation).output_text


@pytest.mark.parametrize(
    ("body", "param", "reason"),
    [
        ({"input": 7}, "input", "valid list"),
        ({"input": ""}, "input", "the last message of the user must be a text"),
        ({}, "input", "missing"),
        ({"input": "x", "previous_response_id": "resp_1"}, "previous_response_id", "responses are not stored"),
    ],
)
def test_the_error_names_the_invalid_field(url: str, body: Any, param: str, reason: str) -> None:
    response = httpx2.post(f"{url}/v1/responses", json=body)
    assert response.status_code == 422
    assert response.json()["error"]["param"] == param
    assert reason in response.json()["error"]["message"]


def test_an_unknown_model_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="use one of rag"):
        client.responses.create(model="gpt-4", input=QUESTION)


def test_an_error_in_mid_stream_is_a_failed_response(service: Service) -> None:
    class Breaking(Answerer):
        def stream(self, *args: Any) -> Any:
            yield next(super().stream(*args))
            raise CorruptSnapshot("a file of the snapshot is gone")

    broken = Breaking(Retriever(service.parts.encoder), None, prompts.load(), confidence.load(), 0.0)
    with serving(samples.service(service.settings.index_dir, generator=broken)) as url:
        *_, (name, event) = events(url)
    assert name == "response.failed"
    failed = EVENTS[name].model_validate(event)
    assert failed.response.status == "failed"
    assert failed.response.error.message == "a file of the snapshot is gone"
