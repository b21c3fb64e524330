"""Measures that need no question: quotations in a memo, dates that only a text states, and versions."""

from __future__ import annotations

from collections.abc import Iterator

from tests.policy.altering import altered
from tests.policy.asking import Interface
from tests.policy.corpus import changes, identities, policies, questions
from tests.policy.scoring import Score


def quotations(interface: Interface) -> Score:
    """Score `/v1/verify` on memos that quote a policy rightly, and then with another meaning."""
    right, wrong = 0, []
    for stem, quote in _longest_quotes():
        written = [words for words in (quote, altered(quote)) if words]
        text = "\n\n".join(f"The text says “{words}”." for words in written)
        found = interface.post("/v1/verify", {"text": text})["quotations"]
        for words, one in zip(written, found, strict=True):
            same = (one["state"] == "valid") == (words == quote)
            right += same
            wrong += [] if same else [f"{stem} “{words}”"]
    return Score(right, right + len(wrong), tuple(wrong))


def _longest_quotes() -> Iterator[tuple[str, str]]:
    """Yield the longest quote of each policy that has one."""
    asked = [one.quotes for one in questions()]
    for stem in policies():
        quotes = [quote for each in asked for quote in each.get(stem, ())]
        if quotes:
            yield stem, max(quotes, key=len)


def dates_from_texts(interface: Interface) -> Score:
    """Score the first and the last day of the policies whose front matter has no dates."""
    wrong = []
    silent = [one for one in policies().values() if not one.stated]
    for one in silent:
        read = interface.get(f"/v1/documents/{one.stem}").get("in_force") or {}
        told = one.first.isoformat(), one.last.isoformat() if one.last else None
        if (read.get("first"), read.get("last")) != told:
            wrong.append(one.stem)
    return Score(len(silent) - len(wrong), len(silent), tuple(wrong))


def versions(interface: Interface) -> Score:
    """Score the lists of versions: each version of a policy lists all of them."""
    wrong = []
    for stems in identities().values():
        for stem in sorted(stems):
            listed = interface.get(f"/v1/documents/{stem}/versions")
            if {one["document_id"] for one in listed["versions"]} != stems:
                wrong.append(stem)
    total = sum(map(len, identities().values()))
    return Score(total - len(wrong), total, tuple(wrong))


def compared(interface: Interface) -> Score:
    """Score comparisons: a changed sentence stands beside the one that it became, with the kind of the change."""
    wrong = []
    for one in changes():
        found = interface.get("/v1/comparisons", was=one.was, became=one.became, limit="2000")
        rows = [row for row in found["rows"] if row["was"] and row["became"] and one.kind in row["kinds"]]
        if not any(one.before in row["was"]["text"] and one.after in row["became"]["text"] for row in rows):
            wrong.append(f"{one.became}: {one.after}")
    return Score(len(changes()) - len(wrong), len(changes()), tuple(wrong))
