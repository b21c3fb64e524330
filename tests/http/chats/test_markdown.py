"""Words of documents stay words in a chat client that shows Markdown."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from rag.http.chats.markdown import escape, unescape

RENDERED = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@pytest.mark.parametrize("text", [
    "![pixel](https://evil.example/p.png)",
    "[Pay here](https://evil.example)",
    "[1]: https://evil.example",
    "See [1] and [the form][2].",
    "<img src=x onerror=alert(1)> <a href='https://evil.example'>",
    "<https://evil.example>",
    "**bold** _soft_ `code` ~~gone~~ snake_case 5*3*2",
    "# Heading", "- item", "1. First", "> quote", "&lt;b&gt; &amp;",
    r"a \[link](https://evil.example) \\",
    "a | b\n--- | ---\n1 | 2",
])  # fmt: skip
def test_markdown_of_a_document_is_shown_as_it_is(text: str) -> None:
    shown = RENDERED.render(escape(text))
    assert set(re.findall(r"<(\w+)", shown)) <= {"p"}
    assert html.unescape(re.sub(r"</?p>", "", shown)).strip() == text
    assert unescape(escape(text)) == text


@pytest.mark.parametrize(
    "text", ["It costs 5 euros (or 3.50) a day.", "snake_case at https://a.example/b_c?d=e&f=g", "R&D"]
)
def test_plain_text_stays_as_it_is(text: str) -> None:
    assert escape(text) == text


@given(st.text(alphabet="ab \\*_`[]()<>!&;#~|-+.1$\n", max_size=30))
def test_no_text_becomes_markup(text: str) -> None:
    shown = RENDERED.render(escape(text))
    assert not re.search(r"<(?!/?p>|/?pre>|/?code>|br ?/?>)", shown)
