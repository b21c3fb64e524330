"""Converts files with LibreOffice, if it is installed: within limits, without macros and without a network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from rag.errors import UnreadableSource, UnsupportedSource
from rag.sources.parser_limits import active

_COMMANDS = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")
_SHARE = 0.85  # of the time for a file, so that the rest is left to parse the result
_RESTART = 81  # the exit code after a new profile was set up: LibreOffice wants to be started again
_LONGEST_REASON = 200
_SECURITY = "/org.openoffice.Office.Common/Security/Scripting"
_INET = "/org.openoffice.Inet/Settings"
_SETTINGS = (
    (_SECURITY, "MacroSecurityLevel", "3"),
    (_SECURITY, "DisableMacrosExecution", "true"),
    (_SECURITY, "BlockUntrustedRefererLinks", "true"),
    (_SECURITY, "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "2"),
    # A proxy that nobody runs, so that a link to a picture is never fetched.
    (_INET, "ooInetProxyType", "2"),
    *((_INET, f"ooInet{kind}ProxyName", "127.0.0.1") for kind in ("HTTP", "HTTPS", "FTP")),
    *((_INET, f"ooInet{kind}ProxyPort", "9") for kind in ("HTTP", "HTTPS", "FTP")),
)


def convert(raw: bytes, suffix: str, to: str) -> bytes:
    """Return a file with a suffix such as `.doc` in the format `to`, such as `docx`.

    Raises UnsupportedSource if LibreOffice is not installed, and UnreadableSource if it cannot convert the file or
    takes too long. It runs under the limits on memory and processor time of the process that calls it.
    """
    command = _command()
    if command is None:
        message = f"needs LibreOffice, which is not installed; install it, or save the file as .{to}."
        raise UnsupportedSource(message)
    with tempfile.TemporaryDirectory(prefix="rag-office-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        given, target = folder / f"document{suffix}", folder / "out" / f"document.{to}"
        given.write_bytes(raw)
        _write_profile(folder / "profile")
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        options = ["--headless", "--norestore", "--nolockcheck", "--convert-to", to, "--outdir", str(target.parent)]
        output = _run([command, profile, *options, str(given)], folder)
        try:
            return target.read_bytes()
        except OSError:
            reason = f" ({output})" if output else ""
            message = (
                f"cannot be converted by LibreOffice{reason}; it may be damaged or have a password: save it as .{to}."
            )
            raise UnreadableSource(message) from None


def _command() -> str | None:
    """Return the program of LibreOffice, without the script that starts it if possible, so that it ends when killed."""
    found = next((path for path in map(shutil.which, _COMMANDS) if path), None)
    if found is None:
        return None
    program = Path(os.path.realpath(found)).with_name("soffice.bin")
    return str(program) if program.is_file() else found


def _run(command: list[str], folder: Path) -> str:
    """Run LibreOffice, and return the last line that it wrote. Raises UnreadableSource if it takes too long."""
    limit = active().seconds * _SHARE
    end = time.monotonic() + limit
    output = ""
    for _ in range(2):
        process = subprocess.Popen(  # noqa: S603 - the program of the system, with a path of our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=folder,
            env={**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "SAL_USE_VCLPLUGIN": "svp"},
            start_new_session=True,
        )
        try:
            _, errors = process.communicate(timeout=max(end - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            message = (
                f"takes LibreOffice more than {limit:.0f} s to convert; save it as .docx, or raise RAG_PARSE_SECONDS."
            )
            raise UnreadableSource(message) from None
        finally:
            _end(process)
        output = errors.decode(errors="replace").strip().rpartition("\n")[2][:_LONGEST_REASON]
        if process.returncode != _RESTART:
            break
    return " ".join(output.replace(str(folder), "").split())


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and those that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    if process.stderr is not None:
        process.stderr.close()


def _write_profile(folder: Path) -> None:
    """Write the settings of LibreOffice: no macros, no links to other files, no network."""
    items = "".join(
        f'<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    user = folder / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<oor:items xmlns:oor="http://openoffice.org/2001/registry">{items}</oor:items>',
        encoding="utf-8",
    )
