"""Addresses without the names and passwords that some hold: what is kept or printed shall hold none."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


def masked(address: str) -> str:
    """Return an address with stars in place of a name and a password; it is still told from one without."""
    return _USERINFO.sub("***@", address)
