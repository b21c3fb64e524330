"""Checks the errors of a second writer and of a full disk."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.torture.report import Trial
from tests.torture.scene import Scene, load, serving

_HOLDER = """
import sys
from pathlib import Path
from rag.adapters.faiss import FaissStore
from rag.snapshots import SnapshotStore
with SnapshotStore(Path(sys.argv[1]), FaissStore()).writing():
    print("writing", flush=True)
    sys.stdin.read()
"""


def two_writers(folder: Path) -> Trial:
    """Start a second writer while the first writes. Then kill the first and start another."""
    scene = Scene(folder)
    scene.write(1)
    assert scene.ingest() == 0
    holding = [sys.executable, "-c", _HOLDER, str(scene.index)]
    with subprocess.Popen(holding, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "writing\n"
        refused, command = scene.command("ingest", str(folder / "articles"))
        began = time.monotonic()
        code = scene.run("ingest", str(folder / "articles"))
        seconds = time.monotonic() - began
        holder.kill()
    scene.write(2)
    after, _ = scene.command("ingest", str(folder / "articles"))
    reported = f"is being written to by process {holder.pid}" in refused.stderr and refused.returncode == code == 1
    return Trial(
        name="two writers",
        target="the second exits with an error within 1 s; the lock of a dead writer is free",
        measured=f"error after {seconds:.2f} s with modules loaded, {command:.2f} s with the start of Python; exit "
        f"code {refused.returncode}; after `kill -9` of the first, the next run had exit code {after.returncode}",
        met=reported and seconds < 1 and after.returncode == 0,
        wrong=() if reported else (refused.stderr,),
    )


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Mount a small file system at `folder`; yield whether that is allowed."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    allowed = (
        shutil.which("mount") is not None and not subprocess.run(mount, capture_output=True, check=False).returncode
    )
    try:
        yield allowed
    finally:
        if allowed:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)


def full_disk(folder: Path, pause: float = 0.0) -> Trial | None:
    """Ingest more than the disk can hold while clients ask. Return None if no file system can be mounted."""
    scene = Scene(folder)
    with small_disk(scene.index, 2) as allowed:
        if not allowed:
            return None
        scene.write(1)
        assert scene.ingest() == 0
        first, free = scene.store().current().id, shutil.disk_usage(scene.index).free
        with serving(scene) as url, load(url, 2, pause) as clients:
            text = " ".join(f"Sentence {number} is about nothing." for number in range(6_000))
            (folder / "articles" / "large.txt").write_text(text)
            refused, _ = scene.command("ingest", str(folder / "articles"))
            left = shutil.disk_usage(scene.index).free
            serves = scene.store().current().id
            (folder / "articles" / "large.txt").unlink()
            scene.write(2)
            again, _ = scene.command("ingest", str(folder / "articles"), "--prune")
    reported = refused.returncode == 1 and len(refused.stderr.splitlines()) == 1
    freed = left > free - 65_536
    return Trial(
        name="disk full on a tmpfs of 2 MB",
        target="the old snapshot serves; exit code 1; temporary files deleted",
        measured=f"exit code {refused.returncode}; {(free - left) / 1024:.0f} KB less free space than before; "
        f"{len(clients.answered)} answers, {len(clients.failures)} failed; next run: exit code {again.returncode}",
        met=reported and freed and serves == first and again.returncode == 0 and not clients.failures,
        wrong=(
            *([refused.stderr] if not reported else ()),
            *([again.stderr] if again.stderr else ()),
            *clients.failures[:3],
        ),
    )
