"""A test process that crashes does not stop the other tests from being run."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

FILES, TESTS = 20, 5


def test_a_run_ends_after_a_crash_and_names_the_test(pytester: pytest.Pytester) -> None:
    root = Path(__file__).parents[1]
    pytester.makeconftest(
        f"import sys\nsys.path.insert(0, {str(root)!r})\nfrom tests.scheduling import Files\n"
        "def pytest_xdist_make_scheduler(config, log):\n    return Files(config, log)\n"
    )
    crash = "import os, pathlib\ndef test_crash():\n    if not pathlib.Path('crashed').exists():\n"
    crash += "        pathlib.Path('crashed').touch()\n        os._exit(3)\n"
    passing = "\n".join(f"def test_{n}():\n    pass" for n in range(TESTS))
    files = {f"test_{n:02}": passing for n in range(FILES)}
    files["test_15"] = f"{crash}\n{passing}"
    pytester.makepyfile(**files)
    ran = pytester.runpytest_subprocess("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", timeout=120)
    ran.assert_outcomes(failed=1, passed=FILES * TESTS + 1)
    ran.stdout.fnmatch_lines(["FAILED test_15.py::test_crash - worker * crashed while running*"])
