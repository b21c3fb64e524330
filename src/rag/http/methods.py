"""Find the methods that a path allows. Starlette names only those of the first route, and files have none."""

from __future__ import annotations

from starlette.requests import Request
from starlette.routing import Match, Mount

_METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
_OF_FILES = ("GET", "HEAD")


def allowed_methods(request: Request) -> list[str]:
    """Return the methods that the path of a request allows, in alphabetical order."""
    return [method for method in _METHODS if _is_allowed(request, method)]


def _is_allowed(request: Request, method: str) -> bool:
    root = request.scope.get("app_root_path", request.scope.get("root_path", ""))
    scope = {**request.scope, "method": method, "root_path": root}
    return any(
        route.matches(scope)[0] is Match.FULL and (method in _OF_FILES or not isinstance(route, Mount))
        for route in request.app.router.routes
    )
