"""Tests that the image and docker-compose.yml name files, commands, variables, ports and routes that exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import typer.main
from packaging.specifiers import SpecifierSet
from tools import install

from rag import plugins
from rag.cli import program
from rag.http.app import create_app
from rag.service import Service
from rag.settings import Settings, load
from rag.sources import discover
from rag.wiring import assemble

from .browser.server import run_server
from .containers import ROOT, VARIABLE, Composition, Stage, arguments, stages

PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FIELDS = {f"RAG_{name}".upper(): name for name in Settings.model_fields}
COMPOSED = Composition()
HEAD, *STAGES, IMAGE = stages()
NAMED = {stage.the("FROM")[-1]: stage for stage in STAGES}
FULL, MODELS, LIGHT = NAMED["full"], NAMED["models"], NAMED["light"]

OF_THE_IMAGE = {"RAG_INDEX_DIR", "RAG_COMPILED_MODELS"}
"""Settings that name folders of the container. The image sets them."""


# The compose file


def test_the_compose_file_follows_its_specification() -> None:
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    checked = subprocess.run([*checker, str(COMPOSED.path)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_every_variable_of_the_compose_file_has_a_default_and_is_listed_at_its_top() -> None:
    names = [name for name, *_ in VARIABLE.findall(COMPOSED.text)]
    assert COMPOSED.text.count("$") == len(names)
    assert [name for name in names if not re.search(rf"\b{name}\b", COMPOSED.heading)] == []


@pytest.mark.parametrize("name", COMPOSED.ours)
def test_every_setting_reaches_our_containers(name: str) -> None:
    passed = {variable for variable, _ in _variables(COMPOSED.services[name])}
    assert passed == FIELDS.keys() - OF_THE_IMAGE
    assert IMAGE.environment().keys() & FIELDS.keys() == OF_THE_IMAGE


def test_our_containers_accept_the_values_that_they_get_if_nothing_is_set() -> None:
    given = {name: value for name, value in IMAGE.environment().items() if name in FIELDS}
    given |= {name: value for service in COMPOSED.ours.values() for name, value in _variables(service) if value}
    Settings.model_validate({FIELDS[name]: value for name, value in given.items()})


def test_each_variable_of_our_containers_comes_from_the_same_variable_of_the_host() -> None:
    written = [variable for name in COMPOSED.ours for variable in _variables(COMPOSED.written[name])]
    assert written
    changed = {name: value for name, value in written if value is not None}
    assert [name for name, value in changed.items() if not re.match(rf"\$\{{{name}:[-+]", value)] == []


def test_a_setting_with_another_meaning_in_containers_is_explained_at_the_top_of_the_file() -> None:
    written = [variable for name in COMPOSED.ours for variable in _variables(COMPOSED.written[name])]
    special = {name for name, value in written if value is not None} | OF_THE_IMAGE
    assert [name for name in special if not re.search(rf"\b{name}\b", COMPOSED.heading)] == []


@pytest.mark.parametrize("name", COMPOSED.ours)
def test_a_setting_with_a_path_names_a_place_on_this_machine_that_is_mounted(name: str) -> None:
    paths = {
        f"RAG_{field}".upper() for field, value in Settings.model_fields.items() if "Path" in str(value.annotation)
    }
    written = dict(_variables(COMPOSED.written[name]))
    mounts = {mount["target"]: mount for mount in COMPOSED.written[name]["volumes"]}
    assert paths > OF_THE_IMAGE
    for variable in paths - OF_THE_IMAGE - {"RAG_AUDIT_DIR"}:
        found = VARIABLE.fullmatch(written[variable])
        assert found
        source = VARIABLE.fullmatch(mounts[found[3]]["source"])
        assert source
        assert (found[1], found[2], source[1], source[2]) == (variable, "+", variable, "-")


def test_the_audit_log_is_in_a_volume_that_the_user_of_the_image_owns() -> None:
    (variable,) = re.findall(r"RAG_AUDIT_DIR: \$\{RAG_AUDIT_DIR:\+(.+)\}", COMPOSED.text)
    assert ("audit", variable) in COMPOSED.mounts("api")
    assert f"install --directory --owner rag --group rag /var/lib/rag /var/lib/rag/index {variable}" in (
        ROOT / "Dockerfile"
    ).read_text(encoding="utf-8")


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FIELDS:
        monkeypatch.delenv(name, raising=False)
    expected = load()
    for name in FIELDS:
        monkeypatch.setenv(name, "")
    assert load() == expected


def test_no_secret_is_part_of_the_image() -> None:
    secrets = {
        f"RAG_{name}".upper() for name, field in Settings.model_fields.items() if "Secret" in str(field.annotation)
    }
    built = {name for stage in stages() for name in (*arguments(stage), *stage.environment())}
    assert secrets
    assert not secrets & built
    assert ".env" not in _copied()


def test_volumes_are_declared_and_used() -> None:
    mounted = {source for name in COMPOSED.services for source, _ in COMPOSED.mounts(name)}
    assert mounted - {bind["source"] for bind in COMPOSED.binds()} == COMPOSED.volumes.keys()


def test_mounted_files_and_folders_exist_and_are_read_only() -> None:
    for bind in COMPOSED.binds():
        assert (ROOT / bind["source"]).exists()
        assert bind["read_only"]
        assert bind["bind"] == {"create_host_path": False}


def test_the_mounted_articles_are_documents() -> None:
    (articles,) = (bind for bind in COMPOSED.binds() if bind["target"] == "/articles")
    assert discover([ROOT / articles["source"]])


@pytest.mark.parametrize("name", COMPOSED.services)
def test_a_container_has_a_limit_of_memory_and_of_log(name: str) -> None:
    service = COMPOSED.services[name]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["logging"] == {"driver": "json-file", "options": {"max-size": "10m", "max-file": "3"}}


@pytest.mark.parametrize("name", COMPOSED.ours)
def test_the_index_is_mounted_at_the_image_s_index_folder(name: str) -> None:
    (index,) = IMAGE.the("VOLUME")
    assert ("index", index) in COMPOSED.mounts(name)
    assert index == IMAGE.environment()["RAG_INDEX_DIR"]


def test_a_service_waits_for_a_state_that_its_dependency_can_reach() -> None:
    for _, terms, dependency in COMPOSED.dependencies():
        if terms["condition"] == "service_completed_successfully":
            assert dependency["restart"] == "no"
        else:
            assert terms["condition"] == "service_healthy"
            assert dependency["healthcheck"]["test"]


def test_a_dependency_in_another_profile_is_optional() -> None:
    for service, terms, dependency in COMPOSED.dependencies():
        together = set(dependency.get("profiles", ())) <= set(service.get("profiles", ()))
        assert terms.get("required", True) == together


def test_the_service_and_its_documents_need_no_profile_and_the_llm_does() -> None:
    profiles = {name: service.get("profiles", []) for name, service in COMPOSED.services.items()}
    assert profiles == {"ingest": [], "api": [], "ollama": ["llm"], "ollama-pull": ["llm"]}


def test_the_command_for_an_llm_names_the_model_that_is_fetched() -> None:
    (generator, profile), *others = re.findall(
        r"RAG_GENERATOR=(\S+) docker compose --profile (\S+) up", COMPOSED.heading
    )
    assert not others
    assert profile in COMPOSED.services["ollama"]["profiles"]
    _, model = plugins.find("generators", generator)
    assert COMPOSED.services["ollama-pull"]["command"] == ["pull", model]


def test_the_address_of_the_llm_is_the_service_that_runs_it() -> None:
    variables = {
        name: value for service in ("api", "ollama-pull") for name, value in _variables(COMPOSED.services[service])
    }
    addresses = [urlsplit(variables[name]) for name in ("RAG_GENERATOR_BASE_URL", "OLLAMA_HOST")]
    assert {address.hostname for address in addresses} <= COMPOSED.services.keys()
    assert len({address.netloc for address in addresses}) == 1


@pytest.mark.parametrize("name", COMPOSED.ours)
def test_our_containers_run_as_the_image_s_user_with_read_only_files(name: str) -> None:
    service = COMPOSED.services[name]
    assert [service["user"]] == IMAGE.the("USER")
    assert service["read_only"]
    assert service["tmpfs"] == "/tmp"


@pytest.mark.parametrize("name", COMPOSED.services)
def test_a_container_has_no_capabilities_and_cannot_gain_any(name: str) -> None:
    assert COMPOSED.services[name]["cap_drop"] == ["ALL"]
    assert COMPOSED.services[name]["security_opt"] == ["no-new-privileges:true"]


def test_the_service_is_published_on_its_own_port_for_this_machine_only() -> None:
    published = {name: service["ports"] for name, service in COMPOSED.services.items() if "ports" in service}
    host, port = Settings.model_fields["host"].default, Settings.model_fields["port"].default
    assert published == {"api": [f"{host}:{port}:{port}"]}
    assert IMAGE.the("EXPOSE") == [str(port)]


def test_the_service_listens_on_the_port_that_is_published() -> None:
    (published,) = COMPOSED.written["api"]["ports"]
    assert [found[0] for found in VARIABLE.findall(published)] == ["RAG_HOST", "RAG_PORT", "RAG_PORT"]


def test_every_page_and_file_names_the_same_address() -> None:
    default = Settings()
    address = f"http://{default.host}:{default.port}"
    texts = [
        COMPOSED.heading,
        *((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/running.md")),
    ]
    assert [text for text in texts if address not in text] == []
    assert [found for text in texts for found in re.findall(r"(?:localhost|0\.0\.0\.0):8\d+", text)] == []


def test_one_service_builds_the_image_with_the_arguments_of_the_dockerfile() -> None:
    (build,) = [service["build"] for service in COMPOSED.services.values() if "build" in service]
    assert (ROOT / build["context"] / "Dockerfile").is_file()
    assert {name for stage in stages() for name in arguments(stage)} == build["args"].keys()
    assert HEAD.the("ARG") == [f"RAG_PACKAGES={build['args']['RAG_PACKAGES']}"]


def test_third_party_images_have_a_version() -> None:
    images = {service["image"] for name, service in COMPOSED.services.items() if name not in COMPOSED.ours}
    assert images
    assert [image for image in images if not re.fullmatch(r"[\w/]+:\d+\.\d+\.\d+", image)] == []


# The commands


@pytest.mark.parametrize("name", COMPOSED.ours)
def test_a_container_runs_a_command_of_the_project(name: str) -> None:
    (script,) = IMAGE.the("ENTRYPOINT")
    assert PROJECT["project"]["scripts"][script] == "rag.cli:main"
    words = COMPOSED.services[name].get("command", IMAGE.the("CMD"))
    commands = typer.main.get_command(program.app)
    with commands.make_context(script, [], resilient_parsing=True) as context:
        command = commands.get_command(context, words[0])  # type: ignore[attr-defined]
        assert command
        given = command.make_context(words[0], words[1:], parent=context).params
    mounted = {target for _, target in COMPOSED.mounts(name)}
    assert {str(path) for path in given.get("paths", ())} <= mounted
    assert given.get("allow_failures", True)


def test_the_image_listens_on_all_addresses() -> None:
    assert IMAGE.the("CMD") == ["serve", "--host", "0.0.0.0"]


# The probe


@pytest.fixture
def service(tmp_path: Path) -> Service:
    return assemble(Settings(index_dir=tmp_path / "index", encoder="hashing"))


@pytest.fixture
def address(service: Service) -> Iterator[str]:
    with run_server(create_app(service)) as address:
        yield address


def test_the_compose_file_has_the_image_s_probe() -> None:
    assert COMPOSED.services["api"]["healthcheck"]["test"] == ["CMD", *IMAGE.the("HEALTHCHECK")]
    times = {f"--{name.replace('_', '-')}={time}" for name, time in _times(COMPOSED.services["api"]).items()}
    assert times == set(re.findall(r"--\S+", IMAGE.all("HEALTHCHECK")[0].value.partition("CMD")[0]))


def test_the_probe_uses_the_port_that_the_image_exposes_unless_another_is_set() -> None:
    assert f"or {IMAGE.the('EXPOSE')[0]}}}/readyz" in IMAGE.the("HEALTHCHECK")[-1]


def test_the_probe_fails_while_there_is_no_index(address: str) -> None:
    assert _probe(address) == 1


def test_the_probe_passes_if_there_is_an_index(service: Service, tmp_path: Path, address: str) -> None:
    (tmp_path / "levy.txt").write_text("The levy is 12 euros.\n", encoding="utf-8")
    service.ingest([tmp_path / "levy.txt"], lambda *_: None)
    service.parts.store.refresh()
    assert _probe(address) == 0


# The image


def test_the_files_that_the_image_copies_exist_and_are_not_ignored() -> None:
    patterns = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    allowed = [pattern.removeprefix("!") for pattern in patterns if pattern.startswith("!")]
    assert "*" in patterns
    assert [source for source in _copied() if not (ROOT / source).exists()] == []
    assert sorted(allowed) == _copied()


@pytest.mark.parametrize("stage", [FULL, LIGHT], ids=["full", "light"])
def test_each_kind_of_image_copies_every_source_of_the_wheel(stage: Stage) -> None:
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    parts = ["pyproject.toml", PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]]
    parts += [*wheel["packages"], *wheel["force-include"]]
    copied = [source for copy in stage.all("COPY") for source in copy.words()[:-1]]
    assert [part for part in parts if not any(fnmatch(f"{part}/", f"{source}/*") for source in copied)] == []


def test_the_image_has_the_packages_that_the_build_argument_names() -> None:
    assert HEAD.the("ARG") == ["RAG_PACKAGES=light"]
    assert NAMED["packages"].the("FROM") == ["${RAG_PACKAGES}", "AS", "packages"]
    assert _installed(LIGHT) == ["--light --no-editable /opt/rag '.[llm]'"]
    assert _installed(FULL) == ["--no-editable /opt/rag torch", "--no-editable /opt/rag '.[llm]'"]
    assert IMAGE.all("COPY")[0].value == "--from=packages /opt/rag /opt/rag"
    assert IMAGE.environment()["PATH"].startswith("/opt/rag/bin:")


def test_the_image_has_the_models_that_the_build_compiles() -> None:
    assert MODELS.the("FROM")[0] == "full"
    (run,) = MODELS.all("RUN")
    environment = IMAGE.environment()
    assert (
        f"HF_HOME={environment['HF_HOME']} /opt/rag/bin/rag compile {environment['RAG_COMPILED_MODELS']} " in run.value
    )
    assert IMAGE.all("COPY")[1].value == "--from=models /opt/models /opt/models"
    assert "RAG_ENCODER" in arguments(MODELS)


def test_every_stage_begins_with_one_pinned_image_of_a_supported_python() -> None:
    bases = {stage.the("FROM")[0] for stage in (*STAGES, IMAGE)} - NAMED.keys() - {"${RAG_PACKAGES}"}
    (base,) = bases
    version = re.fullmatch(r"python:(3\.\d+)\.\d+-slim-bookworm@sha256:[0-9a-f]{64}", base)
    assert version
    assert version[1] in SpecifierSet(PROJECT["project"]["requires-python"])


def test_the_image_s_user_is_not_root_and_owns_the_index() -> None:
    ((user, group),) = [identity.split(":") for identity in IMAGE.the("USER")]
    assert int(user) > 0
    assert int(group) > 0
    assert f"--uid {user} " in IMAGE.all("RUN")[0].value
    assert f"--gid {group} " in IMAGE.all("RUN")[0].value
    assert re.search(
        rf"install --directory --owner rag --group rag .*{IMAGE.the('VOLUME')[0]}", IMAGE.all("RUN")[0].value
    )


def test_the_image_fetches_no_model() -> None:
    assert IMAGE.environment()["HF_HUB_OFFLINE"] == "1"


def test_every_installation_uses_the_installer_of_the_project() -> None:
    commands = [run.value for stage in STAGES for run in stage.all("RUN")]
    assert len([command for command in commands if "python tools/install.py" in command]) == 3
    assert [command for command in commands if "pip install" in command] == []


def test_the_index_of_torch_is_optional_and_reaches_the_installer() -> None:
    assert arguments(FULL) == ["TORCH_INDEX"]
    assert install.torch_index("linux", {"TORCH_INDEX": ""}) == install.TORCH_INDEX


def _variables(service: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(service.get("environment", {}).items())


def _times(service: dict[str, Any]) -> dict[str, Any]:
    return {name: time for name, time in service["healthcheck"].items() if name != "test"}


def _copied() -> list[str]:
    """Return the files and folders that the build copies from the repository."""
    copies = [copy for stage in STAGES for copy in stage.all("COPY")]
    return sorted({source for copy in copies for source in copy.words()[:-1]})


def _installed(stage: Stage) -> list[str]:
    """Return the arguments of each call of the installer."""
    return [run.value.partition("tools/install.py ")[2] for run in stage.all("RUN")]


def _probe(address: str) -> int:
    """Run the image's probe against the port of an address."""
    _, option, code = IMAGE.the("HEALTHCHECK")
    environment = {**os.environ, "RAG_PORT": str(urlsplit(address).port)}
    return subprocess.run([sys.executable, option, code], env=environment, capture_output=True, check=False).returncode
