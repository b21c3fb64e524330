"""Completes the OpenAPI document that FastAPI writes with what it knows nothing of: problem details."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from rag.http.problems import MEDIA_TYPE
from rag.http.schemas import Problem

_TEMPLATE = "#/components/schemas/{model}"
_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": _TEMPLATE.format(model="Problem")}}}
_MEANINGS = {
    404: "There is no such document.",
    422: "A field is missing, unknown or wrong; `errors` names it.",
    503: "There is no index yet, or none that fits the configuration.",
}

ANY_PROBLEM: dict[int | str, dict[str, Any]] = {"default": {"description": "Any other error.", "content": _CONTENT}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route."""
    return {status: {"description": _MEANINGS[status], "content": _CONTENT} for status in statuses}


class Described(FastAPI):
    """An application whose errors are described as what they are."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made at the first call."""
        if self.openapi_schema is None:
            schema = Problem.model_json_schema(ref_template=_TEMPLATE)
            named = super().openapi()["components"]["schemas"]
            named |= {**schema.pop("$defs"), "Problem": schema}
        return super().openapi()
