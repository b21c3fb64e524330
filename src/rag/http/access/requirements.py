"""The role that a route requires, as a FastAPI dependency."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.exceptions import HTTPException

from rag.http.access.client import Role, client_of
from rag.http.access.control import AccessControl

SCHEME = "key"

_bearer = HTTPBearer(
    scheme_name=SCHEME,
    description="A key from `rag keys create`, the value of RAG_API_KEY, or a token of the OpenID Connect provider.",
    auto_error=False,
)
"""Only for the OpenAPI document. The middleware reads the key."""


async def access_of(request: Request) -> AccessControl:
    """Return the access control of the application."""
    control: AccessControl = request.app.state.access
    return control


AccessDep = Annotated[AccessControl, Depends(access_of)]


async def require_maintain(
    request: Request, control: AccessDep, _: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> None:
    """Refuse a client that may not change the index, before its body is read. Raises HTTPException."""
    if client_of(request.scope) is None and not control.can_change:
        detail = (
            "the index cannot be changed over HTTP because no key allows it: run 'rag keys create NAME --role maintain'"
        )
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    control.require(Role.MAINTAIN, request.scope)
