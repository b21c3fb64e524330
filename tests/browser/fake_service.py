"""A fake service with fixed answers. It has the HTTP format and security header of the real one, but no index."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response, StreamingResponse
from fastapi.staticfiles import StaticFiles

from rag.http.block_schemas import blocks_of
from rag.text.blocks import find_blocks, find_quoted_blocks
from rag.types import Heading, Span

UI = Path(__file__).parents[2] / "src/rag/http/ui"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
PARAGRAPH = (
    "This section applies to every regular employee of the organisation, whether full-time or part-time, unless a "
    "written agreement between the employee and the head of the department states otherwise.\n\n"
)
HANDBOOK = (
    "Leave and absence\n\nAnnual leave\n\n"
    + PARAGRAPH * 12
    + "Regular employees earn two working days of annual leave for each month of service.\n"
    "Leave that is not taken by 31 March of the next year lapses.\n\n"
    + PARAGRAPH * 20
    + "Sick leave is granted for up to <b>thirty</b> working days in a calendar year & is fully paid.\n\n"
    + PARAGRAPH * 12
)
OUTLOOK = (
    "😀🇰🇿 Қазақстан: an outlook for 2023 👩‍👩‍👧‍👦\n\n"
    "The year 2022 was one of reform. The amended constitution limits the President to one term of seven years. "
    "New opportunities have emerged for the year ahead. 🕊️\n"
)
TARIFF = (
    "Fees and limits\n\nClass: Private use; Fee 2023: EUR 10; Fee 2024: EUR 12.\n"
    "Class: Trade; Fee 2023 Fee 2024: EUR 50.\nClass: Charity; Fee 2024: EUR 0.\n\n"
    "An applicant must:\n\n1. be over 18;\n2. hold one of the following:\n- a passport;\n- an identity card;\n"
    "3. pay the fee.\n\n[1] Regulation on fees, page 3.\n"
)
DOCUMENTS: dict[str, dict[str, Any]] = {
    "handbook": {
        "title": "Human Resources Policies and Procedures",
        "language": "en",
        "metadata": {"jurisdiction": "Kazakhstan", "topic": ["leave", "pay"], "format": "pdf"},
        "near_duplicate_of": None,
        "url": "https://policies.example/hr/handbook.pdf",
        "author": "Office of Human Resources",
        "published": "2021-09-01",
        "text": HANDBOOK,
    },
    "outlook": {
        "title": "Diplomatic Outlook of Kazakhstan and Political Modernization in 2023",
        "language": "en",
        "metadata": {"jurisdiction": "Kazakhstan", "topic": "reform", "format": "html"},
        "near_duplicate_of": "handbook",
        "url": "javascript:alert(1)",
        "author": "Қ. Әлімов",
        "published": "2022-12",
        "text": OUTLOOK,
    },
    "tariff": {
        "title": "Fees and limits",
        "language": "en",
        "metadata": {},
        "near_duplicate_of": None,
        "url": None,
        "author": None,
        "published": None,
        "text": TARIFF,
    },
}
ANNUAL = (
    "Regular employees earn two working days of annual leave for each month of service.\n"
    "Leave that is not taken by 31 March of the next year lapses."
)
SICK = "Sick leave is granted for up to <b>thirty</b> working days in a calendar year & is fully paid."
TERM = "The amended constitution limits the President to one term of seven years."


def passage(document: str, words: str, heading: list[str], page: int | None, **more: Any) -> dict[str, Any]:
    about = DOCUMENTS[document]
    start = about["text"].index(words)
    copied = {name: about[name] for name in ("title", "url", "author", "published")}
    where = {"page": page, "heading": heading, "start": start, "end": start + len(words)}
    return {"document_id": document, **copied, **where, "score": 0.8, **more}


def citation(marker: int, document: str, words: str, heading: list[str], page: int | None = None) -> dict[str, Any]:
    return passage(document, words, heading, page, marker=marker, quote=words)


def hit(document: str, words: str, heading: list[str], page: int | None = None) -> dict[str, Any]:
    return passage(document, words, heading, page, text=words)


def statement(text: str, citations: list[dict[str, Any]]) -> dict[str, Any]:
    blocks = blocks_of(find_quoted_blocks(text, [c["quote"] for c in citations]))
    markers = [c["marker"] for c in citations]
    return {"text": text, "citations": markers, "blocks": [block.model_dump() for block in blocks]}


def answer(statements: Iterable[tuple[str, list[dict[str, Any]]]] = (), **more: Any) -> dict[str, Any]:
    """Build a complete answer as the service sends it; `more` replaces fields."""
    pairs = [(text, citations) for text, citations in statements]
    cited = {c["marker"]: c for _, citations in pairs for c in citations}
    evidence = [hit("handbook", SICK, ["Leave and absence", "Sick leave"], 14), hit("outlook", TERM, [])]
    return {
        "question": "",
        "outcome": "answered" if pairs else "no_evidence",
        "text": " ".join(" ".join([text, *(f"[{c['marker']}]" for c in citations)]) for text, citations in pairs),
        "statements": [statement(text, citations) for text, citations in pairs],
        "citations": [cited[marker] for marker in sorted(cited)],
        "evidence": evidence,
        "confidence": 0.9 if pairs else 0.1,
        "snapshot": "fake",
        "abstention": None if pairs else "weak_evidence",
        "degraded": None,
        "notices": [],
        "verification": None,
        "timings": {},
        "seal": "5" * 64,
        **more,
    }


LEAVE = [
    (
        "Employees earn two working days of annual leave a month, and lose what they do not take by the end of March.",
        [citation(1, "handbook", ANNUAL, ["Leave and absence", "Annual leave"], 12)],
    ),
    (
        "Sick leave is fully paid for up to thirty working days a year.",
        [
            citation(2, "handbook", SICK, ["Leave and absence", "Sick leave"], 14),
            citation(3, "outlook", "New opportunities have emerged for the year ahead.", []),
        ],
    ),
]
LAPSES = HANDBOOK.index("Leave that is not taken")
TWO_PARAGRAPHS = HANDBOOK[LAPSES : HANDBOOK.index("whether full-time", LAPSES)]
TRADE = "Class: Trade; Fee 2023 Fee 2024: EUR 50."
HELD = "a passport;\n- an identity card;"
MOVED = [("The document has changed.", [{**LEAVE[0][1][0], "start": 3, "end": 9}])]
ANSWERS = {
    "How much leave do I earn?": answer(LEAVE),
    "How long is the President's term?": answer([("The term is seven years.", [citation(1, "outlook", TERM, [])])]),
    "What is the capital of Peru?": answer(),
    "Is anything here?": answer(evidence=[], abstention="empty_index"),
    "Is leave paid and transferable?": answer(
        LEAVE[1:], outcome="partial", degraded="the language model did not answer in time"
    ),
    "What has moved?": answer(MOVED),
    "What spans two paragraphs?": answer([("This quote spans two.", [citation(1, "handbook", TWO_PARAGRAPHS, [])])]),
    "What does trade pay?": answer([(TRADE, [citation(1, "tariff", TRADE, ["Fees and limits"])])]),
    "What must an applicant hold?": answer([("a passport; an identity card.", [citation(1, "tariff", HELD, [])])]),
    "Is anything left?": answer(evidence=[], abstention="filtered_out"),
}
SUGGESTED = ["How much leave do I earn?", "How long is the President's term?"]
NEXT = "What is said about “Sick leave”?"
KEY = "open sesame"


def field(name: str, *values: str) -> dict[str, Any]:
    counted = [{"value": value, "documents": 1} for value in values]
    ends = {"least": min(values), "most": max(values)}
    return {"name": name, "documents": 2, "distinct": len(values), **ends, "values": counted}


FIELDS = [
    field("author", "Office of Human Resources", "Қ. Әлімов"),
    field("description", "Everything that an employee must know of leave, pay, absence and conduct.", "An outlook."),
    field("jurisdiction", "Kazakhstan", "European Union"),
    field("language", "en"),
    field("published", "2021-09-01", "2022-12"),
    field("source_kind", "handbook", "article"),
]
SOURCES: list[dict[str, Any]] = [
    {"source": "/hr/handbook.pdf", "state": "indexed", "document_id": "handbook"},
    {"source": "/hr/scan.pdf", "state": "failed", "reason": "it has no text", "tries": 3},
    {"source": "/hr/logo.png", "state": "skipped", "reason": "no parser for .png"},
]
SOURCES = [
    {"document_id": None, "reason": None, "tries": None, "time": "2025-11-02T09:00:00Z", **one} for one in SOURCES
]
BROKEN = {"type": "about:blank", "title": "The model is overloaded", "status": 503, "detail": "Ask again in a minute."}
REFUSED = {"type": "about:blank", "title": "The question is not valid", "status": 422, "detail": "It is too vague"}


def event(name: str, data: Any) -> str:
    return f"event: {name}\r\ndata: {json.dumps(data, ensure_ascii=False)}\r\n\r\n"


async def stream(question: str) -> AsyncIterator[str]:
    yield ": hello\r\n\r\n"
    if question == "Break":
        yield event("error", BROKEN)
        return
    reply = ANSWERS.get(question, ANSWERS["How much leave do I earn?"])
    yield event("evidence", {"hits": reply["evidence"], "snapshot": reply["snapshot"]})
    for statement in reply["statements"]:
        sources = [c for c in reply["citations"] if c["marker"] in statement["citations"]]
        yield event("statement", {**statement, "sources": sources})
        if question == "Wait":
            await asyncio.Event().wait()
    if question != "Vanish":
        yield event("answer", {**reply, "question": question})


app = FastAPI()
app.mount("/ui", StaticFiles(directory=UI))


@app.middleware("http")
async def add_security_header(request: Request, call_next: Any) -> Response:
    response: Response = await call_next(request)
    response.headers["Content-Security-Policy"] = POLICY
    return response


@app.get("/")
async def index() -> FileResponse:
    return FileResponse(UI / "index.html")


@app.post("/v1/answers")
async def answers(body: dict[str, Any]) -> Response:
    if body["question"] == "Refuse":
        return JSONResponse(REFUSED, 422, media_type="application/problem+json")
    return StreamingResponse(stream(body["question"]), media_type="text/event-stream")


def heading(text: str, words: str, level: int) -> dict[str, int]:
    return {"start": text.index(words), "end": text.index(words) + len(words), "level": level}


HEADINGS = {
    "handbook": [heading(HANDBOOK, "Leave and absence", 1), heading(HANDBOOK, "Annual leave", 2)],
    "outlook": [],
    "tariff": [heading(TARIFF, "Fees and limits", 1)],
}


def blocks(name: str) -> list[dict[str, Any]]:
    text = DOCUMENTS[name]["text"]
    spans = [(Span(one["start"], one["end"]), one["level"]) for one in HEADINGS[name]]
    headings = [Heading(span, level, span.of(text)) for span, level in spans]
    return [block.model_dump() for block in blocks_of(find_blocks(text, headings))]


@app.get("/v1/documents/{name}/passages")
async def passages(name: str) -> dict[str, Any]:
    known = {"page_label": None, "ocr_confidence": None}
    one = {**known, "page": 4, "heading": ["Leave and absence"], "start": 0, "end": 9, "text": "A passage."}
    return {"document_id": name, "passages": [one], "total": 1, "next": None, "snapshot": "fake"}


@app.get("/v1/documents/{name}/versions")
async def versions(name: str) -> dict[str, Any]:
    return {"document_id": name, "versions": []}


@app.get("/v1/documents/{name}")
async def document(name: str) -> dict[str, Any]:
    return {"id": name, **DOCUMENTS[name], "headings": HEADINGS[name], "blocks": blocks(name), "sha256": "0" * 64}


@app.get("/v1/documents")
async def documents(
    q: str = "", filters: str = "{}", sort: str = "index", offset: int = 0, limit: int = 1_000
) -> dict[str, Any]:
    """List documents as the real service does, with conditions that are single values or lists."""
    found = [{"id": name, **DOCUMENTS[name]} for name in ("handbook", "outlook")]
    for field, wanted in json.loads(filters).items():
        wants = wanted if isinstance(wanted, list) else [wanted]
        found = [one for one in found if {*wants} & {*_values(one.get(field) or one["metadata"].get(field))}]
    words = q.lower().split()
    found = [one for one in found if all(word in f"{one['title']} {one['author']}".lower() for word in words)]
    if sort.endswith("title"):
        found.sort(key=lambda one: str(one["title"]), reverse=sort.startswith("-"))
    part = found[offset : offset + limit]
    after = offset + len(part)
    following = after if after < len(found) else None
    return {"documents": part, "total": len(found), "next": following, "snapshot": "fake"}


def _values(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@app.get("/v1/snapshots")
async def snapshots() -> dict[str, Any]:
    snapshot = {"id": "fake", "current": True, "created": "2025-11-03T09:00:00Z", "documents": 2, "chunks": 41}
    return {"snapshots": [snapshot]}


SHARED: dict[str, dict[str, Any]] = {}
"""The shared answers, by id."""
GIVEN: list[dict[str, Any]] = []
"""The feedback that the page has sent."""


@app.post("/v1/shared-answers")
async def share(request: Request, body: dict[str, Any]) -> Response:
    name = f"shared-{len(SHARED) + 1}"
    checks = [
        {"marker": c["marker"], "state": "valid", "now": None, "since": None} for c in body["answer"]["citations"]
    ]
    made = "2026-11-03T09:00:00Z"
    SHARED[name] = {"id": name, "created": made, "answer": {**body["answer"], "evidence": []}, "checks": checks}
    link = f"{request.base_url}#answer={name}"
    return JSONResponse({"id": name, "link": link, "created": made, "deletion_key": "k"}, 201)


@app.get("/v1/shared-answers/{name}")
async def shared(name: str) -> Response:
    if name in SHARED:
        return JSONResponse(SHARED[name])
    missing = {"type": "about:blank", "title": "Not Found", "status": 404, "detail": "there is no such shared answer"}
    return JSONResponse(missing, 404, media_type="application/problem+json")


@app.delete("/v1/shared-answers/{name}")
async def delete_shared(name: str, request: Request) -> Response:
    if request.headers.get("deletion-key") == "k":
        del SHARED[name]
    return Response(status_code=204)


@app.post("/v1/feedback")
async def feedback(body: dict[str, Any]) -> Response:
    GIVEN.append(body)
    return JSONResponse({"id": len(GIVEN), "created": "2026-11-03T09:00:00Z"}, 201)


@app.post("/v1/exports")
async def export(body: dict[str, Any]) -> Response:
    return Response(f"{body['format']}: {len(body['answers'])} answers".encode(), media_type="text/plain")


@app.get("/v1/access")
async def access() -> dict[str, Any]:
    return {"asking": "open", "sign_in": False, "sharing": True, "feedback": True, "saving": False, "client": None}


@app.get("/v1/generator")
def generator() -> dict[str, object]:
    return {"kind": "language_model", "another_host": True}


@app.get("/v1/questions")
async def saved_questions() -> dict[str, Any]:
    return {"questions": [], "feed": ""}


@app.get("/v1/suggestions")
async def suggestions(request: Request) -> dict[str, Any]:
    about = request.query_params.getlist("document")
    return {
        "questions": [SUGGESTED[0], NEXT] if "handbook" in about else [] if about else SUGGESTED,
        "snapshot": "fake",
    }


@app.get("/v1/fields")
async def fields() -> dict[str, Any]:
    return {"fields": FIELDS, "snapshot": "fake"}


@app.get("/v1/sources")
async def sources(request: Request) -> Response:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        refused = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "the key is wrong"}
        return JSONResponse(refused, 401, media_type="application/problem+json")
    return JSONResponse({"sources": SOURCES, "snapshot": "fake"})
