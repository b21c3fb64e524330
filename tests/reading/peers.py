"""Other libraries that read the text of PDF files: the extra `reading` installs them."""

from __future__ import annotations

import importlib
import io
import logging
from collections.abc import Callable, Mapping
from typing import Any

from rag.sources.blocks import assemble
from rag.sources.pdf import parsing as pdf

Reader = Callable[[bytes], str]


def readers() -> Mapping[str, Reader]:
    """Return a function for `rag` and for each of the libraries, from the bytes of a PDF file to its text."""
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    return {"rag": _rag, "pypdf": _pypdf, "pdfminer.six": _pdfminer, "pdfplumber": _pdfplumber}


def _rag(raw: bytes) -> str:
    return assemble(pdf.parse(raw, "example").blocks).text


def _pypdf(raw: bytes) -> str:
    library: Any = importlib.import_module("pypdf")
    return "\n".join(page.extract_text() for page in library.PdfReader(io.BytesIO(raw)).pages)


def _pdfminer(raw: bytes) -> str:
    library: Any = importlib.import_module("pdfminer.high_level")
    return str(library.extract_text(io.BytesIO(raw)))


def _pdfplumber(raw: bytes) -> str:
    library: Any = importlib.import_module("pdfplumber")
    with library.open(io.BytesIO(raw)) as document:
        return "\n".join(page.extract_text() for page in document.pages)
