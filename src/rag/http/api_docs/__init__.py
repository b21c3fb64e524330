"""Show the API in a browser: `/docs` with Swagger UI, and `/redoc` with ReDoc. Their files come from this machine."""

from __future__ import annotations

from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.responses import FileResponse
from fastapi.staticfiles import StaticFiles

_PAGES = Path(__file__).parent
_LIBRARIES = Path(fastapi_offline.__file__).parent / "static"


def install(app: FastAPI) -> None:
    """Add the pages and their files to an application. All addresses in the pages are relative."""
    app.add_api_route("/docs", _swagger, include_in_schema=False)
    app.add_api_route("/redoc", _redoc, include_in_schema=False)
    app.mount("/docs-files/libraries", StaticFiles(directory=_LIBRARIES))
    app.mount("/docs-files", StaticFiles(directory=_PAGES / "files"))


async def _swagger() -> FileResponse:
    return FileResponse(_PAGES / "swagger.html")


async def _redoc() -> FileResponse:
    return FileResponse(_PAGES / "redoc.html")
