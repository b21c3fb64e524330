"""Run the HTTP server of `rag serve`."""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Iterable
from ipaddress import ip_address

from rag.cli.address import print_reachable_address
from rag.http.access.control import AccessControl
from rag.http.app import create_app
from rag.http.server.limits import ConnectionLimits, raise_descriptor_limit
from rag.http.server.running import bind, server
from rag.service import Service

_GRACE_SECONDS = 5
"""Seconds that requests have to finish when the service stops. Docker kills a container after 10."""

_SWITCH_SECONDS = 0.001
"""Seconds after which a thread that computes lets another thread run. Health checks must not wait for answers."""

_log = logging.getLogger(__name__)


def run(service: Service, host: str, port: int) -> None:
    """Serve until a signal stops the process. Raises ConfigurationError if the address cannot be used."""
    sockets = bind(host, port)
    app = create_app(service)
    warn_about_access(app.state.access, sockets)
    print_reachable_address()
    sys.setswitchinterval(_SWITCH_SECONDS)
    limits = ConnectionLimits(connections=raise_descriptor_limit())
    server(app, limits, host=host, grace=_GRACE_SECONDS).run(sockets)


def warn_about_access(access: AccessControl, sockets: Iterable[socket.socket]) -> None:
    """Log a warning if strangers may ask, or if nobody may."""
    reachable = [address for one in sockets if not ip_address(address := one.getsockname()[0]).is_loopback]
    if reachable and not access.is_closed:
        _log.warning(
            "everyone who can reach %s may ask and read without a key: set RAG_REQUIRE_KEY=true to close the service",
            ", ".join(reachable),
        )
    if access.is_closed and not access.has_clients:
        _log.warning(
            "RAG_REQUIRE_KEY is true and there is no key, so nobody may ask: run 'rag keys create NAME', which takes "
            "effect at once"
        )
