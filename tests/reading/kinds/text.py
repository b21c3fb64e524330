"""Markdown and text files."""

from __future__ import annotations

import textwrap

from tests.reading.examples import Example, file, rows
from tests.reading.prose import prose, sentences

_A, _B, _C, _D = prose(0, 3), prose(6, 3), prose(12, 3), prose(18, 3)


def _wrapped(text: str, width: int = 70) -> str:
    return "\n".join(textwrap.wrap(text, width))


_MARKDOWN = f"""---
title: Rules of the harbour
author: Ada Obi
date: 2031-05-04
---

# Rules of the harbour

{_A}

## Fares

1. {sentences(30, 1)[0]}
2. {sentences(31, 1)[0]}

### Pupils

{_B} ~~Struck words.~~
"""
_TABLE = f"""# Boats

{_A}

| Port | Spring | Summer |
|---|---:|---:|
| Aldmoor | 4 | 9 |
| Brackley | 3 | 7 |

{_B}
"""
_NESTED = f"""# Permits

The office asks for:

- {sentences(36, 1)[0]}
- {sentences(37, 1)[0]}
    - {sentences(38, 1)[0]}

> {_C}

<!-- A remark of the editor -->
{_D}
"""
_PLAIN = f"Harbour rules\n\n{_wrapped(_A)}\n\n{_wrapped(_B)}\n\n{_wrapped(_C)}\n"
_UNDERLINED = f"HARBOUR RULES\n=============\n\n{_wrapped(_A)}\n\nFares\n-----\n\n{_wrapped(_B)}\n"
_NUMBERED = (
    f"Harbour rules\n\n1. Scope\n\n{_wrapped(_A)}\n\n2. Fares\n\n{_wrapped(_B)}\n\n"
    f"(a) {_wrapped(sentences(40, 1)[0])}\n(b) {_wrapped(sentences(41, 1)[0])}\n"
)
_HYPHENS = (
    "Harbour rules\n\n"
    f"The council publishes its regulations in the harbour. {_D} Each high-risk case is heard.\n\n"
    "Whoever reads the regu-\nlations finds high-\nrisk cases there.\n"
)

EXAMPLES = [
    Example(
        "front matter, headings and a numbered list",
        "Markdown",
        ".md",
        file(_MARKDOWN),
        " ".join(
            ["Rules of the harbour", _A, "Fares 1.", sentences(30, 1)[0], "2.", sentences(31, 1)[0], "Pupils", _B]
        ),
        headings=["Rules of the harbour", "Fares", "Pupils"],
        numbers=[("1.", sentences(30, 1)[0]), ("2.", sentences(31, 1)[0])],
        unread=["Struck words"],
        facts={"title": "Rules of the harbour", "author": "Ada Obi", "published": "2031-05-04"},
    ),
    Example(
        "a table",
        "Markdown",
        ".md",
        file(_TABLE),
        f"Boats {_A} Aldmoor 4 9 Brackley 3 7 {_B}",
        headings=["Boats"],
        rows=rows(("Port", "Spring", "Summer"), ("Aldmoor", "4", "9"), ("Brackley", "3", "7")),
    ),
    Example(
        "nested lists, quotes and remarks",
        "Markdown",
        ".md",
        file(_NESTED),
        " ".join(["Permits The office asks for:", *sentences(36, 3), _C, _D]),
        headings=["Permits"],
        unread=["remark of the editor"],
    ),
    Example(
        "wrapped paragraphs",
        "text",
        ".txt",
        file(_PLAIN),
        f"Harbour rules {_A} {_B} {_C}",
        facts={"title": "Harbour rules"},
    ),
    Example(
        "underlined headings",
        "text",
        ".txt",
        file(_UNDERLINED),
        f"HARBOUR RULES {_A} Fares {_B}",
        headings=["HARBOUR RULES", "Fares"],
    ),
    Example(
        "numbered headings and items",
        "text",
        ".txt",
        file(_NUMBERED),
        " ".join(
            ["Harbour rules 1. Scope", _A, "2. Fares", _B, "(a)", sentences(40, 1)[0], "(b)", sentences(41, 1)[0]]
        ),
        headings=["Harbour rules", "1. Scope", "2. Fares"],
        numbers=[("(a)", sentences(40, 1)[0]), ("(b)", sentences(41, 1)[0])],
    ),
    Example(
        "words divided at line ends",
        "text",
        ".txt",
        file(_HYPHENS),
        f"Harbour rules The council publishes its regulations in the harbour. {_D} "
        "Each high-risk case is heard. Whoever reads the regulations finds high-risk cases there.",
    ),
]
