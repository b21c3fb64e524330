"""Who may change the index: whoever gives the key of the settings."""

from __future__ import annotations

from http import HTTPStatus
from secrets import compare_digest
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from rag.http.parts import ServiceDep

_bearer = HTTPBearer(scheme_name="key", description="The key that RAG_API_KEY sets.", auto_error=False)


def authorised(
    service: ServiceDep, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Refuse who does not give the key, before anything of the body is read."""
    key = service.settings.api_key
    if key is None:
        detail = "the index cannot be changed over HTTP: set RAG_API_KEY where the service runs to open this"
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    if credentials is None:
        raise _unauthorised("give the key as 'Authorization: Bearer <key>'", 'Bearer realm="rag"')
    given = credentials.credentials.encode("latin-1")  # as which Starlette reads the bytes of a header
    if not compare_digest(given, key.get_secret_value().encode()):
        raise _unauthorised("the key given is not that of RAG_API_KEY", 'Bearer realm="rag", error="invalid_token"')


def _unauthorised(detail: str, challenge: str) -> HTTPException:
    return HTTPException(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": challenge})
