"""Reads the words in a picture with the program tesseract, if the system has it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

DPI = 300
"""The resolution of the pictures, in dots per inch."""

_MOST_LANGUAGES = 4
"""If more languages are installed, the default is English alone. Each language makes tesseract slower."""

_WORD = 5
"""The level of a word in the output of tesseract."""

_START_SECONDS = 20.0
_CODES = {
    "ar": "ara",
    "bg": "bul",
    "cs": "ces",
    "da": "dan",
    "de": "deu",
    "el": "ell",
    "en": "eng",
    "es": "spa",
    "et": "est",
    "fi": "fin",
    "fr": "fra",
    "he": "heb",
    "hi": "hin",
    "hr": "hrv",
    "hu": "hun",
    "it": "ita",
    "ja": "jpn",
    "kk": "kaz",
    "ko": "kor",
    "lt": "lit",
    "lv": "lav",
    "nl": "nld",
    "no": "nor",
    "pl": "pol",
    "pt": "por",
    "ro": "ron",
    "ru": "rus",
    "sk": "slk",
    "sl": "slv",
    "sv": "swe",
    "tr": "tur",
    "uk": "ukr",
}
"""The name that tesseract gives to a language, by its ISO 639-1 code."""


class OcrFailed(Exception):
    """Tesseract is missing, failed, or took too long. The message is a clause without a full stop."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word in a picture. Its box is in pixels from the upper left corner, and its confidence in [0, 1].

    `line` is the same for the words of one line.
    """

    text: str
    left: int
    top: int
    right: int
    bottom: int
    confidence: float
    line: tuple[int, int, int]


def languages() -> tuple[str, ...]:
    """Return the names of the installed languages, such as `eng`. Raises OcrFailed."""
    return _languages(_program())


def chosen(asked: str | None) -> tuple[str, ...]:
    """Return the languages to read: those in `asked`, such as `eng+deu`, or else the installed ones.

    Raises OcrFailed if one of them is not installed.
    """
    installed = languages()
    names = tuple(asked.replace(",", "+").replace(" ", "").split("+")) if asked else _default(installed)
    missing = [name for name in names if name not in installed]
    if missing or not names:
        lacks = missing[0] if missing else "eng"
        raise OcrFailed(f"tesseract has no language {lacks}; install it, or change RAG_OCR_LANGUAGES")
    return names


def _default(installed: Sequence[str]) -> tuple[str, ...]:
    if len(installed) > _MOST_LANGUAGES:
        return ("eng",)
    return tuple(sorted(installed, key=lambda name: name != "eng"))


def code_of(language: str | None) -> str | None:
    """Return the name that tesseract gives to the language with an ISO 639-1 code."""
    return _CODES.get(language or "")


def words(picture: bytes, names: Sequence[str], seconds: float) -> list[Word]:
    """Return the words in a picture in the format PGM, whose resolution is `DPI`. Raises OcrFailed and TimeoutError.

    The program inherits the memory limit of this process, and gets at most `seconds`.
    """
    arguments = ["stdin", "stdout", "--dpi", str(DPI), "-l", "+".join(names), "--psm", "3", "tsv"]
    return list(_words(_run([_program(), *arguments], picture, seconds)))


def _words(table: str) -> Iterator[Word]:
    """Yield the words in the table that tesseract prints."""
    for row in table.splitlines()[1:]:
        cells = row.split("\t", 11)
        if len(cells) != 12 or cells[0] != str(_WORD) or not cells[11].strip():
            continue
        _, _, block, paragraph, line, _, left, top, width, height = map(int, cells[:10])
        confidence = max(0.0, float(cells[10]) / 100)
        yield Word(cells[11].strip(), left, top, left + width, top + height, confidence, (block, paragraph, line))


def _program() -> str:
    found = shutil.which("tesseract")
    if found is None:
        raise OcrFailed("tesseract is not installed; install it to read such pages, or run OCR over the file")
    return found


@lru_cache(4)
def _languages(program: str) -> tuple[str, ...]:
    try:
        listed = _run([program, "--list-langs"], b"", _START_SECONDS).splitlines()[1:]
    except TimeoutError as error:
        raise OcrFailed(f"tesseract does not start within {_START_SECONDS:g} s; install it again") from error
    return tuple(name for name in listed if name and name != "osd" and "/" not in name)


def _run(command: Sequence[str], given: bytes, seconds: float) -> str:
    """Return the output of a command in UTF-8. Raises OcrFailed and TimeoutError."""
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603 - the program of the system, without a shell
            command, input=given, capture_output=True, timeout=seconds, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    except OSError as error:
        raise OcrFailed(f"tesseract does not start ({error.strerror or error}); install it again") from error
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2][:200]
        raise OcrFailed(f"tesseract failed ({reason or done.returncode}); raise RAG_PARSE_MEMORY, or install it again")
    return done.stdout.decode(errors="replace")
