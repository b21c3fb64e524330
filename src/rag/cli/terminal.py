"""The terminal that the process was started in."""

from __future__ import annotations

import os
import signal


def ignore_early_hang_up() -> None:
    """Ignore SIGHUP until the service handles it, because a process that is reloaded while it starts would end.

    If the process was started in a terminal, the signal may say that the terminal is closed, so it ends the process.
    """
    if not os.isatty(0):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


def terminal_is_closed() -> bool:
    """Return whether the terminal of the standard input is closed. The system then sends SIGHUP."""
    try:
        os.tcgetpgrp(0)
    except OSError:
        return True
    return False
