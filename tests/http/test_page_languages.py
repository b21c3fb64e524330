"""Every sentence of the page has a translation, and every translation is of a sentence that the page has."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

import pytest

import rag.http
from rag.http import version_pages

UI = Path(rag.http.__file__).parent / "ui"
MODULES = [path for path in UI.rglob("*.js") if path.name != "language.js"]
SERVED = [UI.parent / "document_page.py", UI.parent / "version_pages.py"]
"""Python modules that write parts of a page."""

STRING = r'("(?:[^"\\\n]|\\.)*")'
SENTENCE = re.compile(rf"(?<![\w.$])(?:t|spoken)\(\s*{STRING}")
PLURAL = re.compile(rf"(?<![\w.$])plural\(\s*{STRING},\s*{STRING}")
COMMENT = re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.DOTALL)
CALL = re.compile(r"(?<![\w.$])(?:t|plural|spoken)\((?!sentence[,)])")
WORDS = re.compile(r"""["'`>][^"'`<\n]*?(?:[A-Z][a-z]+ [a-z]+|[a-z]+ [a-z]+[.…])[^"'`\n]*["'`<]""")
PLACEHOLDER = re.compile(r"\{\w+\}")
NAMED = ("aria-label", "placeholder", "title")


class Marked(HTMLParser):
    """Collects the words and the names of elements that have `data-t`, and the words of all others."""

    def __init__(self) -> None:
        super().__init__()
        self.sentences: set[str] = set()
        self.unmarked: set[str] = set()
        self._marked = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self._marked = "data-t" in attributes
        names = {attributes[name] or "" for name in NAMED if name in attributes}
        (self.sentences if self._marked else self.unmarked).update(names)

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if re.search(r"[A-Za-z]{2}", words) and "$" not in words:
            (self.sentences if self._marked else self.unmarked).add(words)


def marked(html: str) -> Marked:
    found = Marked()
    found.feed(html)
    return found


def test_the_files_of_the_languages_are_those_that_the_page_offers() -> None:
    [offered] = re.findall(r"LANGUAGES = (\[.+?\])", (UI / "language.js").read_text(encoding="utf-8"))
    assert sorted(json.loads(offered)) == sorted(["en", *(path.stem for path in languages())])


def languages() -> list[Path]:
    return sorted((UI / "languages").glob("*.json"))


def module_sentences() -> tuple[set[str], set[str]]:
    """Return the sentences of the modules of the page, and the plural ones among them."""
    singular, plural = set(), set()
    for path in MODULES:
        code = path.read_text(encoding="utf-8")
        singular |= {json.loads(found) for found in SENTENCE.findall(code)}
        plural |= {json.loads(other) for _, other in PLURAL.findall(code)}
    return singular, plural


def html_sentences() -> set[str]:
    pages = [path.read_text(encoding="utf-8") for path in UI.glob("*.html")]
    served = re.findall(r"<[^<>]* data-t>[^<{]+<", "".join(path.read_text(encoding="utf-8") for path in SERVED))
    return set(chain.from_iterable(marked(html).sentences for html in [*pages, *served]))


@pytest.mark.parametrize("path", languages(), ids=lambda path: path.stem)
def test_a_language_has_every_sentence_of_the_page_and_no_other(path: Path) -> None:
    translated = json.loads(path.read_text(encoding="utf-8"))["sentences"]
    singular, plural = module_sentences()
    used = singular | plural | html_sentences() | served_sentences()
    assert sorted(used - translated.keys()) == []
    assert sorted(translated.keys() - used) == []
    assert {english for english, words in translated.items() if isinstance(words, dict)} == plural


def served_sentences() -> set[str]:
    """Return the sentences that a module of the service names `_CHANGED` and the like, and shows with `data-t`.

    The pages of versions have theirs in `NAMES`.
    """
    code = "".join(path.read_text(encoding="utf-8") for path in SERVED)
    names = re.findall(r" data-t>\{(_[A-Z]+)\}<", code)
    named = {words for name in names for words in re.findall(rf'^{name} = "(.+)"$', code, re.MULTILINE)}
    return named.union(*(one.values() for one in version_pages.NAMES))


@pytest.mark.parametrize("path", languages(), ids=lambda path: path.stem)
def test_a_translation_has_the_values_of_its_sentence(path: Path) -> None:
    for english, words in json.loads(path.read_text(encoding="utf-8"))["sentences"].items():
        forms = list(words.values()) if isinstance(words, dict) else [words]
        for form in forms:
            missing = set(PLACEHOLDER.findall(english)) - set(PLACEHOLDER.findall(form))
            assert missing <= ({"{count}"} if isinstance(words, dict) else set()), (english, form)
            assert set(PLACEHOLDER.findall(form)) <= set(PLACEHOLDER.findall(english)), (english, form)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(UI)))
def test_a_module_has_no_sentence_that_cannot_be_translated(path: Path) -> None:
    code = COMMENT.sub("", path.read_text(encoding="utf-8"))
    if path.name == "style.js":
        return
    known = len(SENTENCE.findall(code)) + len(PLURAL.findall(code))
    assert len(CALL.findall(code)) == known, "the sentence of a call is not written where it is used"
    rest = PLURAL.sub("", SENTENCE.sub("", code))
    assert WORDS.findall(re.sub(r"^import .*?;$", "", rest, flags=re.MULTILINE | re.DOTALL)) == []


def test_the_html_of_the_page_has_no_words_that_cannot_be_translated() -> None:
    found = marked((UI / "index.html").read_text(encoding="utf-8"))
    script = {"This page needs JavaScript. The service also answers at", "POST /v1/answers"}
    assert found.unmarked - script - {"?"} == set()
    for name in ("document.html", "versions.html"):
        assert marked((UI / name).read_text(encoding="utf-8")).unmarked == set()
