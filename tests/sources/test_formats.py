"""The table of formats decides everything that depends on the format of a file, and plugins extend it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from rag import formats, plugins
from rag.cli.program import app
from rag.errors import ConfigurationError, UnreadableSource
from rag.formats import BUILT_IN, Format
from rag.sources import Block, Parsed, discover
from rag.sources.documents import parse
from rag.types import Document

ROOT = Path(__file__).parents[2]
_HWP = Format("hwp", (".hwp",), "Hangul", f"{__name__}:parse_hwp", ("application/hwp",))

Install = Callable[..., None]


def parse_hwp(raw: bytes, stem: str) -> Parsed:
    return Parsed([Block(raw.decode())])


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """A function that installs its keyword arguments as plugins: each is a format under a name."""
    module = ModuleType("a_plugin")
    monkeypatch.setitem(sys.modules, "a_plugin", module)

    def install(**values: object) -> None:
        vars(module).update(values)
        points = {name: EntryPoint(name, f"a_plugin:{name}", "rag.formats") for name in values}
        monkeypatch.setattr(plugins, "installed", lambda kind: points if kind == "formats" else {})
        formats._table.cache_clear()

    yield install
    formats._table.cache_clear()


@pytest.mark.parametrize("one", BUILT_IN, ids=lambda one: one.name)
def test_the_parser_of_every_built_in_format_exists(one: Format) -> None:
    module, _, function = one.parser.partition(":")
    assert callable(getattr(import_module(module), function))


def test_the_help_of_ingest_lists_every_built_in_format() -> None:
    help_text = " ".join(CliRunner().invoke(app, ["ingest", "--help"]).output.split())
    for one in BUILT_IN:
        assert f"{one.description} ({one.suffixes[0]})" in help_text


@pytest.mark.parametrize("page", ["README.md", *sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md"))])
def test_a_page_that_lists_the_formats_lists_them_all(page: str) -> None:
    for line in (ROOT / page).read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("rag ingest") and ".docx" in line:
            assert [one.suffixes[0] for one in BUILT_IN] == re.findall(r"(?<= )\.\w+", line)


@pytest.mark.parametrize(
    ("media_type", "path", "suffix"),
    [
        ("text/html", "/a", ".html"),
        ("application/xhtml+xml", "/a.txt", ".html"),
        ("text/plain", "/a.md", ".md"),
        ("text/plain", "/a.jsonl", ".txt"),
        ("application/octet-stream", "/a.PDF", ".pdf"),
        ("", "/a.docx", ".docx"),
        ("", "/a.jsonl", None),
        ("application/octet-stream", "/a", None),
        ("image/png", "/a.txt", None),
    ],
)
def test_the_suffix_comes_from_the_media_type_or_from_the_path_if_the_type_is_vague(
    media_type: str, path: str, suffix: str | None
) -> None:
    assert formats.suffix_of(media_type, path) == suffix


def test_a_plugin_adds_a_format(install: Install, tmp_path: Path) -> None:
    install(hwp=_HWP)
    (tmp_path / "leave.HWP").write_text("Leave is a right.")
    assert [*discover([tmp_path]).files.values()] == [tmp_path / "leave.HWP"]
    (record,) = parse(tmp_path / "leave.HWP")
    assert isinstance(record.content, Document)
    assert (record.content.text, record.content.metadata["format"]) == ("Leave is a right.", "hwp")
    assert formats.suffix_of("application/hwp", "/leave") == ".hwp"
    assert "application/hwp" in formats.media_types()


def _unchecked(**values: object) -> Format:
    """Return a format without running its checks."""
    made = object.__new__(Format)
    for name in Format.__slots__:
        object.__setattr__(made, name, values.get(name, getattr(_HWP, name)))
    return made


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("text", "is a str, not a rag.formats.Format"),
        (_unchecked(parser="no_such_package:parse"), "there is no module no_such_package"),
        (_unchecked(parser="no_such_package.parser:parse"), "No module named 'no_such_package'"),
    ],
)
def test_a_broken_plugin_gives_one_sentence(install: Install, tmp_path: Path, value: object, words: str) -> None:
    install(hwp=value)
    with pytest.raises(ConfigurationError, match="the format 'hwp' does not load") as raised:
        discover([tmp_path])
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_plugin_that_cannot_be_imported_gives_one_sentence(
    monkeypatch: pytest.MonkeyPatch, install: Install, tmp_path: Path
) -> None:
    install()
    point = EntryPoint("hwp", "no_such_package:HWP", "rag.formats")
    monkeypatch.setattr(plugins, "installed", lambda _: {"hwp": point})
    with pytest.raises(ConfigurationError, match=r"'hwp' does not load \(No module named 'no_such_package'\)"):
        discover([tmp_path])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"suffixes": ()}, "no suffix"),
        ({"suffixes": ("hwp",)}, "its suffix 'hwp' does not have the form of '.hwp'"),
        ({"suffixes": (".HWP",)}, "its suffix '.HWP'"),
        ({"suffixes": ".hwp"}, "its suffix '.'"),
        ({"media_types": ("hwp",)}, "its media type 'hwp'"),
        ({"parser": "a_plugin.parse"}, "its parser 'a_plugin.parse'"),
    ],
)
def test_a_format_checks_the_form_of_its_values(wrong: dict[str, object], words: str) -> None:
    values = {name: getattr(_HWP, name) for name in Format.__slots__}
    with pytest.raises(ValueError, match=re.escape(words)):
        Format(**{**values, **wrong})


@pytest.mark.parametrize(
    ("suffix", "media_type", "claimed"),
    [(".pdf", "application/hwp", ".pdf"), (".hwp", "application/pdf", "application/pdf")],
)
def test_two_formats_with_one_suffix_or_media_type_are_refused(
    install: Install, tmp_path: Path, suffix: str, media_type: str, claimed: str
) -> None:
    install(hwp=Format("hwp", (suffix,), "Hangul", _HWP.parser, (media_type,)))
    with pytest.raises(ConfigurationError, match=f"the formats 'pdf' and 'hwp' both claim {claimed}: uninstall"):
        discover([tmp_path])


def test_a_file_whose_parser_does_not_load_fails_with_the_reason(install: Install, tmp_path: Path) -> None:
    install(hwp=Format("hwp", (".hwp",), "Hangul", f"{__name__}:no_such_function"))
    (tmp_path / "leave.hwp").write_text("Leave is a right.")
    (record,) = parse(tmp_path / "leave.hwp")
    assert isinstance(record.content, UnreadableSource)
    assert f"needs the parser {__name__}:no_such_function, which does not load" in str(record.content)


def test_the_page_of_formats_names_every_suffix() -> None:
    page = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    rows = [line.split("|")[2] for line in page.splitlines() if line.startswith("| ") and line.count("|") == 5]
    assert set(re.findall(r"`(\.\w+)`", " ".join(rows))) == {suffix for one in BUILT_IN for suffix in one.suffixes}


def test_the_main_process_imports_no_parser() -> None:
    code = "import rag.cli.commands, rag.http.uploads, rag.feeds, rag.ingest.ingestion, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    parsers = {one.parser.partition(":")[0] for one in BUILT_IN}
    assert parsers.isdisjoint(loaded)
    assert {"lxml", "pypdfium2", "docx", "trafilatura", "markdown_it"}.isdisjoint(loaded)
