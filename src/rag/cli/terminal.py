"""The terminal that the process was started in."""

from __future__ import annotations

import os


def terminal_is_closed() -> bool:
    """Return whether the terminal of the standard input is closed. The system then sends SIGHUP."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False
