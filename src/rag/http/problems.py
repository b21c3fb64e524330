"""Turns every error into problem details (RFC 9457) with the right status."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from rag import errors
from rag.http import pages
from rag.http.chats import errors as chats
from rag.http.schemas import FieldError, Problem

STATUS: dict[type[errors.RagError], HTTPStatus] = {
    errors.RagError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.UnreadableSource: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidFilter: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownDocument: HTTPStatus.NOT_FOUND,
    errors.UnknownJob: HTTPStatus.NOT_FOUND,
    errors.UnknownModel: HTTPStatus.NOT_FOUND,
    errors.UnknownSnapshot: HTTPStatus.NOT_FOUND,
    errors.SnapshotError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BackendError: HTTPStatus.BAD_GATEWAY,
    errors.BackendTimeout: HTTPStatus.GATEWAY_TIMEOUT,
}
"""An error has the status of the nearest of its ancestors that stands here."""

MEDIA_TYPE = "application/problem+json"

_OPENAI = ("/v1/models", "/v1/chat/", "/v1/responses")
"""Paths whose clients read errors in OpenAI's envelope."""

_RETRY_AFTER = "5"
"""Seconds after which another writer may have finished."""

_log = logging.getLogger(__name__)


def problem_of(error: errors.RagError) -> Problem:
    """Return the problem details of one of our errors."""
    status = next(STATUS[ancestor] for ancestor in type(error).__mro__ if ancestor in STATUS)
    fields = [FieldError(field=field, detail=str(error)) for field in _fields(error)]
    return Problem(title=status.phrase, status=status, detail=str(error), errors=fields)


def _fields(error: errors.RagError) -> list[str]:
    if isinstance(error, errors.InvalidFilter):
        return [f"filters.{error.field}"]
    return ["model"] if isinstance(error, errors.UnknownModel) else []


def faulty(faults: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Return the fields at fault, each with one sentence, from what pydantic says of a body."""
    told = dict.fromkeys((_field(fault["loc"]), _sentence(fault)) for fault in faults)
    return [FieldError(field=field, detail=detail) for field, detail in told]


def sentence(fields: Iterable[FieldError]) -> str:
    """Return what is wrong with all of them."""
    return "; ".join(f"{field.field}: {field.detail}" for field in fields)


def install(app: FastAPI) -> None:
    """Let `app` answer every error with problem details."""
    app.add_exception_handler(errors.RagError, _on_rag_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_bug)


def _on_rag_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.RagError)
    response = _response(request, problem_of(error))
    if isinstance(error, errors.WriterBusy):
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = faulty(error.errors())
    detail = sentence(fields)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return _response(request, Problem(title=status.phrase, status=status, detail=detail, errors=fields))


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else f"{request.method} {request.url.path} is not served"
    response = _response(request, Problem(title=status.phrase, status=status, detail=detail))
    response.headers.update(error.headers or {})
    return response


def _on_bug(request: Request, error: Exception) -> Response:
    _log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return _response(request, Problem(title=status.phrase, status=status, detail="the service failed: see its log"))


def _response(request: Request, problem: Problem) -> Response:
    path = request.url.path
    if path.startswith(_OPENAI):
        return chats.envelope(problem)
    if path.startswith("/api/chat"):
        return chats.sentence(problem)
    if path.startswith("/documents/"):
        return pages.fault(problem, path)
    content = problem.model_copy(update={"instance": path}).model_dump(mode="json")
    return JSONResponse(content, status_code=problem.status, media_type=MEDIA_TYPE)


def _field(location: tuple[int | str, ...]) -> str:
    """Name the field as it stands in the body, without pydantic's own words for what a value might be."""
    parts = [part for part in location[1:] if isinstance(part, str)]
    free = next((index for index, part in enumerate(parts) if part in ("filters", "metadata")), len(parts))
    name = ".".join(parts[: free + 2]) or "body"
    return name.encode("utf-8", "replace").decode()  # JSON can name a field by half a surrogate pair


def _sentence(fault: Mapping[str, Any]) -> str:
    match fault["type"], fault["loc"]:
        case "json_invalid", _:
            return f"it is no JSON: {fault['ctx']['error']}"
        case "missing", _:
            return "it is missing"
        case "string_too_short", _:
            return "it is empty"
        case _, ("body", "filters", _, *_):
            return 'give a value, a list of up to 100 values, or a range such as {"gte": "2022-01-01"}'
        case "extra_forbidden", _:
            return "there is no such field"
        case _, ("body", "metadata", _, *_) | ("body", "documents", _, "metadata", _, *_):
            return "give text, a number, true or false, or a list of these"
        case _:
            return str(fault["msg"])
