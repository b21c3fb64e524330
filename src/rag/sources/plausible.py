"""Tells facts that a person wrote about a document from those that a program filled in."""

from __future__ import annotations

import datetime
import re

from rag.sources.blocks import Facts

FILLED_IN = frozenset({"pdf", "html", "docx", "doc", "odt", "ods", "rtf", "pptx", "xlsx", "epub", "mhtml"})
"""The formats whose programs fill in the properties of a file themselves."""

_SUFFIX = (
    r"\.(?:docx?|docm|dotx?|pdf|rtf|indd|odt|ods|odp|tex|p\d\d|pmd?\d*|qx[dp]|fm|wpd|wps|pptx?|xlsx?|csv|html?|xml|"
    r"txt|exe|dvi|e?ps|tiff?|jpe?g|png|gif|bmp|pub|vsdx?|dwg|ai|cdr|md|jsp|aspx?|php)"
)
_PROGRAMS = (
    r"(?:adobe|acrobat|aspose|itext|abbyy|fine ?reader|libre ?office|open ?office|pdf ?creator|pdflatex|ghostscript|"
    r"pscript|microsoft|ms word|wordperfect|quark ?xpress|page ?maker|frame ?maker|indesign|canon|xerox|konica|minolta|"
    r"ricoh|aficio|kyocera|brother|sharp mx|lexmark|epson|scanjet|hp (?:scan|digital|laserjet|officejet)|camscanner|"
    r"ilovepdf|smallpdf|wkhtmltopdf|prince|skia|quartz|pdf ?tk|foxit|nitro|apache|fop|jasper|crystal|tcpdf|reportlab|"
    r"dompdf|weasyprint|chromium|mozilla|google docs|pandoc|calibre|latex|pdftex|xetex|tex|wps office|pdf2docx|"
    r"html-to-docx|docx4j|openxml|phpoffice|phpword|phpexcel|phpspreadsheet|python-docx|python-pptx|openpyxl|axlsx|"
    r"closedxml|epplus|exceljs|sheetjs|xlsxwriter|pptxgenjs|steve canny|wordpress|drupal|joomla)\b"
)
_NO_TITLE = re.compile(
    r"[\x00-\x7f]{0,3}"
    r"|\W?(?:untitled|unbenannt|sans titre|anonymous|unspecified|unknown|no title|none|null)\b.*"
    rf"|{_PROGRAMS}.*|.*{_SUFFIX}|array\(0x.*|[a-z]:\\.*|(?:file:)?/[^/]*+/.*"
    r"|(?:new |word )?(?:document|dokument|presentation|présentation|präsentation|book|layout|slide|folie"
    r"|diapositiv[ae]|sheet|tabelle|page|title|titel|print|scan|image|index|home|homepage|home page|welcome|page title"
    r"|template|vorlage|draft|final|test|scanned (?:document|image)|powerpoint presentation"
    r"|powerpoint-präsentation)[\s_-]*\d*",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    rf"\W*|\W?(?:untitled|anonymous|unspecified|unknown|none|null|n/?a|default|root|guest"
    rf"|author|owner|user\w*|utilisateur"
    rf"|benutzer|usuario|admin\w*|system|webmaster|lenovo|dell|hp|acer|asus|toshiba|un-?named"
    rf"|scanner|scan|test|pc|laptop|office|windows user|microsoft office user|mac user"
    rf"|valued\b.*|your name.*|.*\buser\d*)|{_PROGRAMS}.*|.*{_SUFFIX}|[a-z]:\\.*|https?://.*|\d+|array\(0x.*",
    re.IGNORECASE,
)

_DEFAULT_DATES = frozenset(
    (
        "1899-12-30", "1900-01-01", "1970-01-01", "1980-01-01", "1601-01-01", "2006-09-13", "2006-09-16",
        "2013-01-27", "2013-12-23", "2015-06-05",
    )
)  # fmt: skip
"""Dates of empty fields, empty clocks, and the templates of libraries."""


def is_title(text: str) -> bool:
    """Return whether a text can be the title of a document, and is no name of a file, a program or a template."""
    words = " ".join(text.split())
    return not _NO_TITLE.fullmatch(words) and not _is_code(words)


def _is_code(words: str) -> bool:
    """Return whether a text is a name of a file, such as `fw4_2021`, or has no letter."""
    one = words.isascii() and " " not in words and any(sign.isdigit() or sign == "_" for sign in words)
    return one or not any(map(str.isalpha, words))


def is_author(text: str) -> bool:
    """Return whether a text can name an author, and is no program, device or account."""
    return _NO_AUTHOR.fullmatch(" ".join(text.split())) is None


def is_date(date: str) -> bool:
    """Return whether an ISO date can be the date of a document, and is neither a default nor in the future."""
    return date not in _DEFAULT_DATES and "1980" <= date <= _tomorrow()


def plausible(facts: Facts, format_name: str) -> Facts:
    """Return the facts in a file without titles and authors that only a program can have written."""
    if format_name not in FILLED_IN:
        return facts
    checks = {"title": is_title, "author": is_author}
    return {
        name: value
        for name, value in facts.items()
        if name not in checks or not isinstance(value, str) or checks[name](value)
    }


def _tomorrow() -> str:
    return (datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)).isoformat()
