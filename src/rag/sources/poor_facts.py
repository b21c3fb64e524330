"""Recognises properties of files that nobody chose: authors that are programs, and titles that name no document."""

from __future__ import annotations

import re

_PROGRAMS = frozenset(
    (
        "admin", "administrator", "apache poi", "author", "axlsx", "closedxml", "drupal", "epplus", "exceljs",
        "joomla", "libreoffice", "microsoft", "microsoft office user", "openpyxl", "owner", "phpexcel",
        "phpspreadsheet", "pptxgenjs", "python-docx", "python-pptx", "root", "sheetjs", "steve canny",
        "system", "unknown", "unknown creator", "user", "webmaster", "windows user", "wordpress", "xlsxwriter",
    )
)  # fmt: skip
"""Authors that programs and libraries set by themselves, in lower case."""

_POOR_TITLE = re.compile(
    r"home|homepage|home page|index|welcome|page title|title|untitled(?:[ -]?(?:document|page|presentation|\d+))?"
    r"|document\s?\d*|new page\s?\d*|\S+\.(?:html?|php|aspx?|jsp|docx?|xlsx?|pptx?|pdf|odt|ods|rtf|txt)"
    r"|Microsoft (?:Word|Excel|PowerPoint) - .*|.*PowerPoint.{0,20}"
    r"|(?:slide|folie|diapositiv[ae]|sheet|tabelle|presentation|présentation|präsentation)\s?\d*",
    re.IGNORECASE,
)


def is_program(author: str) -> bool:
    """Tell whether an author is a program, or a name that a program sets by itself."""
    return " ".join(author.lower().split()) in _PROGRAMS


def is_poor_title(title: str) -> bool:
    """Tell whether a title names no document, such as `Untitled` or the name of a file."""
    return len(title) <= 200 and _POOR_TITLE.fullmatch(title.strip()) is not None
