"""Write the page on clients: `python -m tests.clients docs/clients.md`."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import samples
from tests.clients.clients_page import page
from tests.clients.drive import CLIENTS, run_client, version
from tests.http.chats.conftest import with_language_model
from tests.http.serving import serving


def main(target: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        service = samples.service(folder / "index")
        samples.ingest(service, samples.write(folder / "articles"))
        with serving(with_language_model(service)) as url:
            results = [(client, version(client), run_client(client, url, samples.LEVY_QUESTION)) for client in CLIENTS]
    Path(target).write_text(page(results), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
