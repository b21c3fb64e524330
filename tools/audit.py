"""Compare the installed packages with PyPI's list of known vulnerabilities: `python tools/audit.py`.

Exit code 1 if a package has a known vulnerability, 2 if the list cannot be read.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass


class CannotAudit(Exception):
    """The list cannot be read. The message is one sentence with the reason and the remedy."""


@dataclass(frozen=True)
class Finding:
    """A known vulnerability of an installed package, and the versions that do not have it."""

    package: str
    version: str
    id: str
    fixed: tuple[str, ...]

    def __str__(self) -> str:
        remedy = f"fixed in {', '.join(self.fixed)}" if self.fixed else "not fixed yet"
        return f"{self.package} {self.version}: {self.id}, {remedy}"


def main() -> int:
    """Print each vulnerability, and return the exit code."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--local",
        "--skip-editable",
        "--progress-spinner=off",
        "--format=json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        found, checked, skipped = read(done.stdout)
    except CannotAudit as reason:
        print(f"audit: {reason}", file=sys.stderr)
        return 2
    for finding in found:
        print(finding)
    print(f"{checked} packages checked, {len(found)} known vulnerabilities.")
    if skipped:
        print(f"The list does not know these packages or versions: {', '.join(skipped)}.")
    return 1 if found else 0


def read(output: str) -> tuple[list[Finding], int, list[str]]:
    """Return the findings, the number of checked packages, and the packages that the list does not know.

    `output` is the JSON that pip-audit prints. Raises CannotAudit if it is empty or no package was checked.
    """
    try:
        packages = json.loads(output)["dependencies"]
    except (ValueError, KeyError):
        packages = []
    checked = [one for one in packages if "skip_reason" not in one]
    if not checked:
        raise CannotAudit(
            "PyPI's list of known vulnerabilities cannot be read: run it where https://pypi.org can be reached"
        )
    found = [
        Finding(one["name"], one["version"], fault["id"], tuple(fault["fix_versions"]))
        for one in checked
        for fault in one["vulns"]
    ]
    return found, len(checked), [one["name"] for one in packages if "skip_reason" in one]


if __name__ == "__main__":
    sys.exit(main())
