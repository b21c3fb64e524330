"""Errors in the shapes that chat clients know: OpenAI's envelope, and for the AI SDK the sentence alone."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.responses import JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, Field

from rag.http.schemas import Problem

_TYPES = {HTTPStatus.UNAUTHORIZED: "authentication_error", HTTPStatus.FORBIDDEN: "permission_error"}


class Error(BaseModel):
    """One error as OpenAI's clients read it."""

    message: str
    type: str = Field(examples=["invalid_request_error"])
    param: str | None = Field(description="The field at fault.")
    code: str | None = Field(examples=["model_not_found"])

    @classmethod
    def of(cls, problem: Problem) -> Error:
        """Project a problem."""
        kind = "server_error" if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
        param = problem.errors[0].field if problem.errors else None
        missing = problem.status == HTTPStatus.NOT_FOUND and param == "model"
        return cls(
            message=problem.detail,
            type=_TYPES.get(HTTPStatus(problem.status), kind),
            param=param,
            code="model_not_found" if missing else None,
        )


class Envelope(BaseModel):
    """An error, under the one key that OpenAI's clients look for."""

    error: Error


def envelope(problem: Problem) -> Response:
    """Return a response of OpenAI's kind."""
    return JSONResponse(Envelope(error=Error.of(problem)).model_dump(), problem.status)


def sentence(problem: Problem) -> Response:
    """Return the sentence alone: the AI SDK shows the body of a failed response as it stands."""
    return PlainTextResponse(problem.detail, problem.status)
