"""Collect every regular expression of the package, with the methods that call it."""

from __future__ import annotations

import ast
import contextlib
import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import rag
from rag.http.schemas import MAX_QUESTION, MAX_TURN
from rag.text.bylines import LONGEST as LONGEST_TITLE_PAGE
from rag.text.commands import LONGEST as LONGEST_ORDER
from rag.text.periods import LONGEST_NAMED
from rag.text.phrases import LONGEST_COVERED, MODULES, phrases_of

_METHODS = frozenset("search match fullmatch finditer findall sub subn split".split())  # noqa: SIM905
_DEEPEST = 4
_ANCHORED = frozenset(("match", "fullmatch"))

DOCUMENT = 100_000
"""Characters of the text of a document or of a reply. No limit holds for them, so 100 kB stand for any length."""

_PLACES = {
    "rag.text.amount_questions": MAX_QUESTION,
    "rag.text.bylines": LONGEST_TITLE_PAGE,
    "rag.text.commands": LONGEST_ORDER,
    "rag.text.catalogue_questions": MAX_QUESTION,
    "rag.text.definitions": MAX_QUESTION,
    "rag.text.other_subjects": MAX_TURN,
    "rag.text.periods._ASKED": MAX_QUESTION,
    "rag.text.periods._WITHIN": LONGEST_NAMED,
    "rag.text.question_kinds": MAX_QUESTION,
    "rag.text.subjects": MAX_TURN,
}
"""Modules and names whose patterns are used on questions or earlier turns, with the limit on their characters."""

_STARTS = ("match", r"\A\W*+(?:{})(?!\w)")
_COVERS = ("match", r"\A\W*+(?:{})\W*\Z")
_WORDS = ("finditer", r"\b(?:{})\b")
_SEARCHED = (*_WORDS, DOCUMENT)
_FORMS = {
    "time.": (*_WORDS, MAX_QUESTION),
    "questions.decides": _SEARCHED,
    "questions.compared": ("search", "{}", MAX_QUESTION),
    "questions.chosen": ("search", "{}", MAX_QUESTION),
    "questions.": (*_STARTS, MAX_QUESTION),
    "documents.": (*_COVERS, MAX_QUESTION),
    "follow_ups.": (*_WORDS, MAX_TURN),
    "texts.requested": (*_COVERS, MAX_QUESTION),
    "texts.announces": (*_COVERS, LONGEST_COVERED),
    "texts.definition": ("match", r"(?:\(?\w{1,4}[.)]\s++)?(?:{})", DOCUMENT),
    "texts.named": (*_STARTS, DOCUMENT),
    "texts.next": (*_STARTS, DOCUMENT),
    "texts.limits": (*_STARTS, DOCUMENT),
    "texts.however": (*_STARTS, DOCUMENT),
    "texts.refers_back": (*_STARTS, DOCUMENT),
    "succession.kind": (*_COVERS, LONGEST_COVERED),
    "succession.": ("search", "{}", DOCUMENT),
}
"""How parts of `rag.text.phrases` are used: the method, the form, and the longest text."""


class Used(NamedTuple):
    """A pattern of the package, with the place that compiles it."""

    place: str
    """The module and the name or the line: `rag.text.names._WORD`."""
    pattern: re.Pattern[str]
    methods: frozenset[str]
    """The methods that the package calls: a subset of {"search", "match", "fullmatch", "finditer"}."""
    longest: int = DOCUMENT
    """The characters of the longest text that it is used on."""

    def __str__(self) -> str:
        return self.place


def module_names() -> list[str]:
    """Return the names of all modules of the package."""
    return [
        module.name for module in pkgutil.walk_packages(rag.__path__, "rag.") if not module.name.endswith("__main__")
    ]


def collect() -> list[Used]:
    """Return each pattern once: values of modules, literals in calls such as `re.sub("a", ...)`, and phrases."""
    calls = _calls()
    found: dict[tuple[str, int], Used] = {}
    for used in (*_values(calls), *_literals(), *_phrases()):
        key = (used.pattern.pattern, used.pattern.flags)
        earlier = found.get(key)
        found[key] = (
            used
            if earlier is None
            else earlier._replace(methods=earlier.methods | used.methods, longest=max(earlier.longest, used.longest))
        )
    return sorted(found.values(), key=lambda used: used.place)


def _values(calls: Mapping[tuple[str, str], set[str]]) -> Iterator[Used]:
    for name in module_names():
        module = importlib.import_module(name)
        for attribute, value in list(vars(module).items()):
            for pattern in _patterns_in(value):
                place = name if attribute.startswith("_") else ""  # a private name is used in its own module only
                methods = _reduced(calls.get((place, attribute), set()))
                yield Used(f"{name}.{attribute}", pattern, methods, _longest(f"{name}.{attribute}"))


def _longest(place: str) -> int:
    return next((longest for prefix, longest in _PLACES.items() if f"{place}.".startswith(f"{prefix}.")), DOCUMENT)


def _patterns_in(value: Any, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """Yield the patterns in a value: itself, the items of a container, or the fields of a dataclass or a tuple."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
        else:
            yield re.compile(value.pattern.decode("latin-1"), value.flags & ~re.ASCII)
    elif depth < _DEEPEST:
        for item in _items(value):
            yield from _patterns_in(item, depth + 1)


def _items(value: Any) -> Iterable[Any]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, (tuple, list, set, frozenset)):
        return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [getattr(value, field.name, None) for field in dataclasses.fields(value)]
    return ()


def _literals() -> Iterator[Used]:
    """Yield the patterns that are literals in a call, `re.search("...", text)`, which no value of a module has."""
    for name, tree in _trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (method := _method_of_re(node)) and node.args:
                pattern = node.args[0]
                if isinstance(pattern, ast.Constant) and isinstance(pattern.value, str):
                    ready = re.compile(pattern.value, _flags(node))
                    yield Used(f"{name} line {node.lineno}", ready, _reduced({method}))


def _method_of_re(call: ast.Call) -> str | None:
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name) and function.value.id == "re":
        return function.attr if function.attr in _METHODS else None
    return None


def _flags(call: ast.Call) -> int:
    words = ast.unparse(call)
    return sum(
        int(getattr(re, flag)) for flag in ("IGNORECASE", "MULTILINE", "DOTALL", "VERBOSE") if f"re.{flag}" in words
    )


def _phrases() -> Iterator[Used]:
    """Yield the phrases of each language in the forms in which the package uses them."""
    for code in MODULES:
        for place, words in _strings(phrases_of(code), code):
            part = place.split(".", 1)[1]
            method, form, longest = next((one for name, one in _FORMS.items() if part.startswith(name)), _SEARCHED)
            with contextlib.suppress(re.error):  # not a pattern: a sentence, or words that a module puts together
                pattern = re.compile(form.replace("{}", words), re.IGNORECASE)
                yield Used(f"rag.text.phrases {place}", pattern, frozenset((method,)), longest)


def _strings(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str) and value:
        yield place, value
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            yield from _strings(getattr(value, field.name), f"{place}.{field.name}")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(item, f"{place}[{key!r}]")
    elif isinstance(value, tuple):
        fields = getattr(value, "_fields", range(len(value)))
        for name, item in zip(fields, value, strict=True):
            yield from _strings(item, f"{place}.{name}")


def _calls() -> dict[tuple[str, str], set[str]]:
    """Return the methods of patterns that the package calls on each private name of a module and each public name.

    A call on the variable of a loop counts for the constant that the loop reads, and a call on a parameter for the
    constants that the module passes.
    """
    found: dict[tuple[str, str], set[str]] = {}
    for module, tree in _trees():
        for constant, method in (*_direct_calls(tree), *_calls_in_loops(tree), *_calls_on_parameters(tree)):
            found.setdefault((module if constant.startswith("_") else "", constant), set()).add(method)
    return found


def _direct_calls(tree: ast.AST, names: frozenset[str] | None = None) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _METHODS:
            name = getattr(node.value, "id", None) or getattr(node.value, "attr", "")
            if name and (names is None or name in names):
                yield name, node.attr


def _calls_in_loops(tree: ast.AST) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        loops = [node] if isinstance(node, ast.For) else getattr(node, "generators", [])
        for loop in loops:
            constants = [one.id for one in ast.walk(loop.iter) if isinstance(one, ast.Name) and one.id.isupper()]
            targets = frozenset(one.id for one in ast.walk(loop.target) if isinstance(one, ast.Name))
            for _, method in _direct_calls(node, targets):
                yield from ((constant, method) for constant in constants)


def _calls_on_parameters(tree: ast.AST) -> Iterator[tuple[str, str]]:
    functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    for call in ast.walk(tree):
        function = functions.get(getattr(call.func, "id", "")) if isinstance(call, ast.Call) else None
        if function is None or not isinstance(call, ast.Call):
            continue
        for argument, parameter in zip(call.args, function.args.args, strict=False):
            if isinstance(argument, ast.Name) and argument.id.isupper():
                for _, method in _direct_calls(function, frozenset((parameter.arg,))):
                    yield argument.id, method


def _trees() -> Iterator[tuple[str, ast.Module]]:
    root = Path(rag.__file__).parent
    for path in sorted(root.rglob("*.py")):
        name = ".".join(("rag", *path.relative_to(root).with_suffix("").parts)).removesuffix(".__init__")
        yield name, ast.parse(path.read_text("utf-8"))


def _reduced(methods: set[str]) -> frozenset[str]:
    """Return the methods to time: unknown use counts as a search for all matches, which is the hardest."""
    if not methods or methods - _ANCHORED - {"search"}:
        return frozenset(("finditer", *(methods & _ANCHORED)))
    return frozenset(methods)
