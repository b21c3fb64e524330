"""Install the project in several ways, and write a page about it: `python -m tests.install_matrix PAGE`.

Each row installs into a fresh virtual environment, ingests the examples and asks a question. For systems that this
machine is not, uv resolves the packages and accepts only wheels, so a row shows that every package has one.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SYSTEMS = {
    "x86_64-unknown-linux-gnu": "Linux, x86-64",
    "aarch64-manylinux_2_28": "Linux, ARM, glibc 2.28, without OpenVINO",
    "aarch64-manylinux_2_35": "Linux, ARM, glibc 2.35",
    "aarch64-apple-darwin": "macOS 14, Apple",
    "x86_64-apple-darwin": "macOS 14, Intel",
}
QUESTION = "What is a multivector foreign policy?"
SILENT_INDEX = "http://127.0.0.1:9/cpu"
"""An address at which nothing answers."""

WITHOUT = {
    "without OpenVINO": ("openvino",),
    "without OpenVINO and sentence-transformers": ("openvino", "sentence-transformers"),
}
TITLE = f"""# Installation on different systems

`make install-matrix` writes this page. It checks the versions in [constraints.txt](../constraints.txt).

## Installed and asked

Each row is a fresh virtual environment on this machine ({platform.system()}, {platform.machine()}). `rag` ingested the
examples and answered a question. In the rows about an index that does not answer, no index of CPU builds was reachable.

| environment | result | MB |
|---|---|---|
"""
RESOLVED = """
## Resolved for other systems

For each system and Python, `uv` resolved the packages and accepted only wheels. The number is the number of packages.

"""


def main() -> None:
    """Write the page. Exit with status 1 if a row failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--python", action="append", help="install only for these versions of Python")
    options = parser.parse_args()
    installed = list(_installed(options.python or PYTHONS))
    text = TITLE + "".join(f"| {' | '.join(row)} |\n" for row in installed) + RESOLVED + _resolved()
    options.page.write_text(text, encoding="utf-8")
    sys.exit(any("failed" in line for line in text.splitlines() if line.startswith("|")))


def _installed(versions: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Install for each version of Python that is on this machine. Yield the rows of the table."""
    for version in versions:
        python = shutil.which(f"python{version}")
        if python is None or subprocess.run([python, "--version"], capture_output=True, check=False).returncode:
            yield f"Python {version}", "not checked, because this machine has no such Python", ""
            continue
        folder = ROOT / "build" / "install-matrix" / version
        shutil.rmtree(folder, ignore_errors=True)
        said = _call([python, "tools/install.py", str(folder), "."], TORCH_INDEX=SILENT_INDEX)
        yield f"Python {version}, the index of CPU builds does not answer", said or _asked(folder), _megabytes(folder)
        if version == versions[0] and not said:
            yield from _without(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _without(folder: Path) -> Iterator[tuple[str, str, str]]:
    """Remove packages from an environment, and ask again."""
    for name, packages in WITHOUT.items():
        said = _call([str(folder / "bin" / "pip"), "uninstall", "--quiet", "--yes", *packages])
        yield f"the same, {name}", said or _asked(folder), _megabytes(folder)


def _asked(folder: Path) -> str:
    """Ingest the examples into a fresh index and ask. Return the result in words."""
    index = folder / "index"
    shutil.rmtree(index, ignore_errors=True)
    rag, begun = str(folder / "bin" / "rag"), time.monotonic()
    for arguments in (["ingest", "examples/articles"], ["ask", QUESTION]):
        said = _call([rag, *arguments], RAG_INDEX_DIR=str(index))
        if said:
            return said
    return f"answered, {time.monotonic() - begun:.0f} s for ingest and answer"


def _call(command: list[str], **variables: str) -> str:
    """Run a command. Return an empty string, or the reason of its failure."""
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    lines = (done.stderr or done.stdout).strip().splitlines() or ["no message"]
    return f"failed: {lines[-1]}" if done.returncode else ""


def _megabytes(folder: Path) -> str:
    return f"{sum(path.lstat().st_size for path in folder.rglob('*')) / 1e6:,.0f}"


def _resolved() -> str:
    """Return the table of packages by system and Python."""
    lines = [f"| system | {' | '.join(PYTHONS)} |", "|---|" + "---|" * len(PYTHONS)]
    for system, name in SYSTEMS.items():
        lines.append(f"| {name} | {' | '.join(_packages(system, version) for version in PYTHONS)} |")
    return "\n".join(lines) + "\n"


def _packages(system: str, version: str) -> str:
    """Return the number of packages, or the reason why uv found no wheels."""
    uv = [
        str(Path(sys.executable).parent / "uv"),
        "pip",
        "compile",
        "--quiet",
        "--no-sources",
        "--only-binary",
        ":all:",
    ]
    extras = ["--extra", "openvino"] if system == "aarch64-manylinux_2_35" else []
    wanted = ["--python-platform", system, "--python-version", version, "--constraint", "constraints.txt"]
    done = subprocess.run(
        [*uv, *extras, *wanted, "pyproject.toml"],
        cwd=ROOT,
        env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": "14.0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return f"failed: {' '.join(done.stderr.split())[:200]}"
    return str(len(re.findall(r"^\S+==", done.stdout, re.MULTILINE)))


if __name__ == "__main__":
    main()
