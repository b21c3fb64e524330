"""The routes for access: who the client is, and the sign-in on the page."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from rag.http.access.client import RoleName, client_of
from rag.http.access.control import AccessControl
from rag.http.access.oidc import CALLBACK
from rag.http.access.requirements import AccessDep
from rag.http.dependencies import ServiceDep
from rag.http.openapi import ANY_PROBLEM, problems

if TYPE_CHECKING:
    from rag.http.access.oidc.sign_in import SignIn


class ClientDescription(BaseModel):
    """The client of a request."""

    name: str
    role: RoleName
    groups: list[str] | None = Field(description="The groups whose documents it sees; null: all documents.")


class Access(BaseModel):
    """The access to this service."""

    asking: Literal["open", "closed"] = Field(description="Whether asking and reading need a key or a sign-in.")
    sign_in: bool = Field(description="Whether people can sign in on the page, at `/sign-in`.")
    sharing: bool = Field(description="Whether this client may share answers by a link.")
    feedback: bool = Field(description="Whether this client may give feedback.")
    saving: bool = Field(description="Whether this client may save questions.")
    client: ClientDescription | None = Field(description="The client of this request; null if it sent no key.")


router = APIRouter()


@router.get("/v1/access", tags=["access"], responses={**ANY_PROBLEM, **problems(401)})
async def access(request: Request, control: AccessDep, service: ServiceDep) -> Access:
    """Say whether asking needs a key, and who the client of the request is."""
    client = client_of(request.scope)
    if client is None and request.headers.get("authorization"):
        raise control.unknown(request.scope)
    groups = None if client is None or client.groups is None else sorted(client.groups)
    return Access(
        asking="closed" if control.is_closed else "open",
        sign_in=control.can_sign_in,
        sharing=control.may(service.settings.share_answers, request.scope),
        feedback=control.may(service.settings.feedback, request.scope),
        saving=control.may(service.settings.save_questions, request.scope),
        client=ClientDescription(name=client.name, role=client.role.word, groups=groups) if client else None,
    )


@router.get("/sign-in", include_in_schema=False)
async def sign_in(request: Request, control: AccessDep) -> Response:
    """Send the browser to the provider."""
    return await _sign_in(control).begin(request)


@router.get(CALLBACK, include_in_schema=False)
async def finish_sign_in(request: Request, control: AccessDep) -> Response:
    """Begin the session of a person whom the provider sends back."""
    return await _sign_in(control).finish(request)


@router.post("/sign-out", include_in_schema=False)
async def sign_out(request: Request, control: AccessDep) -> Response:
    """End the session of the browser."""
    return _sign_in(control).end(request)


def _sign_in(control: AccessControl) -> SignIn:
    if control.people is None or control.people.sign_in is None:
        detail = "people cannot sign in here: set RAG_OIDC_ISSUER, RAG_OIDC_CLIENT_ID and RAG_OIDC_CLIENT_SECRET"
        raise HTTPException(HTTPStatus.NOT_FOUND, detail)
    return control.people.sign_in
