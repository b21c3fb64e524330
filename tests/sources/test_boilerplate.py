"""Only whole short lines that do not belong to the text of a web page count as boilerplate."""

from __future__ import annotations

import pytest

from rag.sources.boilerplate import is_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Pinterest LinkedIn Tumblr",
        "Facebook | Twitter | WhatsApp | Email",
        "Share on Facebook",
        "Share this article",
        "Tweet",
        "Comments are closed.",
        "Leave a comment",
        "3 comments",
        "No comments yet",
        "Read more »",
        "Related articles",
        "Sign up for our weekly newsletter!",
        "Skip to main content",
        "Accept all cookies",
        "We use cookies to give you the best experience. By continuing, you accept this.",
    ],
)
def test_boilerplate_is_recognised(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "Staff may not discuss clients on Facebook or Twitter.",
        "Facebook",
        "Share capital",
        "Comments are closed on 5 June, after which the board decides.",
        "We use cookies to remember your language.",
        "Read more books than you write.",
        "Email",
        "3",
        "",
    ],
)
def test_prose_and_headings_of_a_policy_are_not_boilerplate(line: str) -> None:
    assert not is_boilerplate(line)
