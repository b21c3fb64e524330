"""Read documents from the body of a request."""

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

from rag.formats import format_of, media_types, suffix_of, suffixes
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
                    "facts": {
                        "type": "string",
                        "contentMediaType": _JSON,
                        "description": "The fields of the JSON body, without `text`.",
                    },
                },
            }
        },
        **{media_type: {"schema": {"type": "string", "format": "binary"}} for media_type in media_types()},
    },
}
"""The OpenAPI description of the supported bodies."""


async def document(request: Request, document_id: str) -> Upload:
    """Return the document in the body, which is JSON, a form with a file, or the file itself.

    Raises RequestValidationError if a field is invalid. Raises HTTPException if the format is not supported or the
    body is too long.
    """
    media_type = _media_type(request.headers.get("content-type", ""))
    if media_type == _JSON:
        return from_text(document_id, parse(NewDocument, await request.body()))
    if media_type == _FORM:
        return await _from_form(request, document_id)
    name = _file_name(request.headers.get("content-disposition", "")) or _stem(document_id)
    return Upload(document_id, _with_suffix(name, media_type, _unsupported_body(media_type)), await request.body())


def from_text(document_id: str, new: NewDocument) -> Upload:
    """Convert a JSON document to a JSONL file with one line."""
    line = new.model_dump(exclude_none=True) | {"id": document_id}
    return Upload(document_id, f"{_stem(document_id)}.jsonl", json.dumps(line).encode())


def parse(model: type[_Model], body: str | bytes) -> _Model:
    """Parse JSON. Raises RequestValidationError, which names the invalid field."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


async def _from_form(request: Request, document_id: str) -> Upload:
    async with request.form(max_files=1, max_fields=1) as form:
        file, facts = form.get("file"), form.get("facts", "{}")
        if not isinstance(file, UploadFile) or not isinstance(facts, str):
            detail = "the form has no file in 'file', or its 'facts' are not text: send it as -F file=@report.pdf"
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, detail)
        fields = parse(Facts, facts).model_dump(exclude_none=True)
        given = file.filename or _stem(document_id)
        unsupported = f"{given!r} has none of the formats that can be read: send a file that ends in {_suffixes()}"
        name = _with_suffix(given, _media_type(file.content_type or ""), unsupported)
        return Upload(document_id, name, await file.read(), fields.pop("metadata") | fields)


def _with_suffix(name: str, media_type: str, unsupported: str) -> str:
    """Return `name` if its suffix is supported, otherwise append the suffix of `media_type`.

    Raises HTTPException with the sentence `unsupported`.
    """
    if format_of(name) is not None:
        return name
    suffix = suffix_of(media_type, name)
    if suffix is None:
        raise HTTPException(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, unsupported)
    return name + suffix


def _unsupported_body(media_type: str) -> str:
    known = f"send {_JSON}, {_FORM} with a file, or a file of {', '.join(media_types())}"
    return f"a body of {media_type or 'no type'} is not supported: {known}"


def _suffixes() -> str:
    return ", ".join(sorted(one for one in suffixes() if one))


def _media_type(header: str) -> str:
    return header.partition(";")[0].strip().lower()


def _file_name(header: str) -> str:
    message = Message()
    message["content-disposition"] = header
    return message.get_filename("")


def _stem(document_id: str) -> str:
    return document_id.replace("/", " ")
