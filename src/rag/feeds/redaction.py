"""Redact user names and passwords in addresses, so that none is stored or printed."""

from __future__ import annotations

import re

_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


def redact(address: str) -> str:
    """Replace the user name and password in an address by `***`. Other addresses stay unchanged."""
    return _USERINFO.sub("***@", address)
