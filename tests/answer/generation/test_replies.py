"""The forms of a reply: marked text, JSON and native citations, and the prompt that asks for each."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from rag.answer import prompts
from rag.answer.drafting import drafts_of
from rag.answer.generation import LanguageModel, Limits, Part, Proposal, Session
from rag.answer.generation.fitting import estimate_tokens, fitting
from rag.answer.generation.native import read_proposals
from rag.answer.generation.structured import UNANSWERABLE, read_parts
from rag.errors import BackendSkipped
from rag.protocols import Finish, Passage, PassageCitation, Text, Usage
from rag.types import Draft, Role, Span, Turn
from tests.answer.generation.made import END, Step, Steps, hit

JUICES, PRODUCERS = "Fruit juices are exempt from the levy.", "Small producers\npay nothing."
HITS = (hit(f"{JUICES} {PRODUCERS}", start=100), hit("It began in 2018."))
SCHEMA = {"schema": ("response_format",)}


def statement(text: str, *sources: tuple[object, object]) -> dict[str, object]:
    return {"text": text, "sources": [{"passage": passage, "quote": quote} for passage, quote in sources]}


TWO = json.dumps(
    {"statements": [statement("Juices are exempt.", (1, JUICES)), statement("Since 2018.", (2, "in 2018"), (1, "x"))]}
)
READ = [
    Proposal("Juices are exempt.", (0,), ((0, Span(100, 138)),)),
    Proposal("Since 2018.", (1, 0), ((1, Span(9, 16)),), misquoted=True),
]


def split(text: str, seed: int) -> list[str]:
    chance = random.Random(seed)
    pieces = []
    while text:
        size = chance.randrange(1, 12)
        pieces.append(text[:size])
        text = text[size:]
    return pieces


# JSON


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("reply", [TWO, json.dumps(json.loads(TWO), indent=2), f"```json\n{TWO}\n```", f"\n{TWO}\n"])
def test_statements_in_json_are_read_however_the_reply_is_split(reply: str, seed: int) -> None:
    assert list(read_parts(split(reply, seed), HITS)) == READ


def test_a_statement_is_read_before_the_next_one_has_arrived() -> None:
    parts = read_parts(iter([TWO[: TWO.index("Since")], *[]]), HITS)
    assert next(parts) == READ[0]


def test_an_empty_list_means_that_the_passages_do_not_answer() -> None:
    assert list(read_parts(['{"statements": []}'], HITS)) == [Proposal(UNANSWERABLE)]


def test_a_quote_may_have_other_white_space() -> None:
    reply = json.dumps({"statements": [statement("So.", (1, "Small producers pay\nnothing."))]})
    [proposal] = read_parts([reply], HITS)
    assert proposal == Proposal("So.", (0,), ((0, Span(139, 167)),))


@pytest.mark.parametrize(
    "item",
    [7, "So.", None, [], {}, {"text": 7, "sources": []}, {"text": " ", "sources": []}],
)
def test_items_that_are_no_statements_are_left_out(item: object) -> None:
    assert list(read_parts([json.dumps({"statements": [item]})], HITS)) == []


@pytest.mark.parametrize("sources", [None, 7, [7], [{}], [{"passage": 9}], [{"passage": 0}], [{"passage": "1"}]])
def test_sources_that_name_no_passage_are_left_out(sources: object) -> None:
    reply = json.dumps({"statements": [{"text": "So.", "sources": sources}]})
    assert list(read_parts([reply], HITS)) == [Proposal("So.")]


@pytest.mark.parametrize("reply", ["", "So. [1]", "{ [1]", '{"answer": "So."}', "`code` [1]", "UNANSWERABLE", "{}"])
def test_a_plain_reply_is_passed_on_unchanged(reply: str) -> None:
    parts = list(read_parts(list(reply), HITS))
    assert "".join(part for part in parts if isinstance(part, str)) == reply


def test_json_that_is_cut_off_or_too_deep_ends_the_statements() -> None:
    assert list(read_parts([TWO[:-20]], HITS)) == READ[:1]
    assert list(read_parts(['{"statements": [{"text": ' + "[" * 50_000 + "}"], HITS)) == []


@pytest.mark.parametrize(
    ("quote", "misquoted"),
    [
        ("“Fruit juices are exempt”", False),
        ("Fruit juices … from the levy.", False),
        ("Fruit juices are exempt ... pay nothing.", False),
        ("", False),
        ("Fruit juices are not exempt", True),
        ("Fruit juices ... from the charge.", True),
    ],
)
def test_a_quote_counts_as_forged_if_a_part_of_it_is_not_in_the_passage(quote: str, misquoted: bool) -> None:
    [proposal] = read_parts([json.dumps({"statements": [statement("So.", (1, quote))]})], HITS)
    assert isinstance(proposal, Proposal)
    assert proposal.misquoted is misquoted


# Native citations


def test_a_sentence_has_the_citations_of_the_blocks_that_it_shares_text_with() -> None:
    events: list[Text | PassageCitation] = [
        Text("Juices are exempt"),
        PassageCitation(0, JUICES),
        Text(" and the levy "),
        Text("began in 2018. It has no"),
        PassageCitation(1, "It began in 2018."),
        PassageCitation(7, "There is no such passage."),
        Text(" source."),
    ]
    assert list(read_proposals(events, HITS)) == [
        Proposal("Juices are exempt and the levy began in 2018.", (0, 1), ((0, Span(100, 138)), (1, Span(0, 17)))),
        Proposal("It has no source.", (1,), ((1, Span(0, 17)),)),
    ]


def test_a_block_after_the_end_of_a_sentence_does_not_support_it() -> None:
    events: list[Text | PassageCitation] = [
        Text("One thing. "),
        Text("Juices are exempt."),
        PassageCitation(0, JUICES),
        Text(" Three."),
    ]
    assert [(one.text, one.passages) for one in read_proposals(events, HITS)] == [
        ("One thing.", ()),
        ("Juices are exempt.", (0,)),
        ("Three.", ()),
    ]


# The session


def parts(made: Steps, limits: Limits = Limits(), question: str = "Why?") -> tuple[list[Part], Session]:  # noqa: B008
    session = Session(LanguageModel(made, limits), prompts.load())
    with session.answer(question, HITS) as reply:
        return list(reply.parts), session


def test_a_server_with_a_schema_gets_a_prompt_for_json() -> None:
    made = Steps([[Text(TWO), END]], optional=SCHEMA)
    assert parts(made)[0] == READ
    [request] = made.requests
    assert request.schema is not None
    assert request.prompt.endswith(prompts.load().structured)


def test_a_server_that_ignores_the_schema_is_asked_for_markers_from_then_on() -> None:
    made = Steps([[Text("So. [1]"), END]], optional=SCHEMA)
    model = LanguageModel(made)
    for _ in range(2):
        with Session(model, prompts.load()).answer("Why?", HITS) as reply:
            assert list(reply.parts) == ["So. [1]"]
    first, second = made.requests
    assert (first.schema is None, second.schema is None) == (False, True)
    assert "JSON" not in second.prompt


def test_a_server_that_cites_gets_the_passages_apart_from_the_prompt() -> None:
    made = Steps([[Text("Juices are exempt."), PassageCitation(0, JUICES), END]], cites=True, optional=SCHEMA)
    assert parts(made)[0] == [Proposal("Juices are exempt.", (0,), ((0, Span(100, 138)),))]
    [request] = made.requests
    assert [one.text for one in request.passages] == [one.text for one in HITS]
    assert request.schema is None
    assert JUICES not in request.prompt


def test_the_usage_of_rewrite_and_answer_is_added_up() -> None:
    made = Steps([[Text("Why so?"), Usage(7, 3), END], [Text("So. [1]"), Usage(1, 1), Usage(70, 30), END]])
    session = Session(LanguageModel(made), prompts.load())
    assert session.rewrite("Why?", [Turn(Role.USER, "So?")]) == "Why so?"
    with session.answer("Why so?", HITS) as reply:
        assert list(reply.parts) == ["So. [1]"]
        assert reply.finish == "stop"
    assert session.usage == Usage(77, 33)


def test_a_rewrite_leaves_time_for_the_answer() -> None:
    made = Steps([[None]])
    session = Session(LanguageModel(made, Limits(timeout=2.0)), prompts.load())
    assert session._deadline.part(0.4).remaining < 0.9


def test_a_rewrite_that_is_cut_off_is_not_used() -> None:
    made = Steps([[Text("Why is it"), Finish("length")]])
    assert Session(LanguageModel(made), prompts.load()).rewrite("Why?", [Turn(Role.USER, "So?")]) == ""


def test_the_oldest_turns_of_a_long_conversation_are_left_out_of_its_rewrite() -> None:
    made = Steps([[Text("Why?"), END]])
    turns = [Turn(Role.USER, f"turn {number} {'word ' * 390}") for number in range(12)]
    Session(LanguageModel(made), prompts.load()).rewrite("Why?", turns)
    [request] = made.requests
    assert "turn 11" in request.prompt
    assert "turn 0 " not in request.prompt
    assert estimate_tokens(request.prompt + request.instructions) + 1_000 <= 4_096


# Fitting


def test_the_passages_of_the_highest_rank_fit_into_the_context_window() -> None:
    long = tuple(hit(f"Passage {number}. " + f"It costs {number} pounds a day. " * 40) for number in range(50))
    made = Steps([[Text("So. [1]"), END]])
    with Session(LanguageModel(made, Limits(context=2_048, reply=500)), prompts.load()).answer("Why?", long) as reply:
        assert list(reply.parts) == ["So. [1]"]
    [request] = made.requests
    assert estimate_tokens(request.prompt + request.instructions) <= 2_048 - 500
    shown = [number for number in range(50) if f"Passage {number}." in request.prompt]
    assert shown == list(range(len(shown)))
    assert 1 < len(shown) < 50


def test_a_passage_is_shortened_only_between_sentences() -> None:
    passage = Passage("levy", "One sentence is here. Another, of 5.4 million pounds, follows it. A third ends it.")
    for room in range(5, 40):
        for found in fitting([passage, passage], room, lambda one: one.text):
            assert found.text.endswith((".", "ends it."))
            assert passage.text.startswith(found.text)


def test_a_question_that_leaves_no_room_for_a_passage_is_not_sent() -> None:
    made = Steps([[END]])
    with pytest.raises(BackendSkipped, match="do not fit into the context window"):
        parts(made, Limits(context=1_024, reply=500), "why " * 2_000)
    assert made.requests == []


# Drafts


def drafts(steps: Sequence[Step], *, schema: bool = False) -> list[Draft]:
    made = Steps([steps], optional=SCHEMA if schema else {})
    with Session(LanguageModel(made), prompts.load()).answer("Why?", HITS) as reply:
        return list(drafts_of(reply))


def test_proposals_become_drafts_that_are_still_to_be_verified() -> None:
    [first, _] = drafts([Text(TWO.replace("exempt.", "exempt [1].", 1)), END], schema=True)
    assert first == Draft("Juices are exempt.", ((0, Span(100, 138)),))


def test_a_sentence_that_the_limit_cuts_off_is_left_out() -> None:
    words = [Text("Juices are exempt [1]. The levy "), Text("rose by 5.")]
    assert [one.text for one in drafts([*words, Finish("length")])] == ["Juices are exempt."]
    assert [one.text for one in drafts([*words, END])] == ["Juices are exempt.", "The levy rose by 5."]


def test_a_complete_statement_in_json_stays_if_a_later_one_is_cut_off() -> None:
    cut = TWO[: TWO.index("Since") + 3]
    assert [one.text for one in drafts([Text(cut), Finish("length")], schema=True)] == ["Juices are exempt."]
