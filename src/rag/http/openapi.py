"""Complete the OpenAPI document of FastAPI: add problem details and the bodies that routes parse themselves."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from rag.http.access.middleware import OPEN
from rag.http.access.requirements import SCHEME
from rag.http.job_schemas import IngestionRequest, NewDocument
from rag.http.problems import MEDIA_TYPE
from rag.http.schemas import Problem

_TEMPLATE = "#/components/schemas/{model}"
_CONTENT = {MEDIA_TYPE: {"schema": {"$ref": _TEMPLATE.format(model="Problem")}}}
_DESCRIPTIONS = {
    401: "The key is missing or wrong.",
    403: "The role of the key or a setting does not allow this, or no key of the service allows changes.",
    404: "No document, job, snapshot, shared answer or saved question has this id.",
    409: "The snapshot is damaged, was built with another encoder, or from another snapshot than the current one.",
    413: "The body is too long.",
    415: "The format of the body is not supported.",
    422: "A field is missing, unknown or invalid; `errors` names it.",
    507: "The service keeps as many answers or questions as it may, or this one is too large.",
    503: "There is no index, it is gone or read-only, another encoder built it, or another process writes to it.",
}

_PARSED_BY_ROUTES = (Problem, NewDocument, IngestionRequest)

ANY_PROBLEM: dict[int | str, dict[str, Any]] = {"default": {"description": "Any other error.", "content": _CONTENT}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI descriptions of the errors of a route."""
    return {status: {"description": _DESCRIPTIONS[status], "content": _CONTENT} for status in statuses}


class DocumentedApp(FastAPI):
    """An application whose OpenAPI document describes errors as problem details."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document. The first call builds it."""
        if self.openapi_schema is None:
            document = super().openapi()
            for model in _PARSED_BY_ROUTES:
                schema = model.model_json_schema(ref_template=_TEMPLATE)
                document["components"]["schemas"] |= {**schema.pop("$defs", {}), model.__name__: schema}
            for path, operations in document["paths"].items():
                if path not in OPEN:
                    self._add_key(operations)
        return super().openapi()

    def _add_key(self, operations: dict[str, Any]) -> None:
        """Say that routes take a key, which is optional if asking is open. Then `/docs` sends it."""
        optional: list[dict[str, list[str]]] = [] if self.state.access.is_closed else [{}]
        for operation in operations.values():
            operation.setdefault("security", [*optional, {SCHEME: []}])
