"""The files for systemd and Kubernetes run commands of the project, with few rights and with its probes."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from rag.cli import program
from rag.settings import Settings

FOLDER = Path(__file__).parents[1] / "deploy"
UNIT = FOLDER / "rag.service"
MANIFESTS: list[dict[str, Any]] = list(yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8")))
DOCKERFILE = (FOLDER.parent / "Dockerfile").read_text(encoding="utf-8")
NAMES = {f"RAG_{name}".upper() for name in Settings.model_fields}


def of_kind(kind: str) -> dict[str, Any]:
    (found,) = (one for one in MANIFESTS if one["kind"] == kind)
    return found


READERS = of_kind("Deployment")["spec"]["template"]["spec"]
WRITER = of_kind("CronJob")["spec"]["jobTemplate"]["spec"]["template"]["spec"]


def directives(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            yield name, value


def check_command(words: list[str]) -> None:
    commands = typer.main.get_command(program.app)
    with commands.make_context("rag", [], resilient_parsing=True) as context:
        command = commands.get_command(context, words[0])  # type: ignore[attr-defined]
        command.make_context(words[0], words[1:], parent=context, resilient_parsing=True)


def test_the_unit_runs_the_service_and_reloads_its_settings() -> None:
    found = dict(directives(UNIT.read_text(encoding="utf-8")))
    program_, *words = found["ExecStart"].split()
    assert Path(program_).name == "rag"
    check_command(words)
    assert found["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert float(found["TimeoutStopSec"]) > Settings.model_fields["shutdown_seconds"].default + 10
    variables = [one.partition("=")[0] for one in found["Environment"].split() if one.startswith("RAG_")]
    assert set(variables) <= NAMES


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_accepts_the_unit_and_its_rights_are_few() -> None:
    # Without the program itself, `verify` would say only that it is missing.
    done = subprocess.run(["systemd-analyze", "verify", str(UNIT)], capture_output=True, text=True, check=False)
    problems = [line for line in done.stderr.splitlines() if "rag.service" in line and "is not executable" not in line]
    assert problems == []
    offline = ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(UNIT)]
    rated = subprocess.run(offline, capture_output=True, text=True, check=False)
    if "nknown" not in rated.stderr:  # an older systemd cannot rate files
        assert rated.returncode == 0, rated.stdout


@pytest.mark.parametrize("pod", [READERS, WRITER], ids=["readers", "writer"])
def test_pods_have_no_rights_and_a_limit_of_memory(pod: dict[str, Any]) -> None:
    (container,) = pod["containers"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False, "Kubernetes sets RAG_PORT for a service that is named rag"
    assert pod["securityContext"]["runAsNonRoot"]
    assert f"--uid {pod['securityContext']['runAsUser']} " in DOCKERFILE
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert "memory" in container["resources"]["limits"]
    check_command(container["args"])
    mounted = {one["name"] for one in container["volumeMounts"]}
    assert mounted == {one["name"] for one in pod["volumes"]}
    assert set(of_kind("ConfigMap")["data"]) <= NAMES


def test_only_the_writer_may_change_the_index() -> None:
    mounts = [
        next(one for one in pod["containers"][0]["volumeMounts"] if one["name"] == "index") for pod in (READERS, WRITER)
    ]
    assert [one.get("readOnly", False) for one in mounts] == [True, False]
    assert {one["mountPath"] for one in mounts} == {of_kind("ConfigMap")["data"]["RAG_INDEX_DIR"]}
    assert of_kind("CronJob")["spec"]["concurrencyPolicy"] == "Forbid"


def test_the_probes_ask_the_paths_of_the_service() -> None:
    (container,) = READERS["containers"]
    paths = {kind: container[f"{kind}Probe"]["httpGet"]["path"] for kind in ("startup", "readiness", "liveness")}
    assert paths == {"startup": "/healthz", "readiness": "/readyz", "liveness": "/healthz"}
    assert READERS["terminationGracePeriodSeconds"] > 5 + Settings.model_fields["shutdown_seconds"].default + 5


def test_selectors_match_the_pods() -> None:
    deployment = of_kind("Deployment")
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    assert deployment["spec"]["selector"]["matchLabels"] == labels
    assert of_kind("Service")["spec"]["selector"] == labels
    assert of_kind("PodDisruptionBudget")["spec"]["selector"]["matchLabels"] == labels
