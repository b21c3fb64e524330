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


def answer(statements: Iterable[tuple[str, list[dict[str, Any]]]] = (), **more: Any) -> dict[str, Any]:
    """Build a complete answer as the service sends it; `more` replaces fields."""
    pairs = [(text, citations) for text, citations in statements]
    cited = {c["marker"]: c for _, citations in pairs for c in citations}
    evidence = [hit("handbook", SICK, ["Leave and absence", "Sick leave"], 14), hit("outlook", TERM, [])]
    return {
        "question": "",
        "outcome": "answered" if pairs else "no_evidence",
        "text": " ".join(" ".join([text, *(f"[{c['marker']}]" for c in citations)]) for text, citations in pairs),
        "statements": [{"text": text, "citations": [c["marker"] for c in citations]} for text, citations in pairs],
        "citations": [cited[marker] for marker in sorted(cited)],
        "evidence": evidence,
        "confidence": 0.9 if pairs else 0.1,
        "snapshot": "fake",
        "abstention": None if pairs else "weak_evidence",
        "degraded": None,
        "notices": [],
        "verification": None,
        "timings": {},
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
    "Is anything left?": answer(evidence=[], abstention="filtered_out"),
}
SUGGESTED = ["How much leave do I earn?", "How long is the President's term?"]
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
}


@app.get("/v1/documents/{name}")
async def document(name: str) -> dict[str, Any]:
    return {"id": name, **DOCUMENTS[name], "headings": HEADINGS[name], "sha256": "0" * 64}


@app.get("/v1/documents")
async def documents() -> dict[str, Any]:
    return {"documents": [{"id": name, **known} for name, known in DOCUMENTS.items()], "snapshot": "fake"}


@app.get("/v1/snapshots")
async def snapshots() -> dict[str, Any]:
    snapshot = {"id": "fake", "current": True, "created": "2025-11-03T09:00:00Z", "documents": 2, "chunks": 41}
    return {"snapshots": [snapshot]}


@app.get("/v1/access")
async def access() -> dict[str, Any]:
    return {"asking": "open", "sign_in": False, "client": None}


@app.get("/v1/generator")
def generator() -> dict[str, object]:
    return {"kind": "language_model", "another_host": True}


@app.get("/v1/suggestions")
async def suggestions() -> dict[str, Any]:
    return {"questions": SUGGESTED, "snapshot": "fake"}


@app.get("/v1/fields")
async def fields() -> dict[str, Any]:
    return {"fields": FIELDS, "snapshot": "fake"}


@app.get("/v1/sources")
async def sources(request: Request) -> Response:
    if request.headers.get("authorization") != f"Bearer {KEY}":
        refused = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "the key is wrong"}
        return JSONResponse(refused, 401, media_type="application/problem+json")
    return JSONResponse({"sources": SOURCES, "snapshot": "fake"})
