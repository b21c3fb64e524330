"""The reasons for which a client is not identified, or not allowed, each with its response."""

from __future__ import annotations

from http import HTTPStatus

from starlette.exceptions import HTTPException

from rag.http.access.client import Client, Role

_REALM = 'Bearer realm="rag"'
_INVALID = f'{_REALM}, error="invalid_token"'


class Refused(HTTPException):
    """A client could not prove who it is.

    `guessed` says that the key may be an attempt to guess one. `unrelated` says that the key does not look like one of
    this service, as the word that a chat client sends because it must send any.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        headers: dict[str, str],
        *,
        guessed: bool = False,
        unrelated: bool = False,
    ) -> None:
        super().__init__(status, detail, headers)
        self.guessed = guessed
        self.unrelated = unrelated


def no_key(*, sign_in: bool) -> Refused:
    """Return the refusal of a request without a key."""
    advice = ", or sign in on the page" if sign_in else ""
    detail = f"the request has no key: send it as 'Authorization: Bearer <key>'{advice}"
    return Refused(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": _REALM})


def invalid(detail: str, *, guessed: bool = False, unrelated: bool = False) -> Refused:
    """Return the refusal of a request with a wrong or expired key or token."""
    headers = {"WWW-Authenticate": _INVALID}
    return Refused(HTTPStatus.UNAUTHORIZED, detail, headers, guessed=guessed, unrelated=unrelated)


def too_many_wrong_keys(seconds: int) -> Refused:
    """Return the refusal of an address that has sent several wrong keys."""
    detail = f"too many wrong keys came from this address: wait {seconds} s, then send the right one"
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(seconds)})


def too_many_questions(rate: int, seconds: int) -> Refused:
    """Return the refusal of a question beyond the rate of its key."""
    limit = "one question" if rate == 1 else f"{rate} questions"
    detail = f"this key allows {limit} a minute: ask again in {seconds} s"
    return Refused(HTTPStatus.TOO_MANY_REQUESTS, detail, {"Retry-After": str(seconds)})


def unavailable(detail: str, seconds: int | None = None) -> Refused:
    """Return the refusal of a key or a token that cannot be checked now."""
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    return Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers)


def switched_off(action: str, setting: str) -> Refused:
    """Return the refusal of something that nobody may do. `action` is a verb with its object."""
    return Refused(HTTPStatus.FORBIDDEN, f"nobody may {action} here: {setting} is 'nobody'", {})


def needs_role(role: Role, client: Client | None = None) -> Refused:
    """Return the refusal of a client whose role does not suffice."""
    given = f"the role {client.role.word!r}" if client else "no role"
    detail = f"this needs the role {role.word!r}, and the client has {given}: ask the administrator for it"
    return Refused(HTTPStatus.FORBIDDEN, detail, {})
