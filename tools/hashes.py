"""Write hashes of all packages of the light installation: `python -m tools.hashes`. Needs uv and the network.

The file has each package in the version of constraints.txt, with the hashes of its wheels for all systems, and the
packages that build this project. tools/install.py installs exactly these files if it is asked for `--light '.[llm]'`,
as the Dockerfile does. torch is not in it, because the light installation has none.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib

from tools.install import CONSTRAINTS, HASHES, MODEL, ROOT, light_requirements

_ARM = "openvino>=2026.0 ; sys_platform == 'linux' and platform_machine == 'aarch64'"

_HEADER = """\
# The files of the light installation, with their hashes. `make hashes` writes this file: see tools/hashes.py.
"""


def main() -> int:
    """Resolve the packages, and write the file."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    build = tomllib.loads(pyproject)["build-system"]["requires"]
    resolved = compiled([*light_requirements(pyproject, ".[llm]"), *build, _ARM])
    # The package with the default model requires torch, but its model runs without.
    HASHES.write_text(_HEADER + resolved + compiled([MODEL], "--no-deps"), encoding="utf-8")
    return 0


def compiled(requirements: list[str], *options: str) -> str:
    """Return the pinned packages with their hashes, for all systems and every supported Python."""
    universal = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    command = [sys.executable, "-m", "uv", "pip", "compile", "-", "--constraint", str(CONSTRAINTS), *universal]
    ran = [*command, "--no-config", "--quiet", *options]
    done = subprocess.run(ran, input="\n".join(requirements), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"hashes: uv failed, and said:\n{done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
