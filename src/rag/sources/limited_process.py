"""Runs one of our modules in a process of its own, so that a hostile file ends that process and not this one."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from enum import Enum
from multiprocessing.connection import Pipe

from rag.errors import ConfigurationError

OUT_OF_MEMORY = 71
"""The exit code if the process reaches its memory limit."""

_START_SECONDS = 60.0
"""How long a process may take to start. It takes a fifth of a second if the machine is idle."""

_EXIT_SECONDS = 10.0
"""How long a process may take to exit after it has closed its connection."""

_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Environment variables. More threads would each reserve a share of the limited address space."""

_log = logging.getLogger(__name__)


class Fault(Enum):
    """The reason why a process ended before it had done its work."""

    LATE = "it took too long"
    MEMORY = "it reached its memory limit"
    KILLED = "the system killed it"
    CRASHED = "it crashed"
    FAILED = "it exited with an error"


class Ended(Exception):
    """The process ended or was killed. `detail` is the name of a signal or the last line of its errors, or empty."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        super().__init__(f"{fault.value} ({detail})" if detail else fault.value)
        self.fault = fault
        self.detail = detail


class LimitedProcess:
    """A running process and the connection to it. Its module has a function `main`, which limits itself.

    `main` finds the descriptor of the connection in `sys.argv[1]` and `arguments` after it. Its first message says that
    it is ready.
    """

    def __init__(self, module: str, arguments: Sequence[object]) -> None:
        self._ready = False
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - it must stay open as long as the process runs
        self._connection, theirs = Pipe()
        with theirs:
            values = map(str, [theirs.fileno(), *arguments])
            self._process = subprocess.Popen(  # noqa: S603 - our own module, run by this interpreter
                # -P: do not import modules from the current folder, which may be the folder of the documents.
                [sys.executable, "-P", "-c", f"from {module} import main; main()", *values],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                pass_fds=[theirs.fileno()],
                env={**os.environ, **_ONE_THREAD},
            )

    def await_ready(self) -> None:
        """Wait until the process is ready. Raises ConfigurationError if it does not start."""
        if self._ready:
            return
        try:
            self._ready = bool(self.receive(_START_SECONDS))
        except Ended as ended:
            self.kill()
            raise ConfigurationError(f"a process that reads documents does not start: {ended}") from ended

    def send(self, message: bytes) -> None:
        """Send a message. Raises Ended."""
        try:
            self._connection.send_bytes(message)
        except OSError:
            raise self._post_mortem() from None

    def receive(self, seconds: float) -> bytes:
        """Return the next message. Raises Ended if none arrives within `seconds`."""
        try:
            if self._connection.poll(seconds):
                return self._connection.recv_bytes()
        except (EOFError, OSError):
            raise self._post_mortem() from None
        raise Ended(Fault.LATE)

    def lives(self) -> bool:
        """Return whether the process is still running."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Kill the process, even if it is busy."""
        self._process.kill()
        self._process.wait()
        self._connection.close()
        self._stderr.close()

    def _post_mortem(self) -> Ended:
        """Return the reason why the process ended or closed its connection. End it if it still runs."""
        try:
            code = self._process.wait(_EXIT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._stderr.seek(max(0, self._stderr.seek(0, os.SEEK_END) - 10_000))
        output = self._stderr.read().decode(errors="replace").strip()
        _log.debug("a process that reads documents exited with code %d: %s", code, output)
        if code == OUT_OF_MEMORY:
            return Ended(Fault.MEMORY)
        if code == -signal.SIGXCPU:
            return Ended(Fault.LATE)
        if code == -signal.SIGKILL:
            return Ended(Fault.KILLED)
        if code < 0:
            return Ended(Fault.CRASHED, signal.Signals(-code).name)
        return Ended(Fault.FAILED, output.rpartition("\n")[2][:200])
