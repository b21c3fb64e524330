"""Convert every error to problem details (RFC 9457) with its HTTP status."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Scope

from rag import errors
from rag.answer.trace import current_trace
from rag.http import document_page
from rag.http.chats import error_bodies
from rag.http.hidden_paths import without_folders
from rag.http.methods import allowed_methods
from rag.http.proxied import route_path
from rag.http.schemas import FieldError, Problem
from rag.http.security_headers import PAGES

STATUS: dict[type[errors.RagError], HTTPStatus] = {
    errors.RagError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.UnreadableSource: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.InvalidFilter: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.UnknownDocument: HTTPStatus.NOT_FOUND,
    errors.UnknownProvision: HTTPStatus.NOT_FOUND,
    errors.UnknownJob: HTTPStatus.NOT_FOUND,
    errors.UnknownModel: HTTPStatus.NOT_FOUND,
    errors.UnknownAnswer: HTTPStatus.NOT_FOUND,
    errors.UnknownQuestion: HTTPStatus.NOT_FOUND,
    errors.AnswerRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.KeptFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.UnknownSnapshot: HTTPStatus.NOT_FOUND,
    errors.AuditRefused: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SnapshotError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ServiceStopping: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.BackendError: HTTPStatus.BAD_GATEWAY,
    errors.BackendTimeout: HTTPStatus.GATEWAY_TIMEOUT,
}
"""The status of each error class. A class that is not listed has the status of its nearest listed ancestor."""

MEDIA_TYPE = "application/problem+json"

_OPENAI = ("/v1/models", "/v1/chat/", "/v1/responses")
"""Paths whose clients expect OpenAI's error format."""

_RETRY_AFTER = "5"
"""Seconds for the Retry-After header. Another writer may have finished by then, or the disk have space."""

_GONE_SINCE = {"gone_since"}

_log = logging.getLogger(__name__)


def problem_of(error: errors.RagError) -> Problem:
    """Return the problem details of an error."""
    status = next(STATUS[ancestor] for ancestor in type(error).__mro__ if ancestor in STATUS)
    detail = without_folders(str(error))
    fields = [FieldError(field=field, detail=detail) for field in _fields(error)]
    since = error.gone_since if isinstance(error, errors.UnknownDocument) else None
    known = {"request_id": _request_id(), "errors": fields, "gone_since": since}
    return Problem(title=status.phrase, status=status, detail=detail, **known)


def _fields(error: errors.RagError) -> list[str]:
    if isinstance(error, errors.InvalidFilter):
        return [f"filters.{error.field}"]
    return ["model"] if isinstance(error, errors.UnknownModel) else []


def field_errors(faults: Iterable[Mapping[str, Any]]) -> list[FieldError]:
    """Convert pydantic's errors to a list of invalid fields, each with one sentence."""
    found = dict.fromkeys((_field(fault["loc"]), _sentence(fault)) for fault in faults)
    return [FieldError(field=field, detail=detail) for field, detail in found]


def summary(fields: Iterable[FieldError]) -> str:
    """Join the errors of all fields into one sentence."""
    return "; ".join(f"{field.field}: {field.detail}" for field in fields)


def install(app: FastAPI) -> None:
    """Add exception handlers to `app` that respond with problem details."""
    app.add_exception_handler(errors.RagError, _on_rag_error)
    app.add_exception_handler(RequestValidationError, _on_invalid_request)
    app.add_exception_handler(HTTPException, _on_http_error)
    app.add_exception_handler(Exception, _on_unexpected_error)


def _on_rag_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, errors.RagError)
    response = problem_response(request.scope, problem_of(error))
    if isinstance(error, errors.WriterBusy | errors.ServiceStopping | errors.AuditRefused):
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _on_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    fields = field_errors(error.errors())
    detail = summary(fields)
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem_response(request.scope, Problem(title=status.phrase, status=status, detail=detail, errors=fields))


def _on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    response = http_error_response(request.scope, error)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        response.headers["Allow"] = ", ".join(allowed_methods(request))
    return response


def _on_unexpected_error(request: Request, error: Exception) -> Response:
    _log.error("a %s request failed", request.method, exc_info=error)
    return failure_response(request.scope)


def failure_response(scope: Scope) -> Response:
    """Return the response to a request that failed for an unexpected reason."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return problem_response(
        scope, Problem(title=status.phrase, status=status, detail="the service failed: see its log")
    )


def http_error_response(scope: Scope, error: HTTPException) -> Response:
    """Return the response for an error that has a status, a sentence and headers."""
    status = HTTPStatus(error.status_code)
    detail = error.detail if error.detail != status.phrase else f"{scope['method']} {route_path(scope)} is not served"
    response = problem_response(scope, Problem(title=status.phrase, status=status, detail=detail))
    response.headers.update(error.headers or {})
    return response


def problem_response(scope: Scope, problem: Problem) -> Response:
    """Return the response to a request that failed, in the format that its clients expect."""
    path = route_path(scope)
    if path.startswith(_OPENAI):
        return error_bodies.envelope(problem)
    if path.startswith("/api/chat"):
        return error_bodies.plain_sentence(problem)
    if path.startswith(PAGES):
        return document_page.error_page(problem, path)
    whole = problem.model_copy(update={"instance": path, "request_id": _request_id()})
    content = whole.model_dump_json(exclude=_GONE_SINCE if problem.gone_since is None else None)
    return Response(content, problem.status, media_type=MEDIA_TYPE)


def _request_id() -> str | None:
    trace = current_trace.get()
    return trace.id if trace else None


def _field(location: tuple[int | str, ...]) -> str:
    """Return the dotted name of a field in the body, without the names that pydantic adds for members of a union."""
    parts = [part for part in location[1:] if isinstance(part, str)]
    # The client chooses the keys in `filters` and `metadata`. After such a key, only the names of pydantic follow.
    free_form = next((index for index, part in enumerate(parts) if part in ("filters", "metadata")), len(parts))
    name = ".".join(parts[: free_form + 2]) or "body"
    return name.encode("utf-8", "replace").decode()  # a field name in JSON may contain a lone surrogate


def _sentence(fault: Mapping[str, Any]) -> str:
    match fault["type"], fault["loc"]:
        case "json_invalid", _:
            return f"it is not valid JSON: {fault['ctx']['error']}"
        case "missing", _:
            return "it is missing"
        case "string_too_short", _:
            return "it is empty"
        case _, (_, "filters", _, *_):
            return 'give a value, a list of up to 100 values, or a range such as {"gte": "2022-01-01"}'
        case "extra_forbidden", _:
            return "there is no such field"
        case _, ("body", "metadata", _, *_) | ("body", "documents", _, "metadata", _, *_):
            return "give text, a number, true or false, or a list of these"
        case _:
            return str(fault["msg"])
