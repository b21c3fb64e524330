"""OpenAI's own client asks, plain and streamed, and finds every citation where the text has its marker."""

from __future__ import annotations

import json
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
from tests import asking
from tests.http.serving import SlowModel, serving, wait_for

QUESTION = asking.LEVY_QUESTION
UNLINKED = "What is the congestion charge?"
MESSAGES: Any = [{"role": "user", "content": QUESTION}]


def connected(url: str) -> OpenAI:
    return OpenAI(base_url=f"{url}/v1", api_key="any", max_retries=0)


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[OpenAI]:
    with connected(url) as client:
        yield client


@pytest.fixture(scope="module")
def writer(written_url: str) -> Iterator[OpenAI]:
    with connected(written_url) as client:
        yield client


def complete(client: OpenAI, question: str = QUESTION, model: str = "rag", **more: Any) -> ChatCompletion:
    asked: Any = [{"role": "user", "content": question}]
    found: ChatCompletion = client.chat.completions.create(model=model, messages=asked, **more)
    return found


def stream(client: OpenAI, question: str = QUESTION, model: str = "rag", **more: Any) -> list[ChatCompletionChunk]:
    asked: Any = [{"role": "user", "content": question}]
    return list(client.chat.completions.create(model=model, messages=asked, stream=True, **more))


def text(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


def extra(found: ChatCompletion | ChatCompletionChunk) -> dict[str, Any]:
    assert found.model_extra is not None
    return found.model_extra


def linked(completion: ChatCompletion) -> list[tuple[str, str]]:
    """Return, for each annotation, the words of the text it stands at and where it leads."""
    message = completion.choices[0].message
    assert message.content is not None
    cited = [annotation.url_citation for annotation in message.annotations or ()]
    return [(message.content[one.start_index : one.end_index], one.url) for one in cited]


def test_the_models_are_listed_and_found_by_name(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names == ["rag", "rag-markdown", "rag-open-webui"]
    assert [client.models.retrieve(name).id for name in names] == names


def test_a_completion_says_what_the_native_answer_says(writer: OpenAI, written_url: str) -> None:
    completion, native = complete(writer), httpx2.post(f"{written_url}/v1/answers", json={"question": QUESTION}).json()
    assert completion.choices[0].message.content == native["text"]
    assert completion.choices[0].finish_reason == "stop"
    told = extra(completion)
    assert [{**one, "link": None} for one in told["citations"]] == [
        {**one, "link": None} for one in native["citations"]
    ]
    assert told["rag"] == {name: native[name] for name in told["rag"]}


def test_an_annotation_stands_at_its_marker_and_leads_to_its_quote(writer: OpenAI) -> None:
    completion = complete(writer)
    citations = extra(completion)["citations"]
    links = {f"[{one['marker']}]": one["link"] for one in citations}
    assert [marker for marker, _ in linked(completion)] == ["[1]", "[1]", "[2]", "[3]"]
    assert all(links[marker] == link for marker, link in linked(completion))
    assert links["[3]"] == "https://example.org/levy#:~:text=Fruit%20juices%20are%20exempt%20from%20the%20levy."


def test_a_document_without_an_address_is_linked_on_the_service_itself(client: OpenAI, url: str) -> None:
    ((_, link), *_) = linked(complete(client, UNLINKED))
    assert link.startswith(f"{url}/documents/charge?")
    page = httpx2.get(link).text
    assert '<mark id="quote">The congestion charge is 15 pounds a day.</mark>' in page


def test_a_stream_says_the_same_and_cites_in_the_chunk_that_ends_it(writer: OpenAI) -> None:
    whole, chunks = complete(writer), stream(writer)
    last = chunks[-1]
    assert text(chunks) == whole.choices[0].message.content
    reasons = [choice.finish_reason for chunk in chunks for choice in chunk.choices]
    assert reasons == [*[None] * (len(chunks) - 1), "stop"]
    annotations = getattr(last.choices[0].delta, "annotations")  # noqa: B009 - not among the SDK's own fields
    assert annotations == [one.model_dump() for one in whole.choices[0].message.annotations or ()]
    assert extra(last) == extra(whole)
    assert not any(chunk.usage for chunk in chunks)


def test_the_stream_helper_of_the_client_gathers_the_annotations(writer: OpenAI) -> None:
    with writer.chat.completions.stream(model="rag", messages=MESSAGES) as events:
        gathered = events.get_final_completion()
    assert linked(gathered) == linked(complete(writer))


def test_usage_comes_last_where_it_is_asked_for(client: OpenAI) -> None:
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
        {"temperature": 0.3, "top_p": 1, "max_tokens": 5, "stop": ["x"], "n": 1, "seed": 7, "user": "u", "store": True},
        {"response_format": {"type": "text"}, "metadata": {"a": "b"}, "extra_body": {"chat_id": 1, "files": None}},
    ],
)
def test_what_is_not_read_is_accepted(client: OpenAI, more: dict[str, Any]) -> None:
    assert complete(client, **more).choices == complete(client).choices


def test_content_may_come_in_parts(client: OpenAI) -> None:
    parts = [
        {"type": "text", "text": QUESTION},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,"}},
    ]
    messages: Any = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": parts}]
    completion = client.chat.completions.create(model="rag", messages=messages)
    assert completion.choices == complete(client).choices


def test_a_follow_up_is_looked_for_where_the_talk_was(client: OpenAI) -> None:
    messages: Any = [
        {"role": "user", "content": "What is the congestion charge?"},
        {
            "role": "assistant",
            "content": 'The congestion charge is 15 pounds a day. [1]\n\n[1]: https://x.example "A"\n',
        },
        {"role": "user", "content": "And when does it apply?"},
    ]
    followed = extra(client.chat.completions.create(model="rag", messages=messages))["citations"]
    assert followed[0]["quote"] == (
        "The congestion charge is 15 pounds a day. It applies between 07:00 and 18:00 on weekdays."
    )


def test_filters_may_come_along(client: OpenAI) -> None:
    filtered = complete(client, extra_body={"filters": {"topic": "transport"}, "limit": 1})
    assert {one["document_id"] for one in extra(filtered)["citations"]} <= {"charge"}
    none = complete(client, extra_body={"filters": {"published": {"gt": "2100"}}})
    assert none.choices[0].message.content == "The documents do not say. No document matches the filters."
    assert none.choices[0].message.annotations == []
    assert extra(none)["rag"]["abstention"] == "filtered_out"


def test_markdown_gets_a_definition_for_each_marker_beyond_the_offsets(writer: OpenAI) -> None:
    plain, marked = complete(writer), complete(writer, model="rag-markdown")
    told, more = (one.choices[0].message.content or "" for one in (plain, marked))
    cited = extra(plain)["citations"]
    definitions = "".join(f'[{one["marker"]}]: {one["link"]} "{one["title"]}"\n' for one in cited)
    assert more == f"{told}\n\n{definitions}"
    assert linked(marked) == linked(plain)
    assert text(stream(writer, model="rag-markdown")) == more


def test_open_webui_is_shown_each_source_before_the_words_that_cite_it(writer: OpenAI) -> None:
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


def test_a_title_that_open_webui_asks_for_is_not_looked_for_in_the_documents(client: OpenAI) -> None:
    task = (
        '### Task:\nGenerate a title.\nJSON format: { "title": "your title" }\n'
        f"<chat_history>\nUSER: {QUESTION}\nASSISTANT: 24 pence. [1]\n</chat_history>"
    )
    completion = complete(client, task + " " * 3_000)
    title = json.loads(completion.choices[0].message.content or "")["title"]
    assert QUESTION.startswith(title.removesuffix("…"))
    assert (extra(completion)["citations"], extra(completion)["rag"]) == ([], None)


# Bad input


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
        ([{"role": "user", "content": "x" * 2_001}], "messages", "has 2001 characters: at most 2000 are read"),
        ("levy", "messages", "Input should be a valid list"),
        ([{"role": "user", "content": 7}], "messages.content", "give text, or a list of parts"),
        ([{"role": "user", "content": [{"type": "text", "text": 7}]}], "messages.content.text", "a valid string"),
    ],
)
def test_a_wrong_message_is_named(client: OpenAI, messages: Any, param: str, reason: str) -> None:
    with pytest.raises(openai.UnprocessableEntityError, match=reason) as caught:
        client.chat.completions.create(model="rag", messages=messages)
    assert (caught.value.param, caught.value.type) == (param, "invalid_request_error")


def test_a_body_of_more_than_a_megabyte_is_too_long(client: OpenAI) -> None:
    with pytest.raises(openai.APIStatusError, match="the body has more than 1048576 bytes") as caught:
        complete(client, "x" * (1 << 20))
    assert caught.value.status_code == 413


def test_half_a_surrogate_pair_is_refused(url: str) -> None:
    body = r'{"messages": [{"role": "user", "content": "levy \ud800"}]}'
    response = httpx2.post(f"{url}/v1/chat/completions", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


def test_a_conversation_longer_than_is_read_is_no_error(client: OpenAI) -> None:
    turns = [{"role": role, "content": "word " * 2_000} for role in ("user", "assistant")] * 30
    messages: Any = [*turns, {"role": "user", "content": QUESTION}]
    assert client.chat.completions.create(model="rag", messages=messages).choices[0].message.content


def test_without_an_index_the_command_to_run_is_named(tmp_path: Any) -> None:
    with (
        serving(asking.service(tmp_path / "index")) as url,
        connected(url) as client,
    ):
        with pytest.raises(openai.InternalServerError, match="run 'rag ingest' first") as caught:
            stream(client)
        assert (caught.value.status_code, caught.value.type) == (503, "server_error")


# In mid-stream


def test_an_error_in_mid_stream_is_raised_by_the_client(service: Service) -> None:
    class Breaking(Answerer):
        def stream(self, *args: Any) -> Any:
            yield next(super().stream(Ask(*args)))
            raise CorruptSnapshot("a file of the snapshot is gone")

    broken = Breaking(Retriever(service.parts.encoder), None, prompts.load(), confidence.load(), 0.0)
    made = asking.service(service.settings.index_dir, generator=broken)
    gone = pytest.raises(openai.APIError, match="a file of the snapshot is gone")
    with serving(made) as url, connected(url) as client, gone:
        stream(client)


def test_what_was_said_before_a_model_failed_stays_and_markers_count_on(service: Service) -> None:
    hits, _ = service.search(Ask(Ask(QUESTION)))
    number = 1 + next(n for n, hit in enumerate(hits) if "took effect" in hit.text)
    model = asking.Scripted(
        [f"The levy took effect on 6 April 2018 [{number}]. And so ", BackendUnavailable("on fire")]
    )
    made = asking.service(service.settings.index_dir, generator=asking.answerer(model))
    with serving(made) as url, connected(url) as client:
        chunks = stream(client)
        plain = complete(client)
    cited = extra(chunks[-1])["citations"]
    assert text(chunks).startswith("The levy took effect on 6 April 2018. [1] ")
    assert [one["marker"] for one in cited] == list(range(1, len(cited) + 1))
    assert len({(one["document_id"], one["start"], one["end"]) for one in cited}) == len(cited)
    for one in cited:
        assert f"[{one['marker']}]" in text(chunks)
    assert extra(plain)["rag"]["degraded"] == "on fire"
    assert text(chunks).endswith(f"{extra(plain)['citations'][-1]['quote']} [{len(cited)}]")


def test_a_client_that_leaves_in_mid_stream_ends_the_writing(service: Service) -> None:
    model = SlowModel(["Fruit juices are exempt from the levy. [1] [2] [3] [4] And "] * 5)
    made = asking.service(service.settings.index_dir, generator=asking.answerer(model))
    with serving(made) as url, connected(url) as client:
        ended = model.ended
        with client.chat.completions.create(model="rag", messages=MESSAGES, stream=True) as chunks:
            assert any(chunk.choices[0].delta.content for chunk in chunks)
            assert model.ended == ended
        wait_for(lambda: model.ended == ended + 1, seconds=1)
        assert model.told < 5 * (ended + 1)


def test_slow_readers_hold_nobody_up(url: str) -> None:
    body = {"model": "rag", "messages": MESSAGES, "stream": True}
    readers = [httpx2.Client(base_url=url, timeout=30) for _ in range(60)]  # more than the service has threads
    asked = [reader.build_request("POST", "/v1/chat/completions", json=body) for reader in readers]
    responses = [reader.send(request, stream=True) for reader, request in zip(readers, asked, strict=True)]
    assert httpx2.post(f"{url}/v1/answers", json={"question": QUESTION}, timeout=5).status_code == 200
    for reader, response in zip(readers, responses, strict=True):
        assert response.read().endswith(b"data: [DONE]\n\n")
        reader.close()
