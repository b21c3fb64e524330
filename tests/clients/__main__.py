"""Writes the page on clients: `python -m tests.clients docs/clients.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import asking
from tests.clients.drive import CLIENTS, asked, version
from tests.clients.clients_page import page
from tests.http.chats.conftest import written
from tests.http.serving import serving


def main(target: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        service = asking.service(folder / "index")
        asking.ingest(service, asking.write(folder / "articles"))
        with serving(written(service)) as url:
            found = [(client, version(client), asked(client, url, asking.LEVY_QUESTION)) for client in CLIENTS]
    Path(target).write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
