"""The routes of shared answers and feedback.

Everyone who may ask may read a shared answer whose link they have. Settings say who may share and who may judge.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from rag.http.access.client import Role, client_of
from rag.http.access.requirements import AccessDep, require_maintain
from rag.http.dependencies import LinksDep, ServiceDep, ViewDep
from rag.http.keeping import schemas
from rag.http.keeping.sealing import SealingDep
from rag.http.openapi import ANY_PROBLEM, problems
from rag.http.version_routes import may_see_earlier

router = APIRouter(responses=ANY_PROBLEM)

_PURPOSE = "delete"
"""The purpose of the seals that are deletion keys."""


@router.post(
    "/v1/shared-answers",
    tags=["kept answers"],
    status_code=HTTPStatus.CREATED,
    response_model=schemas.SharedLink,
    responses=problems(401, 403, 404, 422, 503, 507),
)
def share(
    request: Request,
    body: schemas.ShareRequest,
    view: ViewDep,
    service: ServiceDep,
    control: AccessDep,
    sealing: SealingDep,
    links: LinksDep,
) -> JSONResponse:
    """Keep an answer of this service, and return a link to it that nobody can guess.

    Whoever has the link and may see all cited documents can read the answer, until it is deleted. Passages that it does
    not cite are not kept. RAG_SHARE_ANSWERS says who may share.
    """
    control.allow(service.settings.share_answers, request.scope, "share answers", "RAG_SHARE_ANSWERS")
    client = client_of(request.scope)
    shared = view.share(sealing.opened(body.answer), client.name if client else None)
    made = schemas.SharedLink(
        id=shared.id,
        link=links.shared(shared.id),
        created=shared.created,
        deletion_key=service.keeper.seals.seal(shared.id.encode(), _PURPOSE),
    )
    location = {"Location": f"{request.scope.get('root_path', '')}/v1/shared-answers/{shared.id}"}
    return JSONResponse(made.model_dump(), HTTPStatus.CREATED, location)


@router.get(
    "/v1/shared-answers",
    tags=["kept answers"],
    dependencies=[Depends(require_maintain)],
    responses=problems(401, 403, 503),
)
def shared_answers(service: ServiceDep) -> schemas.SharedSummaries:
    """List all shared answers, newest first. This needs the role `maintain`."""
    return schemas.SharedSummaries(answers=[schemas.SharedSummary.of(one) for one in service.keeper.shared.all()])


@router.get("/v1/shared-answers/{answer_id}", tags=["kept answers"], responses=problems(404, 503))
def shared_answer(
    answer_id: str, request: Request, view: ViewDep, sealing: SealingDep, links: LinksDep
) -> schemas.SharedAnswer:
    """Return a shared answer, and what has happened to each of its citations since.

    A client that may not see all cited documents gets 404, as for an id that does not exist.
    """
    found = schemas.SharedAnswer.of(*view.shared(answer_id, earlier=may_see_earlier(request.scope)), links)
    return found.model_copy(update={"answer": sealing.sealed(found.answer)})


@router.delete(
    "/v1/shared-answers/{answer_id}",
    tags=["kept answers"],
    status_code=HTTPStatus.NO_CONTENT,
    responses=problems(403, 404, 503),
)
def delete_shared(
    request: Request,
    answer_id: str,
    service: ServiceDep,
    deletion_key: Annotated[str, Header(description="The key that came with the link; maintainers need none.")] = "",
) -> Response:
    """Delete a shared answer. Its link then leads nowhere."""
    client, seals = client_of(request.scope), service.keeper.seals
    maintains = client is not None and client.role >= Role.MAINTAIN
    service.keeper.shared.get(answer_id)
    if not maintains and not seals.holds(deletion_key, answer_id.encode(), _PURPOSE):
        detail = "the deletion key is missing or wrong: send the one that came with the link as 'Deletion-Key'"
        raise HTTPException(HTTPStatus.FORBIDDEN, detail)
    service.keeper.shared.delete([answer_id])
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/v1/feedback",
    tags=["kept answers"],
    status_code=HTTPStatus.CREATED,
    responses=problems(401, 403, 422, 503, 507),
)
def give_feedback(
    request: Request,
    body: schemas.FeedbackRequest,
    view: ViewDep,
    service: ServiceDep,
    control: AccessDep,
    sealing: SealingDep,
) -> schemas.GivenFeedback:
    """Keep a verdict on an answer of this service, with the answer, but without the name of the client.

    RAG_FEEDBACK says who may give feedback.
    """
    control.allow(service.settings.feedback, request.scope, "give feedback", "RAG_FEEDBACK")
    answer = sealing.opened(body.answer)
    if body.marker is not None and all(one.marker != body.marker for one in answer.citations):
        detail = f"marker: the answer has no citation {body.marker}"
        raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
    stored = view.judge(answer, body.verdict, body.reason, body.words, body.marker)
    return schemas.GivenFeedback(id=stored.id, created=stored.created)


@router.get(
    "/v1/feedback", tags=["kept answers"], dependencies=[Depends(require_maintain)], responses=problems(401, 403, 503)
)
def feedback(service: ServiceDep, links: LinksDep) -> schemas.FeedbackList:
    """List all feedback, oldest first. This needs the role `maintain`."""
    return schemas.FeedbackList(feedback=[schemas.Feedback.of(one, links) for one in service.keeper.feedback.all()])


@router.delete(
    "/v1/feedback/{feedback_id}",
    tags=["kept answers"],
    status_code=HTTPStatus.NO_CONTENT,
    dependencies=[Depends(require_maintain)],
    responses=problems(401, 403, 404, 422, 503),
)
def delete_feedback(feedback_id: Annotated[int, "The id of the feedback."], service: ServiceDep) -> Response:
    """Delete feedback, with its answer. This needs the role `maintain`."""
    service.keeper.feedback.delete([feedback_id])
    return Response(status_code=HTTPStatus.NO_CONTENT)
