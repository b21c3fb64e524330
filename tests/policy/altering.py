"""Changes the meaning of a quote, as a careless writer does."""

from __future__ import annotations

import re

_FIGURE = re.compile(r"\d")
_CHANGES = (("must not", "must"), ("does not", "does"), ("may", "must"), ("must", "may"), ("no", "every"))


def altered(quote: str) -> str | None:
    """Return a quote with another last digit, negation or modality; None if it has none of them."""
    figures = list(_FIGURE.finditer(quote))
    if figures:
        last = figures[-1]
        return f"{quote[: last.start()]}{(int(last[0]) + 1) % 10}{quote[last.end() :]}"
    for old, new in _CHANGES:
        if re.search(rf"\b{old}\b", quote):
            return re.sub(rf"\b{old}\b", new, quote, count=1)
    return None
