"""Write the inputs that make a regular expression slow: long runs, and repetitions of the pattern's own parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

_RUNS = (
    "a", "é", "A", "1", " ", "\n", "\t", ".", "-", ",", "(", "[", "<", "_", "“", '"', "*", "|", "#", "§", "/", "\\",
    "a@", "a.", "a-", "a'", "a’", "a ", "A ", "Aa ", "1,", "1.", "1 ", "a, ", "a; ", "a: ", "A. ", ". ", ", ", " \n",
    "\n ", "()", "(a) ", "[1]", "[1] ", "<a", "<a ", "“a ", "a-\n", "1. ", "(1) ", "$1,000 ", "20 ", "and ", "the ",
    "| a ", "- ", "* ", "> ", "é ", "1/", "a/", "12.12.2012 ", "https://", "www.a", "a\n", "1\n", "a:\n",
)  # fmt: skip
_OUTSIDE = "\u2603"  # a letter of no class that a pattern names
_LETTERS = "aA1 .-,\n'(\t_@/:;|é" + _OUTSIDE
_MOST_PARTS, _MOST_BRANCHES, _LONGEST_EXAMPLE = 20, 30, 400
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)


def worst_inputs(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield texts of about `length` characters."""
    yield from (_repeat(run, length) for run in _RUNS)
    yield "".join(("[" * (length // 2), "]" * (length // 2)))
    yield _repeat("word ", length)
    yield "“" + _repeat("word ", length)
    yield from (text for text in _own(pattern, length))


def _own(pattern: re.Pattern[str], length: int) -> Iterator[str]:
    """Yield texts of the parts of a pattern: each prefix repeated, and each repeated part after its prefix."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE)
    parts = list(dict.fromkeys(_parts(tree, "")))
    step = max(1, len(parts) // _MOST_PARTS)
    for prefix, part in parts[::step]:
        yield _repeat(prefix + part, length)
        yield _repeat(part, length) + _OUTSIDE
        if prefix:
            yield prefix + _repeat(part, length) + _OUTSIDE
            yield _repeat(prefix, length) + part
            yield _repeat(prefix + " ", length)


def _repeat(part: str, length: int) -> str:
    return part * (length // max(1, len(part)))


def _parts(tree: Any, prefix: str) -> Iterator[tuple[str, str]]:
    """Yield each repeated part, and each whole sequence, with an example of the text before it."""
    before = prefix
    for code, argument in tree:
        if code in _REPEATS and argument[1] > 1:
            yield from ((before, unit) for unit in _units(argument[2]))
        for inner in _inner(code, argument):
            yield from _parts(inner, before)
        before += _example([(code, argument)])
    if before != prefix and len(before) < _LONGEST_EXAMPLE:
        yield prefix, before[len(prefix) :]


def _inner(code: Any, argument: Any) -> list[Any]:
    """Return the sequences inside one node of the tree."""
    if code in _REPEATS:
        return [argument[2]]
    if code is codes.SUBPATTERN:
        return [argument[3]]
    if code is codes.BRANCH:
        return list(argument[1][:_MOST_BRANCHES])
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return [argument[1]]
    return [argument] if code is codes.ATOMIC_GROUP else []


def _units(tree: Any) -> list[str]:
    """Return examples of one repetition of a part."""
    example = _example(tree)
    if len(tree) == 1 and tree[0][0] in (codes.IN, codes.ANY, codes.NOT_LITERAL):
        return [letter for letter in _LETTERS if _matches(tree, letter)][:8] or [example]
    return [example] if example else []


def _matches(tree: Any, letter: str) -> bool:
    ((code, argument),) = tree
    if code is codes.ANY:
        return letter != "\n"
    if code is codes.NOT_LITERAL:
        return bool(ord(letter) != argument)
    return _in_class(argument, letter)


def _in_class(items: Any, letter: str) -> bool:
    negated = bool(items) and items[0][0] is codes.NEGATE
    found = any(_is_one(code, argument, letter) for code, argument in items)
    return found is not negated


def _is_one(code: Any, argument: Any, letter: str) -> bool:
    if code is codes.LITERAL:
        return bool(ord(letter) == argument)
    if code is codes.RANGE:
        return bool(argument[0] <= ord(letter) <= argument[1])
    if code is codes.CATEGORY:
        name = str(argument)
        kind = (
            letter.isspace()
            if "SPACE" in name
            else letter.isdigit()
            if "DIGIT" in name
            else letter.isalnum() or letter == "_"
        )
        return kind is not ("NOT" in name)
    return False


def _example(tree: Any) -> str:
    """Return a short text that the tree matches, without its assertions."""
    return "".join(_example_of(code, argument) for code, argument in tree)


def _example_of(code: Any, argument: Any) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code in (codes.IN, codes.ANY, codes.NOT_LITERAL):
        named = [chr(one[1]) for one in argument if one[0] is codes.LITERAL] if code is codes.IN else []
        first = [chr(one[1][0]) for one in argument if one[0] is codes.RANGE] if code is codes.IN else []
        return next((letter for letter in (*_LETTERS, *named, *first) if _matches([(code, argument)], letter)), "")
    if code is codes.SUBPATTERN:
        return _example(argument[3])
    if code is codes.ATOMIC_GROUP:
        return _example(argument)
    if code is codes.BRANCH:
        return _example(argument[1][0])
    if code in _REPEATS:
        return _example(argument[2]) * int(max(argument[0], 1 if argument[1] > 1 else argument[0]))
    return ""
