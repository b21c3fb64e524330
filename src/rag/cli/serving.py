"""Run the HTTP server of `rag serve`."""

from __future__ import annotations

import sys

from rag.cli.address import print_reachable_address
from rag.http.app import create_app
from rag.http.server.limits import ConnectionLimits, raise_descriptor_limit
from rag.http.server.running import bind, server
from rag.service import Service

_GRACE_SECONDS = 5
"""Seconds that requests have to finish when the service stops. Docker kills a container after 10."""

_SWITCH_SECONDS = 0.001
"""Seconds after which a thread that computes lets another thread run. Health checks must not wait for answers."""


def run(service: Service, host: str, port: int) -> None:
    """Serve until a signal stops the process. Raises ConfigurationError if the address cannot be used."""
    sockets = bind(host, port)
    print_reachable_address()
    sys.setswitchinterval(_SWITCH_SECONDS)
    limits = ConnectionLimits(connections=raise_descriptor_limit())
    app = create_app(service)
    refused = app.state.metrics.connection_refused
    server(app, limits, host=host, grace=_GRACE_SECONDS, refused=refused).run(sockets)
