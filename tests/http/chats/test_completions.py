"""OpenAI's own client reads completions and streams. Every citation is at the position of its marker in the text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx2
import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from rag.answer import confidence, prompts
from rag.answer.pipeline import Answerer
from rag.answer.retrieval import Retriever
from rag.errors import BackendUnavailable, CorruptSnapshot
from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.http.serving import SlowModel, serving, wait_for
from tests.patience import PATIENCE

QUESTION = samples.LEVY_QUESTION
CHARGE_QUESTION = "What is the congestion charge?"
MESSAGES: Any = [{"role": "user", "content": QUESTION}]


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


def complete(client: OpenAI, question: str = QUESTION, model: str = "rag", **more: Any) -> ChatCompletion:
    messages: Any = [{"role": "user", "content": question}]
    found: ChatCompletion = client.chat.completions.create(model=model, messages=messages, **more)
    return found


def stream(client: OpenAI, question: str = QUESTION, model: str = "rag", **more: Any) -> list[ChatCompletionChunk]:
    messages: Any = [{"role": "user", "content": question}]
    return list(client.chat.completions.create(model=model, messages=messages, stream=True, **more))


def text(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def extra(found: ChatCompletion | ChatCompletionChunk) -> dict[str, Any]:
    assert found.model_extra is not None
    return found.model_extra


def links(completion: ChatCompletion) -> list[tuple[str, str]]:
    """Return, for each annotation, the text at its position and its address."""
    message = completion.choices[0].message
    assert message.content is not None
    citations = [annotation.url_citation for annotation in message.annotations or ()]
    return [(message.content[one.start_index : one.end_index], one.url) for one in citations]


def test_the_models_are_listed_and_found_by_name(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names == ["rag", "rag-markdown", "rag-open-webui"]
    assert [client.models.retrieve(name).id for name in names] == names


def test_a_completion_equals_the_native_answer(writer: OpenAI, written_url: str) -> None:
    completion, native = complete(writer), httpx2.post(f"{written_url}/v1/answers", json={"question": QUESTION}).json()
    assert completion.choices[0].message.content == native["text"]
    assert completion.choices[0].finish_reason == "stop"
    fields = extra(completion)
    assert [{**one, "link": None} for one in fields["citations"]] == [
        {**one, "link": None} for one in native["citations"]
    ]
    assert fields["rag"] == {name: native[name] for name in fields["rag"]}


def test_an_annotation_is_at_its_marker_and_links_to_its_quote(writer: OpenAI) -> None:
    completion = complete(writer)
    citations = extra(completion)["citations"]
    link_of = {f"[{one['marker']}]": one["link"] for one in citations}
    assert [marker for marker, _ in links(completion)] == ["[1]", "[1]", "[2]", "[3]"]
    assert all(link_of[marker] == link for marker, link in links(completion))
    assert link_of["[3]"] == "https://example.org/levy#:~:text=Fruit%20juices%20are%20exempt%20from%20the%20levy."


def test_a_citation_of_a_document_without_an_address_links_to_a_page_of_the_service(client: OpenAI, url: str) -> None:
    ((_, link), *_) = links(complete(client, CHARGE_QUESTION))
    assert link.startswith(f"{url}/documents/charge?")
    page = httpx2.get(link).text
    assert '<mark id="quote">The congestion charge is 15 pounds a day.</mark>' in page


def test_a_stream_equals_the_completion_and_its_last_chunk_has_the_citations(writer: OpenAI) -> None:
    completion, chunks = complete(writer), stream(writer)
    last = chunks[-1]
    assert text(chunks) == completion.choices[0].message.content
    reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    assert reasons == [*[None] * (len(chunks) - 1), "stop"]
    annotations = getattr(last.choices[0].delta, "annotations")  # noqa: B009 - the SDK does not declare this field
    assert annotations == [one.model_dump() for one in completion.choices[0].message.annotations or ()]
    assert extra(last) == extra(completion)
    assert not any(chunk.usage for chunk in chunks)


def test_the_stream_helper_of_the_client_collects_the_annotations(writer: OpenAI) -> None:
    with writer.chat.completions.stream(model="rag", messages=MESSAGES) as events:
        collected = events.get_final_completion()
    assert links(collected) == links(complete(writer))


def test_the_last_chunk_has_the_usage_if_it_is_requested(client: OpenAI) -> None:
    *others, last = stream(client, stream_options={"include_usage": True})
    assert last.choices == []
    assert last.usage == complete(client).usage
    assert last.usage is not None
    assert (
        last.usage.total_tokens
        == last.usage.prompt_tokens + last.usage.completion_tokens
        > last.usage.prompt_tokens
        > 0
    )
    assert all(chunk.usage is None for chunk in others)


@pytest.mark.parametrize(
    "more",
    [
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}], "tool_choice": "auto"},
        {"temperature": 0.3, "top_p": 1, "n": 1, "seed": 7, "user": "u", "store": True},
        {"response_format": {"type": "text"}, "metadata": {"a": "b"}, "extra_body": {"chat_id": 1, "files": None}},
    ],
)
def test_other_parameters_of_openai_are_accepted_and_ignored(client: OpenAI, more: dict[str, Any]) -> None:
    assert complete(client, **more).choices == complete(client).choices


@pytest.mark.parametrize("name", ["max_tokens", "max_completion_tokens"])
@pytest.mark.parametrize("streamed", [True, False])
def test_a_limit_on_tokens_leaves_out_whole_sentences(writer: OpenAI, name: str, streamed: bool) -> None:
    whole = complete(writer)
    assert whole.usage is not None
    limit: dict[str, Any] = {name: whole.usage.completion_tokens - 1}
    if streamed:
        chunks = stream(writer, **limit)
        content, reason, found = text(chunks), chunks[-1].choices[0].finish_reason, extra(chunks[-1])
    else:
        part = complete(writer, **limit)
        content, reason, found = part.choices[0].message.content or "", part.choices[0].finish_reason, extra(part)
        assert part.usage is not None
        assert part.usage.completion_tokens <= limit[name]
    assert reason == "length"
    assert (whole.choices[0].message.content or "").startswith(content)
    assert content == "" or content.endswith("]")
    markers = {int(number) for number in re.findall(r"\[(\d+)\]", content)}
    assert {one["marker"] for one in found["citations"]} == markers
    limit[name] += 1
    assert complete(writer, **limit).choices == whole.choices


def test_the_text_ends_before_the_sentence_that_would_contain_a_stop_sequence(writer: OpenAI) -> None:
    whole = complete(writer)
    content = whole.choices[0].message.content or ""
    first, _, rest = content.partition("] ")
    assert rest
    found = complete(writer, stop=["never in it", rest[:12]])
    assert (found.choices[0].message.content, found.choices[0].finish_reason) == (f"{first}]", "stop")
    assert [one["marker"] for one in extra(found)["citations"]] == [1]
    assert complete(writer, stop="never in it").choices == whole.choices


def test_an_answer_of_one_token_is_empty(client: OpenAI) -> None:
    (choice,) = complete(client, max_tokens=1).choices
    assert (choice.message.content, choice.message.annotations, choice.finish_reason) == ("", [], "length")


@pytest.mark.parametrize(
    ("more", "param", "reason"),
    [
        ({"n": 2}, "n", "one answer is written to each question"),
        ({"response_format": {"type": "json_object"}}, "response_format", "answers are text with citations"),
        ({"response_format": {"type": "json_schema", "json_schema": {"name": "a"}}}, "response_format", "send"),
        ({"max_tokens": 0}, "max_tokens", "greater than or equal to 1"),
        ({"stop": ["a"] * 5}, "stop", "at most 4"),
    ],
)
def test_a_parameter_that_cannot_be_followed_is_refused(
    client: OpenAI, more: dict[str, Any], param: str, reason: str
) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=reason) as caught:
        complete(client, **more)
    assert caught.value.param is not None
    assert caught.value.param.startswith(param)
    assert caught.value.type == "invalid_request_error"


def test_content_may_be_a_list_of_parts(client: OpenAI) -> None:
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
    ]
    messages: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}]
    completion = client.chat.completions.create(model="rag", messages=messages)
    assert completion.choices == complete(client).choices


def test_a_follow_up_question_uses_the_conversation(client: OpenAI) -> None:
    messages: Any = [
        {"role": "user", "content": "What is the congestion charge?"},
        {
            "role": "assistant",
            "content": 'The congestion charge is 15 pounds a day. [1]\n\n[1]: https://x.example "A"\n',
        },
        {"role": "user", "content": "And when does it apply?"},
    ]
    citations = extra(client.chat.completions.create(model="rag", messages=messages))["citations"]
    assert citations[0]["quote"] == (
        "The congestion charge is 15 pounds a day. It applies between 07:00 and 18:00 on weekdays."
    )


def test_a_request_may_have_filters(client: OpenAI) -> None:
    filtered = complete(client, extra_body={"filters": {"topic": "transport"}, "limit": 1})
    assert {one["document_id"] for one in extra(filtered)["citations"]} <= {"charge"}
    none = complete(client, extra_body={"filters": {"published": {"gt": "2100"}}})
    answer, _, notice = (none.choices[0].message.content or "").partition("\n\n")
    assert answer == "The documents do not say. No document matches the filters."
    assert notice.startswith("Notice: No document passes the filter published after “2100”")
    assert none.choices[0].message.annotations == []
    assert extra(none)["rag"]["abstention"] == "filtered_out"


def test_rag_markdown_appends_a_link_definition_for_each_marker(writer: OpenAI) -> None:
    plain, markdown = complete(writer), complete(writer, model="rag-markdown")
    text_without, text_with = (one.choices[0].message.content or "" for one in (plain, markdown))
    citations = extra(plain)["citations"]
    definitions = "".join(f'[{one["marker"]}]: {one["link"]} "{one["title"]}"\n' for one in citations)
    assert text_with == f"{text_without}\n\n{definitions}"
    assert links(markdown) == links(plain)
    assert text(stream(writer, model="rag-markdown")) == text_with


def test_rag_open_webui_streams_each_source_before_the_words_that_cite_it(writer: OpenAI) -> None:
    chunks = stream(writer, model="rag-open-webui")
    shown = 0
    for chunk in chunks:
        shown += "event" in extra(chunk)
        assert f"[{shown + 1}]" not in (chunk.choices[0].delta.content or "")
    events = [extra(chunk)["event"] for chunk in chunks if "event" in extra(chunk)]
    citations = extra(chunks[-1])["citations"]
    assert [event["type"] for event in events] == ["source"] * len(citations)
    assert [event["data"]["document"] for event in events] == [[one["quote"]] for one in citations]
    assert [event["data"]["source"]["url"] for event in events] == [one["link"] for one in citations]
    assert not getattr(chunks[-1].choices[0].delta, "annotations", None)


def test_a_title_task_of_open_webui_is_not_answered_from_the_documents(client: OpenAI) -> None:
    task = (
        '### Task:\nGenerate a title.\nJSON format: { "title": "your title" }\n'
        f"<chat_history>\nUSER: {QUESTION}\nASSISTANT: 24 pence. [1]\n</chat_history>"
    )
    completion = complete(client, task + " " * 3_000)
    title = json.loads(completion.choices[0].message.content or "")["title"]
    assert QUESTION.startswith(title.removesuffix("…"))
    assert (extra(completion)["citations"], extra(completion)["rag"]) == ([], None)


# Invalid requests


def test_an_unknown_model_is_not_found(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match="there is no model 'gpt-4': use one of rag, rag-markdown") as caught:
        complete(client, model="gpt-4")
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")


@pytest.mark.parametrize(
    ("messages", "param", "reason"),
    [
        ([], "messages", "the last message of the user must be a text"),
        ([{"role": "user", "content": "  "}], "messages", "the last message of the user must be a text"),
        ([{"role": "assistant", "content": "Hello"}], "messages", "the last message of the user must be a text"),
        ([{"role": "user", "content": "x" * 2_001}], "messages", "has 2001 characters: send at most 2000"),
        ("levy", "messages", "Input should be a valid list"),
        ([{"role": "user", "content": 7}], "messages.content", "give text, or a list of parts"),
        ([{"role": "user", "content": [{"type": "text", "text": 7}]}], "messages.content.text", "a valid string"),
    ],
)
def test_the_error_names_the_invalid_part_of_a_message(client: OpenAI, messages: Any, param: str, reason: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=reason) as caught:
        client.chat.completions.create(model="rag", messages=messages)
    assert (caught.value.param, caught.value.type) == (param, "invalid_request_error")


def test_a_body_of_more_than_a_megabyte_is_too_long(client: OpenAI) -> None:
    with pytest.raises(openai.APIStatusError, match="the body has more than 1048576 bytes") as caught:
        complete(client, "x" * (1 << 20))
    assert caught.value.status_code == 413


def test_a_lone_surrogate_is_refused(url: str) -> None:
    body = r'{"messages": [{"role": "user", "content": "levy \ud800"}]}'
    response = httpx2.post(f"{url}/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


def test_a_conversation_that_is_too_long_is_shortened(client: OpenAI) -> None:
    turns = [{"role": role, "content": "word " * 2_000} for role in ("user", "assistant")] * 30
    messages: Any = [*turns, {"role": "user", "content": QUESTION}]
    assert client.chat.completions.create(model="rag", messages=messages).choices[0].message.content


def test_without_an_index_the_error_names_the_command_to_run(tmp_path: Any) -> None:
    with (
        serving(samples.service(tmp_path / "index")) as url,
        connect(url) as client,
    ):
        with pytest.raises(openai.InternalServerError, match="run 'rag ingest' first") as caught:
            stream(client)
        assert (caught.value.status_code, caught.value.type) == (503, "server_error")


# Errors and disconnects in mid-stream


def test_an_error_in_mid_stream_is_raised_by_the_client(service: Service) -> None:
    class Breaking(Answerer):
        def stream(self, *args: Any) -> Any:
            yield next(super().stream(*args))
            raise CorruptSnapshot("a file of the snapshot is gone")

    broken = Breaking(Retriever(service.parts.encoder), None, prompts.load(), confidence.load(), 0.0)
    made = samples.service(service.settings.index_dir, generator=broken)
    raises = pytest.raises(openai.APIError, match="a file of the snapshot is gone")
    with serving(made) as url, connect(url) as client:
        with raises:
            stream(client)
        sent = httpx2.post(f"{url}/v1/chat/completions", json={"model": "rag", "messages": MESSAGES, "stream": True})
    assert sent.text.endswith("data: [DONE]\n\n"), "the protocol's own end"


def test_sentences_from_before_a_model_failure_stay_and_markers_continue_the_numbering(service: Service) -> None:
    hits, _ = service.view(None).search(Ask(QUESTION))
    number = 1 + next(n for n, hit in enumerate(hits) if "took effect" in hit.text)
    model = samples.Scripted(
        [f"The levy took effect on 6 April 2018 [{number}]. And so ", BackendUnavailable("on fire")]
    )
    made = samples.service(service.settings.index_dir, generator=samples.answerer(model))
    with serving(made) as url, connect(url) as client:
        chunks = stream(client)
        plain = complete(client)
    citations = extra(chunks[-1])["citations"]
    assert text(chunks).startswith("The levy took effect on 6 April 2018. [1] ")
    assert [one["marker"] for one in citations] == list(range(1, len(citations) + 1))
    assert len({(one["document_id"], one["start"], one["end"]) for one in citations}) == len(citations)
    for one in citations:
        assert f"[{one['marker']}]" in text(chunks)
    assert extra(plain)["rag"]["degraded"] == "the language model failed"
    assert text(chunks).endswith(f"{extra(plain)['citations'][-1]['quote']} [{len(citations)}]")


def test_generation_stops_when_the_client_disconnects(service: Service) -> None:
    model = SlowModel(["Fruit juices are exempt from the levy. [1] [2] [3] [4] And "] * 5)
    made = samples.service(service.settings.index_dir, generator=samples.answerer(model))
    with serving(made) as url, connect(url) as client:
        ended = model.ended
        with client.chat.completions.create(model="rag", messages=MESSAGES, stream=True) as chunks:
            assert any(chunk.choices[0].delta.content for chunk in chunks)
            assert model.ended == ended
        wait_for(lambda: model.ended == ended + 1, seconds=1)
        assert model.sent < 5 * (ended + 1)


def test_slow_clients_do_not_delay_other_requests(url: str) -> None:
    body = {"model": "rag", "messages": MESSAGES, "stream": True}
    readers = [httpx2.Client(base_url=url, timeout=30) for _ in range(60)]  # more than the threads of the service
    requests = [reader.build_request("POST", "/v1/chat/completions", json=body) for reader in readers]
    responses = [reader.send(request, stream=True) for reader, request in zip(readers, requests, strict=True)]
    assert httpx2.post(f"{url}/v1/answers", json={"question": QUESTION}, timeout=5 * PATIENCE).status_code == 200
    for reader, response in zip(readers, responses, strict=True):
        assert response.read().endswith(b"data: [DONE]\n\n")
        reader.close()
