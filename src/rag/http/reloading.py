"""Apply other settings to an application that runs."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from rag.errors import RagError
from rag.http.access.control import AccessControl
from rag.http.app import configure
from rag.http.setting_changes import RESTART, log_changes, log_refusal
from rag.service import Parts, Service
from rag.settings import Settings


class Reloading:
    """Applies settings one after another, in the event loop of the application."""

    def __init__(self, app: FastAPI, parts: Callable[[Service, Settings], Parts]) -> None:
        """`parts` returns the parts of a service for other settings."""
        self._app = app
        self._parts = parts
        self._lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, read: Callable[[], Settings], *, quiet: bool = False) -> None:
        """Use the settings that a function reads from now on. Requests in progress keep theirs.

        If they cannot be used, log one sentence and keep the present ones. `quiet` logs nothing.
        """
        task = asyncio.create_task(self._apply(read, quiet=quiet))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _apply(self, read: Callable[[], Settings], *, quiet: bool) -> None:
        service: Service = self._app.state.service
        async with self._lock:
            before = service.settings
            kept = {name: getattr(before, name) for name in RESTART}
            try:
                settings = await run_in_threadpool(read)
                used = settings.model_copy(update=kept)
                parts = await run_in_threadpool(self._parts, service, used)
                access = await run_in_threadpool(AccessControl, used)
            except RagError as error:
                if not quiet:
                    log_refusal(error)
                return
            service.parts = parts
            configure(self._app, access)
        if not quiet:
            log_changes(before, settings)
