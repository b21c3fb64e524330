"""A web site in this process. Tests write its pages, and the site records the requests."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HTML = "text/html; charset=utf-8"


@dataclass
class Answer:
    """The response for a path.

    If `etag`, a request with the tag of the body gets status 304. If `stalls`, the server sends one byte, then waits.
    """

    body: bytes = b""
    media_type: str | None = HTML
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: bool = True
    stalls: bool = False

    @property
    def tag(self) -> str:
        return f'"{sha256(self.body).hexdigest()[:8]}"'

    @property
    def sent(self) -> dict[str, str]:
        """The headers of the response."""
        tag = {"ETag": self.tag} if self.etag and self.status == 200 else {}
        kind = {"Content-Type": self.media_type} if self.media_type else {}
        return {**tag, **kind, **self.headers}


class Site:
    """The responses of a site, by path. Any other path gets status 404, robots.txt too."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | list[Answer]] = {}
        self.requests: list[tuple[str, int]] = []
        self.headers: list[Mapping[str, str]] = []
        self.stopped = threading.Event()
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, body: str | bytes, media_type: str | None = HTML, **more: object) -> None:
        content = body.encode() if isinstance(body, str) else body
        self.answers[path] = Answer(content, media_type, **more)  # type: ignore[arg-type]

    def page(self, path: str, text: str, title: str = "A page") -> None:
        head = f"<html><head><title>{title}</title></head><body><h1>{title}</h1>"
        self.put(path, f"{head}<p>{text}</p></body></html>")

    def redirect(self, path: str, location: str, status: int = 302) -> None:
        self.put(path, b"", status=status, headers={"Location": location})

    def rss(self, *items: str, path: str = "/feed.xml") -> str:
        """Add a feed and return its address. Each item is a path on this site, or an address."""
        links = [item if "://" in item else self.url + item for item in items]
        listed = "".join(f"<item><title>T</title><link>{link}</link></item>" for link in links)
        self.put(
            path, f'<rss version="2.0"><channel><title>Site</title>{listed}</channel></rss>', "application/rss+xml"
        )
        return self.url + path

    @property
    def statuses(self) -> dict[str, list[int]]:
        """The status of each response since `forget`, by path."""
        found: dict[str, list[int]] = {}
        for path, status in self.requests:
            found.setdefault(path, []).append(status)
        return found

    @property
    def counts(self) -> Counter[str]:
        return Counter(path for path, _ in self.requests)

    def forget(self) -> None:
        self.requests.clear()
        self.headers.clear()

    def answer(self, path: str) -> Answer:
        found = self.answers.get(path, Answer(b"nothing here", status=404))
        return found.pop(0) if isinstance(found, list) else found


class _Server(ThreadingHTTPServer):
    def __init__(self, site: Site) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.site = site
        site.port = self.server_port

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that close the connection."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        answer = site.answer(self.path)
        known = answer.etag and answer.status == 200 and self.headers.get("If-None-Match") == answer.tag
        status = 304 if known else answer.status
        site.requests.append((self.path, status))
        site.headers.append(dict(self.headers))
        self.send_response(status)
        for name, value in answer.sent.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(0 if known else len(answer.body)))
        self.end_headers()
        if answer.stalls:
            self.wfile.write(answer.body[:1])
            site.stopped.wait(60)
        elif not known:
            self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def serving() -> Iterator[Site]:
    """Serve a site on this machine."""
    site = Site()
    with _Server(site) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            site.stopped.set()
            server.shutdown()
            thread.join()
