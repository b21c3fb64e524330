"""Tests the decisions of tools/install.py: where torch comes from, and the sentence for each failure."""

from __future__ import annotations

import platform
import re
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from tools import install

from tests.patience import PATIENCE

ROOT = Path(__file__).parents[1]
BUILDS = b'<a href="torch-2.13.0%2Bcpu-cp312-cp312-manylinux_2_28_x86_64.whl">torch</a>'


@contextmanager
def _index(status: int, body: bytes, release: threading.Event | None = None) -> Iterator[str]:
    """Serve one answer for every page, after `release` is set. Yield the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if release:
                release.wait(30)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            if release:
                release.set()
            server.shutdown()


# Where torch comes from


def test_an_index_that_lists_torch_answers() -> None:
    with _index(200, BUILDS) as index:
        assert install.answers(index)


@pytest.mark.parametrize(("status", "body"), [(404, b""), (503, BUILDS), (200, b"<h1>Sign in to this network</h1>")])
def test_an_index_with_another_answer_is_not_used(status: int, body: bytes) -> None:
    with _index(status, body) as index:
        assert not install.answers(index)


def test_an_index_that_refuses_connections_is_not_used() -> None:
    with _index(200, BUILDS) as index:
        pass
    assert not install.answers(index)


def test_the_installation_does_not_wait_for_a_slow_index() -> None:
    with _index(200, BUILDS, threading.Event()) as index:
        begun = time.monotonic()
        assert not install.answers(index, 0.2)
        assert time.monotonic() - begun < 3 * PATIENCE


def test_an_address_that_is_none_is_not_used() -> None:
    assert not install.answers("nowhere")


def test_the_index_has_three_seconds() -> None:
    assert install.PATIENCE == 3


def test_torch_comes_from_pytorch_s_index_unless_another_is_named() -> None:
    assert install.torch_index("linux", {}) == "https://download.pytorch.org/whl/cpu"
    assert install.torch_index("linux", {"TORCH_INDEX": ""}) == "https://download.pytorch.org/whl/cpu"
    assert install.torch_index("linux", {"TORCH_INDEX": "https://example.org/cpu/"}) == "https://example.org/cpu"
    assert install.torch_index("darwin", {}) is None


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Collects the arguments of `pip install` instead of running it."""
    collected: list[tuple[str, ...]] = []
    monkeypatch.setattr(install, "pip", lambda _, *arguments, **__: collected.append(arguments))
    monkeypatch.setattr(install, "_has_torch", lambda _: False)
    monkeypatch.setattr(sys, "platform", "linux")
    return collected


def test_only_torch_comes_from_the_index_of_cpu_builds(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with _index(200, BUILDS) as index:
        monkeypatch.setenv("TORCH_INDEX", index)
        install.install_torch("python")
    assert commands == [("--no-deps", "--index-url", index, "torch")]


def test_torch_comes_from_the_configured_index_if_the_other_does_not_answer(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with _index(503, b"") as index:
        monkeypatch.setenv("TORCH_INDEX", index)
        install.install_torch("python")
    assert commands == []
    assert "did not answer within 3 seconds, so torch comes from your own package index" in capsys.readouterr().out


def test_torch_comes_from_the_configured_index_if_the_other_has_no_build_for_this_machine(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: str) -> None:
        raise install.CannotInstall

    monkeypatch.setattr(install, "pip", fail)
    with _index(200, BUILDS) as index:
        monkeypatch.setenv("TORCH_INDEX", index)
        install.install_torch("python")
    assert "has no build of torch for this machine" in capsys.readouterr().out


def test_uv_takes_torch_from_the_same_index_on_linux_and_nothing_else() -> None:
    uv = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["uv"]
    (index,) = uv["index"]
    assert (index["url"], index["explicit"]) == (install.TORCH_INDEX, True)
    assert uv["sources"] == {"torch": [{"index": index["name"], "marker": "sys_platform == 'linux'"}]}


# Without torch


def test_a_light_installation_leaves_out_torch_and_only_the_packages_that_need_it() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    everything = tomllib.loads(pyproject)["project"]["dependencies"]
    left_out = set(everything) - set(install.light_requirements(pyproject, "."))
    assert {install.package(one) for one in left_out} == set(install.HEAVY)
    assert len(left_out) == 3


def test_a_light_installation_may_have_extras() -> None:
    pyproject = (
        '[project]\ndependencies = ["torch>=2", "numpy"]\noptional-dependencies = {openvino = ["openvino>=2026"]}'
    )
    assert install.light_requirements(pyproject, ".[openvino]") == ["numpy", "openvino>=2026"]


def test_an_extra_may_name_other_extras_of_the_project() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    found = {install.package(one) for one in install.light_requirements(pyproject, ".[llm]")}
    assert {"openai", "anthropic", "ollama", "google-genai"} <= found
    assert "rag-policy" not in found, "no package index has it"


def test_the_installation_of_the_image_checks_hashes(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "environment", lambda folder: str(folder))
    monkeypatch.setattr(install, "_run", lambda _: "")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    assert install.main(["--light", "--no-editable", "folder", ".[llm]"]) == 0
    hashed, project = commands
    assert hashed == ("--no-deps", "--require-hashes", "--requirement", str(install.HASHES))
    assert project == ("--no-deps", "--no-build-isolation", ".")


def test_a_machine_without_a_wheel_of_openvino_installs_without_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.31"))
    assert not install.has_hashes(".[llm]")
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    assert install.has_hashes(".[llm]")
    assert not install.has_hashes(".[test]")


def test_a_light_installation_has_the_weights_of_the_default_model_and_the_project(
    commands: list[tuple[str, ...]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install, "environment", lambda folder: str(folder))
    monkeypatch.setattr(install, "_run", lambda _: "")
    assert install.main(["--light", "--no-editable", "folder", "."]) == 0
    packages, *others = commands
    assert "faiss-cpu>=1.12" in packages
    assert others == [("--no-deps", install.MODEL), ("--no-deps", ".")]


# Messages


@pytest.mark.parametrize("packages", ["torch==2.13.0\nnvidia-cublas==13.1", "cuda-bindings==13.0\ntorch==2.13.0"])
def test_a_cuda_build_is_a_note_with_the_way_to_avoid_it(packages: str) -> None:
    assert "make install TORCH_INDEX=ADDRESS" in (install.cuda_note(packages) or "")


def test_a_cpu_build_is_no_note() -> None:
    assert install.cuda_note("torch==2.13.0+cpu\nnumpy==2.4.6") is None


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded", "The disk is full"),
        ("WARNING: Retrying after ProxyError('Cannot connect to proxy.')\n"
         "ERROR: No matching distribution found for numpy==2.4.6", "The proxy refused the connection"),
        ("OSError('Tunnel connection failed: 407 Proxy Authentication Required')", "The proxy refused the connection"),
        ("SSLError(SSLCertVerificationError(1, 'CERTIFICATE_VERIFY_FAILED'))", "set PIP_CERT"),
        ("error: command 'gcc' failed: No such file or directory\nERROR: Failed building wheel for x", "no compiler"),
        ("error: command 'x86_64-linux-gnu-gcc' failed: No such file or directory", "no compiler"),
        ("xcrun: error: invalid active developer path", "no compiler"),
        ("error: linker `cc` not found", "no compiler"),
        ("NewConnectionError('Temporary failure in name resolution')\n"
         "ERROR: No matching distribution found for numpy==2.4.6", "The package index does not answer"),
        ("ERROR: No matching distribution found for torch==2.13.0", "No version of torch==2.13.0 suits this machine"),
        ("ERROR: Failed building wheel for x", "could not be compiled"),
    ],
)  # fmt: skip
def test_a_failure_of_pip_is_explained_in_one_sentence(output: str, sentence: str) -> None:
    found = install.explain(output) or ""
    assert sentence in found
    assert re.fullmatch(r"[A-Z][^\n]+\.", found)


def test_an_unknown_failure_shows_the_output_of_pip() -> None:
    assert install.explain("Segmentation fault") is None
    with pytest.raises(install.CannotInstall, match="pip failed, and said:"):
        install.pip(sys.executable, "--no-such-option")


def test_an_old_python_is_refused_and_a_newer_one_is_only_noted(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(install.CannotInstall, match=r"Python 3\.10 is too old"):
        install.check_python((3, 10))
    install.check_python((3, 15))
    assert "newer than 3.14" in capsys.readouterr().out


def test_an_old_pip_is_refused() -> None:
    with pytest.raises(install.CannotInstall, match=r"pip 21\.2 is too old: run `\S+ -m pip install --upgrade pip`"):
        install.check_pip("pip 21.2.4 from /usr/lib/python3/dist-packages/pip (python 3.11)")
    install.check_pip("pip 22.3 from /usr/lib/python3/dist-packages/pip (python 3.11)")


def test_a_python_without_venv_is_explained() -> None:
    assert "apt install python3-venv" in install.venv_reason("ensurepip is not available.")


# OpenVINO


@pytest.mark.parametrize(
    ("project", "expected"), [(".", ".[openvino]"), (".[test]", ".[openvino,test]"), (".[a,b]", ".[openvino,a,b]")]
)
def test_the_extra_for_openvino_joins_the_others(project: str, expected: str) -> None:
    assert install.with_openvino(project) == expected


def test_the_version_of_glibc_decides_about_openvino_on_arm() -> None:
    assert install.glibc(("glibc", "2.35")) >= install.OPENVINO_GLIBC
    assert install.glibc(("glibc", "2.34")) < install.OPENVINO_GLIBC
    assert install.glibc(("musl", "1.2")) < install.OPENVINO_GLIBC
    assert install.glibc(("", "")) < install.OPENVINO_GLIBC


def test_only_a_mac_with_an_intel_processor_has_no_torch() -> None:
    assert install.intel_mac("darwin", "x86_64")
    assert not install.intel_mac("darwin", "arm64")
    assert not install.intel_mac("linux", "x86_64")
