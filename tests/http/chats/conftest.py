"""Two real servers over three articles. In one, a scripted language model writes the answers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.service import Service
from rag.types import Ask
from tests import samples
from tests.http.serving import serving

CLAIMS = {
    "The levy 🥤 took effect on 6 April 2018.": ["took effect"],
    "The levy took effect on 6 April 2018, and the congestion charge is 15 pounds a day.": ["took effect", "15 pounds"],
    "Fruit juices are exempt from the levy.": ["Fruit juices"],
}
"""The sentences of a language model, and for each the words that identify the cited passages."""


def with_language_model(service: Service) -> Service:
    """Return a service over the same index. Its language model writes CLAIMS and cites several documents."""
    evidence = service.view(None).answer(Ask(samples.LEVY_QUESTION)).evidence

    def marker(words: str) -> str:
        return f"[{1 + next(number for number, hit in enumerate(evidence) if words in hit.text)}]"

    reply = "".join(f"{claim[:-1]} {''.join(map(marker, passages))}. " for claim, passages in CLAIMS.items())
    return samples.service(service.settings.index_dir, generator=samples.answerer(samples.Scripted([reply])))


@pytest.fixture(scope="package")
def url(service: Service) -> Iterator[str]:
    """The address of the service without a language model."""
    with serving(service) as url:
        yield url


@pytest.fixture(scope="package")
def written_url(service: Service) -> Iterator[str]:
    """The address of a service that always gives the same answer, with several citations."""
    with serving(with_language_model(service)) as url:
        yield url
