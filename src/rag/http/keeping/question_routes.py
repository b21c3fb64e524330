"""The routes of saved questions and their feeds, and of the change that is held back.

A client sees a saved question if it may see every document that the answers may come from.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Depends, Request, Response
from starlette.exceptions import HTTPException

from rag.errors import CorruptSnapshot, IncompatibleSnapshot, UnknownSnapshot, WriteRefused
from rag.http.access.client import Role, client_of
from rag.http.access.requirements import AccessDep, require_maintain
from rag.http.dependencies import LinksDep, ServiceDep, UpkeepDep, ViewDep
from rag.http.etags import tagged_response
from rag.http.keeping import atom
from rag.http.keeping import question_schemas as schemas
from rag.http.links import Links
from rag.http.openapi import ANY_PROBLEM, problems
from rag.service import Service

router = APIRouter(responses=ANY_PROBLEM)
review_router = APIRouter(dependencies=[Depends(require_maintain)], responses={**ANY_PROBLEM, **problems(401, 403)})

_FEED: dict[int | str, dict[str, Any]] = {
    200: {"description": "The feed.", "content": {atom.MEDIA_TYPE: {"schema": {"type": "string"}}}}
}


@router.post(
    "/v1/questions",
    tags=["saved questions"],
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 422, 503, 507),
)
def save_question(
    request: Request,
    body: schemas.QuestionRequest,
    view: ViewDep,
    service: ServiceDep,
    control: AccessDep,
    links: LinksDep,
) -> schemas.NewSavedQuestion:
    """Save a question. It is answered again for every snapshot, from the documents that this client may see now.

    Everybody who may see these documents sees the question and its feed. RAG_SAVE_QUESTIONS says who may save.
    """
    control.allow(service.settings.save_questions, request.scope, "save questions", "RAG_SAVE_QUESTIONS")
    client = client_of(request.scope)
    saved = view.save_question(body.ask(), client.name if client else None, body.webhook)
    secret = service.webhook_secret(saved.id) if saved.webhook else None
    return schemas.NewSavedQuestion(**schemas.SavedQuestion.of(saved, links).model_dump(), secret=secret)


@router.get("/v1/questions", tags=["saved questions"], responses=problems(503))
def saved_questions(view: ViewDep, links: LinksDep) -> schemas.SavedQuestions:
    """List the saved questions that this client may see, each with its last answer."""
    found = [schemas.SavedQuestion.of(one, links) for one in view.questions()]
    return schemas.SavedQuestions(questions=found, feed=links.question_feed(None))


@router.get("/v1/feed", tags=["saved questions"], response_class=Response, responses={**_FEED, **problems(503)})
def feed_of_all(request: Request, view: ViewDep, links: LinksDep) -> Response:
    """Return an Atom feed of the changes of all saved questions that this client may see."""
    title, address = "Changed answers", links.question_feed(None)
    written = atom.feed(title, address, view.changes(view.questions()), links)
    return tagged_response(written, request.headers, atom.MEDIA_TYPE)


@router.get("/v1/questions/{question_id}", tags=["saved questions"], responses=problems(404, 503))
def saved_question(question_id: str, view: ViewDep, links: LinksDep) -> schemas.SavedQuestion:
    """Return a saved question with its last answer."""
    return schemas.SavedQuestion.of(view.question(question_id), links)


@router.get("/v1/questions/{question_id}/changes", tags=["saved questions"], responses=problems(404, 503))
def changes(question_id: str, view: ViewDep, links: LinksDep) -> schemas.AnswerChanges:
    """List the last changes of the answer to a saved question, newest first, with old and new citations."""
    found = view.changes([view.question(question_id)])
    return schemas.AnswerChanges(changes=[schemas.AnswerChange.of(one, links) for one in found])


@router.get(
    "/v1/questions/{question_id}/feed",
    tags=["saved questions"],
    response_class=Response,
    responses={**_FEED, **problems(404, 503)},
)
def feed(request: Request, question_id: str, view: ViewDep, links: LinksDep) -> Response:
    """Return an Atom feed of the changes of the answer to one question."""
    saved = view.question(question_id)
    written = atom.feed(saved.title, links.question_feed(saved.id), view.changes([saved]), links, saved.created)
    return tagged_response(written, request.headers, atom.MEDIA_TYPE)


@router.delete(
    "/v1/questions/{question_id}",
    tags=["saved questions"],
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(401, 403, 404, 503),
)
def remove_question(
    request: Request, question_id: str, view: ViewDep, service: ServiceDep, control: AccessDep
) -> Response:
    """Remove a saved question with its changes. The client that saved it may do so, and maintainers."""
    client, saved = client_of(request.scope), view.question(question_id)
    if client is None or client.name != saved.client:
        control.require(Role.MAINTAIN, request.scope)
    service.keeper.questions.remove([question_id])
    return Response(status_code=HTTPStatus.NO_CONTENT)


@review_router.get("/v1/review", tags=["maintenance"], responses=problems(503))
def review(service: ServiceDep, links: LinksDep) -> schemas.Review:
    """Return the change that is held back, with the answers to saved questions that it would change."""
    return _held(service, links)


@review_router.post("/v1/review", tags=["maintenance"], responses=problems(404, 409, 422, 503))
async def decide(
    request: Request, body: schemas.DecisionRequest, service: ServiceDep, upkeep: UpkeepDep, links: LinksDep
) -> schemas.Review:
    """Let the change that is held back go in force, or drop it. Changes that wait for the decision then go on."""
    client = client_of(request.scope)
    name, act = client.name if client else None, service.accept if body.decision == "accept" else service.drop
    try:
        await asyncio.wrap_future(upkeep.run_urgent(lambda: act(body.id, name)))
    except (CorruptSnapshot, IncompatibleSnapshot, WriteRefused) as error:
        raise HTTPException(HTTPStatus.CONFLICT, str(error)) from error
    except UnknownSnapshot as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, str(error)) from error
    return await asyncio.to_thread(lambda: _held(service, links))


def _held(service: Service, links: Links) -> schemas.Review:
    found = service.held()
    return schemas.Review(held=schemas.HeldChange.of(*found, links) if found else None)
