"""Name the route of a request by its template, such as `/v1/documents/{document_id}`."""

from __future__ import annotations

import re
from collections.abc import Iterable

from starlette.routing import BaseRoute, Match
from starlette.types import Scope

UNMATCHED = "unmatched"
"""The name for all paths that no route has. A client may try any number of them."""

_CONVERTOR = re.compile(r":\w+(?=\})")


class RouteNames:
    """The templates of an application's routes."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._routes = [(route, _template(route)) for route in routes if hasattr(route, "path")]
        self._exact = {template for _, template in self._routes}

    def name(self, scope: Scope) -> str:
        """Return the template of the route that answered, or that would have if the request had not been refused."""
        path: str = scope["path"]
        root: str = scope.get("app_root_path", scope.get("root_path", ""))
        if path.removeprefix(root) in self._exact:
            return path.removeprefix(root)
        if hasattr(scope.get("route"), "path"):
            return _template(scope["route"])
        whole = {**scope, "root_path": root}
        found = (template for route, template in self._routes if route.matches(whole)[0] is not Match.NONE)
        return next(found, UNMATCHED)


def _template(route: BaseRoute) -> str:
    path: str = getattr(route, "path", UNMATCHED)
    return _CONVERTOR.sub("", path)
