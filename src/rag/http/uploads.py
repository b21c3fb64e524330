"""From the body of a request to the documents given in it."""

from __future__ import annotations

import json
from email.message import Message
from http import HTTPStatus
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from rag.formats import format_of, media_types, suffix_of
from rag.http.job_schemas import Facts, NewDocument
from rag.upkeep import Upload

_JSON = "application/json"
_FORM = "multipart/form-data"
_Model = TypeVar("_Model", bound=BaseModel)

FORMATS: dict[str, Any] = {
    "required": True,
    "content": {
        _JSON: {"schema": {"$ref": "#/components/schemas/NewDocument"}},
        _FORM: {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "facts": {"type": "string", "contentMediaType": _JSON, "description": "As in JSON, without text."},
                },
            }
        },
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types()},
    },
}
"""The bodies that a document may come in, as OpenAPI describes them."""


async def document(request: Request, document_id: str) -> Upload:
    """Return the document in the body: JSON, a form with a file, or the file itself.

    Raises RequestValidationError, and HTTPException where it is none of these or too long.
    """
    media_type = _media_type(request.headers.get("content-type", ""))
    if media_type == _JSON:
        return of_text(document_id, parsed(NewDocument, await request.body()))
    if media_type == _FORM:
        return await _of_form(request, document_id)
    name = _file_name(request.headers.get("content-disposition", ""))
    return Upload(document_id, _named(name or _stem(document_id), media_type), await request.body())


def of_text(document_id: str, new: NewDocument) -> Upload:
    """Return a document given as JSON, as the line of JSONL that it is."""
    line = new.model_dump(exclude_none=True) | {"id": document_id}
    return Upload(document_id, f"{_stem(document_id)}.jsonl", json.dumps(line).encode())


def parsed(model: type[_Model], body: str | bytes) -> _Model:
    """Read JSON. Raises RequestValidationError naming the field at fault."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


async def _of_form(request: Request, document_id: str) -> Upload:
    async with request.form(max_files=1, max_fields=1) as form:
        file, facts = form.get("file"), form.get("facts", "{}")
        if not isinstance(file, UploadFile) or not isinstance(facts, str):
            detail = "the form has no 'file' that is a file: send one as -F file=@report.pdf, facts as text"
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        known = parsed(Facts, facts).model_dump(exclude_none=True)
        name = _named(file.filename or _stem(document_id), _media_type(file.content_type or ""))
        return Upload(document_id, name, await file.read(), known.pop("metadata") | known)


def _named(name: str, media_type: str) -> str:
    """Return a file's name with a suffix that tells its format, which the name or else the type says."""
    if format_of(name) is not None:
        return name
    suffix = suffix_of(media_type, name)
    if suffix is None:
        detail = (
            f"a body of {media_type or 'no type'} is not read: send {_JSON}, {_FORM} with a file, or a file of "
            f"{', '.join(media_types())}"
        )
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail)
    return name + suffix


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _file_name(header: str) -> str:
    message = Message()
    message["content-disposition"] = header
    return message.get_filename("")


def _stem(document_id: str) -> str:
    return document_id.replace("/", " ")
