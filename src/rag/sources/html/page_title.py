"""Chooses the title of a page: its `title`, which may name the site too, against its headings."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.sources.blocks import Block, Kind
from rag.sources.plausible import is_title

_STRONG = re.compile(" (?:\\||::|»|›|·|•) ")
_WEAK = re.compile(" [-–—] |: ")
_SHORTEST = 8  # letters that a heading shares with a title


def choose_title(declared: str, heads: Sequence[str], site: str, blocks: Sequence[Block]) -> str | None:
    """Return the title.

    `declared` is the title in the metadata for libraries. `heads` are `og:title` and `title`. A heading that agrees
    with one of these wins, because it has no name of the site in it; else a first heading at the top of the page.
    """
    if declared and is_title(declared) and _bare(declared) != _bare(site):
        return declared
    named = [head for head in heads if head and is_title(head) and _bare(head) != _bare(site)]
    headings = [block for block in blocks if block.kind is Kind.HEADING and block.level <= 2]
    agreeing = [block.text for block in headings if any(_agree(block.text, head, site, headings) for head in named)]
    if agreeing:
        return agreeing[0]
    first = [block.text for block in headings if block.level == 1]
    if first and (
        not named or (len(first) == 1 and blocks[0].text == first[0] and not _is_site(first[0], named, site))
    ):
        return first[0]
    if named:
        return _without_site(named[0], site)
    return blocks[0].text if blocks and blocks[0].kind is Kind.HEADING else None


def _agree(text: str, head: str, site: str, headings: Sequence[Block]) -> bool:
    """Tell whether a heading says the same as a title or one of its parts, and is not the name of the site."""
    if _is_site(text, [head], site) and any(
        _bare(one.text) in map(_bare, _parts(head)) for one in headings if one.text != text
    ):
        return False
    parts = [_bare(part) for part in (head, *_parts(head))]
    bare = _bare(text)
    return bare in parts or (len(bare) >= _SHORTEST and bare in parts[0] and _bare(site) != bare)


def _is_site(text: str, heads: Sequence[str], site: str) -> bool:
    """Tell whether a text is the name of the site: stated as such, or the last part of a title."""
    last = [_bare(_parts(head)[-1]) for head in heads if len(_parts(head)) > 1]
    return bool(text) and (_bare(text) == _bare(site) or _bare(text) in last)


def _parts(head: str) -> list[str]:
    return [part for strong in _STRONG.split(head) for part in _WEAK.split(strong) if part.strip()]


def _without_site(head: str, site: str) -> str:
    """Return a title without the name of the site at its end, or at its beginning if the site is known."""
    parts = _STRONG.split(head)
    if len(parts) > 1:
        kept = [part for part in parts if _bare(part) != _bare(site)]
        return kept[0] if len(kept) < len(parts) else parts[0]
    pieces = _WEAK.split(head)
    if site and len(pieces) > 1:
        for place in (-1, 0):
            if _bare(pieces[place]) == _bare(site):
                cut = len(pieces[place])
                rest = head[:-cut] if place else head[cut:]
                return rest.strip(" -–—:")
    return head


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()
