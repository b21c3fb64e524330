"""Says what to do with files of formats that are not read."""

from __future__ import annotations

from pathlib import PurePosixPath

from rag.formats import suffixes

_REMEDIES = {
    "bmp gif heic jpeg jpg jp2 png tif tiff webp": "a picture has no text: run OCR, and save it as PDF",
    "djvu djv": "run OCR if needed, and convert it to PDF",
    "pot potx pps ppt": "save it as .pptx or PDF in PowerPoint or LibreOffice",
    "wpd wps wri sxw": "save it as .docx or PDF in Word or LibreOffice",
    "sxc xls xlsb xlt xltx": "save it as .xlsx or .csv in Excel or LibreOffice",
    "odp key numbers pages": "export it as PDF",
    "7z bz2 gz rar tar tgz xz": "unpack it, or pack it again as .zip",
    "mbox pst ost": "export its messages as .eml files",
    "azw azw3 fb2 kfx lit mobi": "convert it to .epub with Calibre",
    "tex": "convert it to PDF or HTML, for example with pandoc",
    "adoc asciidoc org textile wiki": "convert it to Markdown or HTML, for example with pandoc",
    "json yaml yml toml": "save its texts as .jsonl, one document a line",
    "aac flac m4a mov mp3 mp4 ogg wav webm": "save a transcript as text",
    "vsd vsdx dwg dxf": "export it as PDF",
    "ps eps xps oxps": "convert it to PDF",
}
_BY_SUFFIX = {f".{suffix}": remedy for names, remedy in _REMEDIES.items() for suffix in names.split()}


def remedy(name: str) -> str:
    """Return what makes a file of an unknown format readable, as a clause without a full stop."""
    known = _BY_SUFFIX.get(PurePosixPath(name).suffix.lower())
    return known or f"convert it to one of {' '.join(suffixes())}"
