"""Write the page on clients from their results."""

from __future__ import annotations

from collections.abc import Sequence

from tests.clients.drive import PLAIN, STREAMED, Client, Result

_OPENING = """# Clients

This page lists the citations that each client keeps of an answer with several citations. `make clients` ran the clients
in these versions and wrote this page. `make test-clients` checks it. `…` is the address of the service.

Every client returns the complete text with its markers, for example `[1]`. The table says which parts of a citation it
keeps as well:

- *placed*: the address, the title and the position of the marker in code points;
- *listed*: the address and the title;
- *quoted*: also the quote;
- –: nothing. Such a client still shows links with the model `rag-markdown`, which defines each marker as a link at the
  end of the text.

Open WebUI uses the model `rag-open-webui`. Its stream contains each source with its quote and page. Its requests for
titles, tags and follow-up questions are answered without the documents. Clients of the Model Context Protocol use the
tool `ask`. Its result has the address, the title and the quote of every citation, as text and as data.

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


def page(results: Sequence[tuple[Client, str, Sequence[Result]]]) -> str:
    """Return the page in Markdown, with a row for each client and version."""
    return _OPENING + "".join(_row(*row) for row in results)


def _row(client: Client, version: str, results: Sequence[Result]) -> str:
    cell_of = {(one.api, one.mode): _cell(one) for one in results}
    cells = [cell_of.get(column, "") for column in _COLUMNS]
    return f"| {client.name} {version} | `{client.setup}` | {' | '.join(cells)} |\n"


def _cell(result: Result) -> str:
    if not result.citations:
        return "–"
    kept = "listed" if any(citation.start is None for citation in result.citations) else "placed"
    return kept if any(citation.quote is None for citation in result.citations) else f"{kept}, quoted"
