"""Convert problems to the error bodies that chat clients expect: OpenAI's format, or plain text for the AI SDK."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from rag.http.schemas import Problem

_TYPES = {
    HTTPStatus.UNAUTHORIZED: "authentication_error",
    HTTPStatus.FORBIDDEN: "permission_error",
    HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_error",
}
_CODES = {HTTPStatus.UNAUTHORIZED: "invalid_api_key", HTTPStatus.TOO_MANY_REQUESTS: "rate_limit_exceeded"}


class Error(BaseModel):
    """An error in the format of OpenAI."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(description="The invalid field.")
    code: str | None = Field(examples=["model_not_found"])

    @classmethod
    def of(cls, problem: Problem) -> Error:
        """Convert a problem."""
        kind = "server_error" if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
        param = problem.errors[0].field if problem.errors else None
        missing = problem.status == HTTPStatus.NOT_FOUND and param == "model"
        return cls(
            message=problem.detail,
            type=_TYPES.get(HTTPStatus(problem.status), kind),
            param=param,
            code="model_not_found" if missing else _CODES.get(HTTPStatus(problem.status)),
        )


class Envelope(BaseModel):
    """The body of an error response in the format of OpenAI."""

    error: Error


def envelope(problem: Problem) -> Response:
    """Return an error response in the format of OpenAI."""
    return JSONResponse(Envelope(error=Error.of(problem)).model_dump(), problem.status)


def plain_sentence(problem: Problem) -> Response:
    """Return an error response of plain text. The AI SDK shows the body of a failed response to the user."""
    return PlainTextResponse(problem.detail, problem.status)
