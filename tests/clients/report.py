"""The page on what each client shows, made of what it showed."""

from __future__ import annotations

from collections.abc import Sequence

from tests.clients.driving import PLAIN, STREAMED, Client, Shown

_OPENING = """# Clients

What each client shows of an answer with several citations. `make clients` drove them in these versions and wrote this
page; `make test-clients` checks that it is still so. `…` is the address of the service.

Every client gives the whole text with its markers, `[1]`. Beyond that, a citation is *placed* where the client keeps
its address, title and the code points of its marker, *listed* where it keeps address and title, and dropped where a
dash stands. What drops them shows links all the same with the model `rag-markdown`. Models that are offered: `rag`;
`rag-markdown`, which defines each marker as a link at the end of the text; `rag-open-webui`, whose stream shows Open
WebUI each source with its words and page.

| client | set up as | chat | chat, streamed | Responses | Responses, streamed | UI stream |
|---|---|---|---|---|---|---|
"""

_COLUMNS = (
    ("chat", PLAIN),
    ("chat", STREAMED),
    ("responses", PLAIN),
    ("responses", STREAMED),
    ("ui", STREAMED),
)


def page(found: Sequence[tuple[Client, str, Sequence[Shown]]]) -> str:
    """Return the page in Markdown, a row for each client with its version."""
    return _OPENING + "".join(_row(*row) for row in found)


def _row(client: Client, version: str, shown: Sequence[Shown]) -> str:
    kept = {(one.api, one.how): _kept(one) for one in shown}
    cells = [kept.get(column, "") for column in _COLUMNS]
    return f"| {client.name} {version} | `{client.setup}` | {' | '.join(cells)} |\n"


def _kept(shown: Shown) -> str:
    if not shown.citations:
        return "–"
    return "listed" if any(citation.start is None for citation in shown.citations) else "placed"
