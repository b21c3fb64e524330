"""Require the key in RAG_API_KEY for the maintenance routes."""

from __future__ import annotations

from http import HTTPStatus
from secrets import compare_digest
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from rag.http.dependencies import ServiceDep

_bearer = HTTPBearer(scheme_name="key", description="The value of RAG_API_KEY.", auto_error=False)


def require_key(
    service: ServiceDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Refuse a request without the right key before reading its body. Raises HTTPException."""
    key = service.settings.api_key
    if key is None:
        detail = "the index cannot be changed over HTTP because the service has no key: set RAG_API_KEY and restart"
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    if credentials is None:
        raise _unauthorised("the request has no key: send it as 'Authorization: Bearer <key>'", 'Bearer realm="rag"')
    given = credentials.credentials.encode("latin-1")  # Starlette decodes the bytes of a header as Latin-1
    if not compare_digest(given, key.get_secret_value().encode()):
        raise _unauthorised(
            "the key is wrong: send the value of RAG_API_KEY", 'Bearer realm="rag", error="invalid_token"'
        )


def _unauthorised(detail: str, challenge: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": challenge})
