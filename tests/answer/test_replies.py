"""A reply becomes sentences with the passages that they cite, in whichever form a model writes it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.answer.replies import parse_reply

REPLY = (
    "The U.S. Government pays. [1] See Art. 5 of the Act, by Mr. Smith [1][2]. “It rose.” [1, 3] (It fell.) [2]\n\n"
    "- A levy of 1.5 per cent; [1]\n- a charge. [2]\n1. First, e.g. No. 7. [99] No marker here. UNANSWERABLE"
)
WORDS = [
    *(
        "The",
        "pays.",
        "U.S.",
        "Art.",
        "5",
        "No.",
        "Mr.",
        "Dr",
        ".",
        "?",
        "(a)",
        "1.",
        "- ",
        "to:",
        "ends;",
        "x.”",
        "IV.",
    ),
    *(
        "[1]",
        "[2],",
        "[1, 2]",
        "[1].",
        "[99",
        "]",
        "[",
        "🥤",
        "Dec.",
        "of",
        "it",
        "\n",
        "\n\n",
        " ",
        "  ",
        "$",
        "е́",
        "。",
    ),
]
PARTS = st.lists(st.sampled_from(WORDS))
REPLIES = PARTS.map(" ".join) | PARTS.map("".join) | st.just(REPLY)


def cited_in(reply: str) -> list[tuple[str, list[int]]]:
    """Return each sentence of a reply with the numbers of the passages that it cites, counted from 1."""
    return [(draft.text, [number + 1 for number, _ in draft.sources]) for draft in parse_reply([reply])]


def pieces_of(text: str, cuts: list[int]) -> list[str]:
    ends = sorted(min(cut, len(text)) for cut in cuts)
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


@given(REPLIES, st.lists(st.integers(0, 400)))
@example("(1) Annex Art. Mr. x.” IV. 1. Annex", [14, 20, 26, 28, 33])
def test_the_sentences_do_not_depend_on_the_pieces_of_the_stream(reply: str, cuts: list[int]) -> None:
    assert list(parse_reply(pieces_of(reply, cuts))) == list(parse_reply([reply]))


def test_a_stream_of_single_characters_gives_the_same_sentences() -> None:
    assert list(parse_reply(REPLY)) == list(parse_reply([REPLY]))


def test_a_sentence_is_yielded_when_the_next_one_begins() -> None:
    read: list[str] = []

    def stream() -> list[str]:
        return ["It rose. ", "[1] ", "It ", "fell ", "later. ", "[2]"]

    found = parse_reply(read.append(piece) or piece for piece in stream())  # type: ignore[func-returns-value]
    assert next(found).text == "It rose."
    assert read == ["It rose. ", "[1] ", "It ", "fell "]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("It rose [1].", [("It rose.", [1])]),
        ("It rose. [1]", [("It rose.", [1])]),
        ("It rose.[1]", [("It rose.", [1])]),
        ("It rose [1][2].", [("It rose.", [1, 2])]),
        ("It rose [1] [2].", [("It rose.", [1, 2])]),
        ("It rose [1, 2].", [("It rose.", [1, 2])]),
        ("It rose [2; 1].", [("It rose.", [2, 1])]),
        ("It rose [1][1].", [("It rose.", [1])]),
        ("It rose [1], then fell [2].", [("It rose, then fell.", [1, 2])]),
        ("It rose. [1].", [("It rose.", [1])]),
        ("“It rose.” [1] It fell. [2]", [("“It rose.”", [1]), ("It fell.", [2])]),
        ("(It rose.) [1] It fell. [2]", [("(It rose.)", [1]), ("It fell.", [2])]),
        ("It rose. [1] It fell. [2]", [("It rose.", [1]), ("It fell.", [2])]),
        ("It rose [1]. It fell [2].", [("It rose.", [1]), ("It fell.", [2])]),
        ("It rose. [1][2] It fell.", [("It rose.", [1, 2]), ("It fell.", [])]),
        ("It rose! [1] Did it? [2]", [("It rose!", [1]), ("Did it?", [2])]),
        ("It rose.\n\n[1]", [("It rose.", [1])]),
        ("It rose in [2022].", [("It rose in [2022].", [])]),
        ("[1] [2]", []),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_a_marker_belongs_to_the_sentence_before_it(reply: str, expected: list[tuple[str, list[int]]]) -> None:
    assert cited_in(reply) == expected


@pytest.mark.parametrize("marker", [
    *("[1]", "【1】", "(1)", "^1", "[^1]", "[Passage 1]", "(Source 1)", "**[1]**", "¹", "[1†source]", "[ 1 ]"),
])  # fmt: skip
def test_a_marker_may_have_any_usual_form(marker: str) -> None:
    assert cited_in(f"It rose{' ' if marker[0] not in '^¹' else ''}{marker}.") == [("It rose.", [1])]
    assert cited_in(f"It rose.{marker} It fell [2].") == [("It rose.", [1]), ("It fell.", [2])]


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("It rose [1-3].", [("It rose.", [1, 2, 3])]),
        ("It rose [1, 2].", [("It rose.", [1, 2])]),
        ("It rose [Passage 1 and Passage 3].", [("It rose.", [1, 3])]),
        ("**It rose.** [1]", [("It rose.", [1])]),
        ("It rose. It fell. It stays. [2]", [("It rose.", [2]), ("It fell.", [2]), ("It stays.", [2])]),
        ("It rose.\n\nIt fell. [2]", [("It fell.", [2]), ("It rose.", [])]),
        ("It rose.\n\nIt fell.\n\nSources: [1], [2]", [("It rose.", [1, 2]), ("It fell.", [1, 2])]),
        ("It rose.\n\nSource: Passage 2", [("It rose.", [2])]),
        ("Exempt are [1]:\n- milk\n- juice", [("Exempt are: milk", [1]), ("Exempt are: juice", [1])]),
        ("1. It rose. [1]\n2. It fell. [2]", [("It rose.", [1]), ("It fell.", [2])]),
        ("| Rate | Year |\n|---|---|\n| 24 | 2018 [1] |\n", [("Rate: 24; Year: 2018.", [1])]),
        ("## Result\nIt rose [1].", [("It rose.", [1])]),
        ("<think>It fell [2]. Or not?</think>It rose [1].", [("It rose.", [1])]),
        ("It rose [1]. <think>And now the rest [2].", [("It rose.", [1])]),
        ("According to the passages, it rose [1].", [("It rose.", [1])]),
        ("Article 6 (1) applies [2].", [("Article 6 (1) applies.", [2])]),
        ("It rose in 2018 (1).", [("It rose in 2018.", [1])]),
        ("It exceeds 10^25 operations [1].", [("It exceeds 10^25 operations.", [1])]),
        ("See [the act](https://example.org/act) [1].", [("See the act.", [1])]),
    ],
)  # fmt: skip
def test_a_reply_becomes_sentences(reply: str, expected: list[tuple[str, list[int]]]) -> None:
    assert cited_in(reply) == expected


def test_the_last_sentence_of_a_reply_that_was_cut_off_is_left_out() -> None:
    drafts = parse_reply(["It rose [1]. It fell to [2]"], cut_off=lambda: True)
    assert [draft.text for draft in drafts] == ["It rose."]
