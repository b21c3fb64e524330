"""The page on what each client shows, made of what it showed."""

from __future__ import annotations

from collections.abc import Sequence

from tests.clients.drive import PLAIN, STREAMED, Client, Shown

_OPENING = """# Clients

What each client shows of an answer with several citations. `make clients` drove them in these versions and wrote this
page; `make test-clients` checks that it is still so. `…` is the address of the service.

Every client gives the whole text with its markers, `[1]`. Beyond that, a citation is *placed* where the client keeps
its address, title and the code points of its marker, *listed* where it keeps address and title, *quoted* where it keeps
the words as well, and dropped where a dash stands. What drops them shows links all the same with the model
`rag-markdown`, which defines each marker as a link at the end of the text. Open WebUI is asked as `rag-open-webui`,
whose stream shows it each source with its words and page; its requests for titles, tags and further questions are
answered without a look at the documents. Clients of the Model Context Protocol are given the tool `ask`, and with every
citation its address, title and words, as text and as data.

| client | set up as | chat | chat, streamed | Responses | Responses, streamed | UI stream | MCP |
|---|---|---|---|---|---|---|---|
"""

_COLUMNS = (
    ("chat", PLAIN),
    ("chat", STREAMED),
    ("responses", PLAIN),
    ("responses", STREAMED),
    ("ui", STREAMED),
    ("mcp", PLAIN),
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
    kept = "listed" if any(citation.start is None for citation in shown.citations) else "placed"
    return kept if any(citation.quote is None for citation in shown.citations) else f"{kept}, quoted"
