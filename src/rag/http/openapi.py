"""Completes the OpenAPI document that FastAPI writes: with problem details, and with bodies that routes read."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from rag.http.job_schemas import IngestionRequest, NewDocument
from rag.http.problems import MEDIA_TYPE
from rag.http.schemas import Problem

_TEMPLATE = "#/components/schemas/{model}"
_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": _TEMPLATE.format(model="Problem")}}}
_MEANINGS = {
    401: "The key is missing or wrong.",
    403: "No key is set where the service runs, so nobody may change the index.",
    404: "There is none of that id.",
    409: "The snapshot is damaged, or was built with another model.",
    413: "The body is too long.",
    415: "The body is of a format that is not read.",
    422: "A field is missing, unknown or wrong; `errors` names it.",
    503: "There is no index yet, none that fits the configuration, or none that can be written to now.",
}

_UNSEEN = (Problem, NewDocument, IngestionRequest)

ANY_PROBLEM: dict[int | str, dict[str, Any]] = {"default": {"description": "Any other error.", "content": _CONTENT}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Describe the errors of a route."""
    return {status: {"description": _MEANINGS[status], "content": _CONTENT} for status in statuses}


class Described(FastAPI):
    """An application whose errors are described as what they are."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document, made at the first call."""
        if self.openapi_schema is None:
            named = super().openapi()["components"]["schemas"]
            for model in _UNSEEN:
                schema = model.model_json_schema(ref_template=_TEMPLATE)
                named |= {**schema.pop("$defs", {}), model.__name__: schema}
        return super().openapi()
