"""The command line. An error prints one sentence and exits with code 1; commands that print data accept `--json`.

Functions import slow modules when they need them, so that `rag --help` is instant.
"""

from __future__ import annotations

import signal
import sys

from rag.errors import RagError
from rag.process import collect_garbage_seldom, end_by, end_on_interrupt

_INTERRUPTED = 130
"""The exit code of Typer after Ctrl-C."""


def main() -> None:
    """Run the command line. An error prints one sentence to standard error and exits with code 1.

    Ctrl-C prints one sentence too, also while the modules are imported.
    """
    collect_garbage_seldom()
    with end_on_interrupt() as interruptible:
        from rag.cli.program import app

        interruptible()
        try:
            app()
        except SystemExit as ended:
            if ended.code == _INTERRUPTED:
                end_by(signal.SIGINT)
            raise
        except RagError as error:
            print(f"rag: {error}", file=sys.stderr)
            sys.exit(1)
        except BrokenPipeError:  # `rag documents | head`
            sys.stderr.close()
            sys.exit(1)
