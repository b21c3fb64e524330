"""schemathesis asks the API with requests that its OpenAPI document allows or forbids, and follows links between them.

The number of requests is bounded and the seed is fixed, so that every run sends the same ones in less than a minute.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.settings import Settings
from rag.wiring import assemble
from tests import samples
from tests.cases import cases
from tests.http.serving import serving

_PARTS = ("original", "passages", "versions", "versions/{snapshot}")

CONFIGURATION = "\n".join(
    f"""\
[[operations]]
include-name = "GET /v1/documents/{{document_id}}/{part}"
# An id may end in the name of a part, so PUT and DELETE at this path belong to another document.
checks.unsupported_method.enabled = false
checks.allow_header_conformance.enabled = false
"""
    for part in _PARTS
)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("fuzzing")
    settings = Settings(
        _env_file=None, index_dir=folder / "index", encoder="hashing", api_key="open-sesame-1234567", least_confidence=0
    )
    service = assemble(settings)
    samples.ingest(service, samples.write(folder / "articles"))
    with serving(service) as url:
        yield url


def test_every_answer_agrees_with_the_openapi_document(url: str, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(CONFIGURATION)
    options = {
        "header": "Authorization: Bearer open-sesame-1234567",
        "phases": "examples,coverage,fuzzing,stateful",
        "max-examples": str(cases(8).max_examples),
        "seed": "1",
        "request-timeout": "60",
        # A schema cannot say that the last message must be the user's, or that a file must have text.
        # `ignored_auth` sends wrong keys, and after several of them expects no 429. tests/http/access tests the keys.
        "exclude-checks": "positive_data_acceptance,ignored_auth",
    }
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json", "--no-color"]
    done = subprocess.run(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
