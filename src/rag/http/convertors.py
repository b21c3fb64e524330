"""A part of a path that may have any character. Starlette's own `path` does not match a path with a line break."""

from __future__ import annotations

from starlette.convertors import Convertor, register_url_convertor


class _Anything(Convertor[str]):
    regex = "(?s:.*)"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("anything", _Anything())

DOCUMENT_ID = "{document_id:anything}"
"""The part of a path that is the id of a document."""
