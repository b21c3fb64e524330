"""Signed cookies: the session of a person on the page, and the state of a sign-in that is under way.

They need no memory of the service, so they survive a restart, and any worker can read them.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from typing import Any, Literal, TypedDict

import jwt
from starlette.requests import Request
from starlette.responses import Response

_ALGORITHM = "HS256"
_LONGEST = 3_800
"""The longest cookie. Browsers drop cookies of more than 4,096 bytes, with their names and attributes."""

Kind = Literal["rag_session", "rag_sign_in"]


class CookieTooLong(Exception):
    """The content does not fit into a cookie."""


class SignedCookies:
    """Writes and reads the cookies. Their key comes from the client secret, so a new secret ends all sessions."""

    def __init__(self, secret: str, issuer: str) -> None:
        self._key = hmac.digest(secret.encode(), f"cookies of rag for {issuer}".encode(), "sha256")

    def write(self, response: Response, request: Request, kind: Kind, content: Mapping[str, Any], seconds: int) -> None:
        """Set a cookie that is valid for some seconds. Raises CookieTooLong."""
        claims = {**content, "aud": kind, "exp": int(time.time()) + seconds}
        value = jwt.encode(claims, self._key, _ALGORITHM)
        if len(value) > _LONGEST:
            raise CookieTooLong
        response.set_cookie(kind, value, max_age=seconds, **_attributes(request))

    def read(self, request: Request, kind: Kind) -> dict[str, Any] | None:
        """Return the content of a cookie; None if it is missing, expired, or of another kind, or if it was changed."""
        options: Any = {"require": ["exp", "aud"]}
        value = request.cookies.get(kind, "")
        try:
            return jwt.decode(value, self._key, algorithms=[_ALGORITHM], audience=kind, options=options)
        except (jwt.PyJWTError, ValueError, RecursionError):
            return None


def delete(response: Response, request: Request, kind: Kind) -> None:
    """Delete a cookie."""
    response.delete_cookie(kind, **_attributes(request))


class _Attributes(TypedDict):
    path: str
    secure: bool
    httponly: bool
    samesite: Literal["lax"]


def _attributes(request: Request) -> _Attributes:
    """Return the attributes of every cookie. Scripts cannot read it, and other sites cannot make a browser send it."""
    path = request.scope.get("root_path", "") + "/"
    return {"path": path, "secure": request.url.scheme == "https", "httponly": True, "samesite": "lax"}
