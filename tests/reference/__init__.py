"""Writes the reference pages in `docs/reference` from the code: settings, commands and HTTP."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.reference import commands, http, settings

PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings.page,
    "commands.md": commands.page,
    "http.md": http.page,
}
"""The name of each page, and the function that returns its text."""
