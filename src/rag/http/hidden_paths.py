"""Take the folders out of error messages. A client needs the name of a file, and must not learn where it is."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_SNAPSHOTS = "snapshots"
_QUOTED = re.compile(r"(?<=['\"])/[^'\"\n]*+(?=['\"])")
_PLAIN = re.compile(r"(?<![\w.:/'\"])/(?:[^\s/:'\",;()]++/)*+[^\s/:'\",;()]*+")


def without_folders(message: str) -> str:
    """Replace each absolute path in a message with the name at its end; for a file of a snapshot, keep the id too."""
    return _PLAIN.sub(_name, _QUOTED.sub(_name, message))


def _name(path: re.Match[str]) -> str:
    *folders, name = PurePosixPath(path[0]).parts
    if _SNAPSHOTS in folders:
        return "/".join([*folders[folders.index(_SNAPSHOTS) + 1 :], name])
    return name
