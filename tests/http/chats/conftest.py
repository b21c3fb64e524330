"""Two services over three articles, each on a port of this machine, as a client from elsewhere meets them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from rag.service import Service
from rag.types import Ask
from tests import asking
from tests.http.serving import serving

CLAIMS = {
    "The levy 🥤 took effect on 6 April 2018.": ["took effect"],
    "The levy took effect on 6 April 2018, and the congestion charge is 15 pounds a day.": ["took effect", "15 pounds"],
    "Fruit juices are exempt from the levy.": ["Fruit juices"],
}
"""What a language model writes, and words of the passages that it cites."""


def written(service: Service) -> Service:
    """Return a service over the same index whose answers a language model writes: they cite several documents."""
    evidence = service.answer(Ask(Ask(asking.LEVY_QUESTION))).evidence

    def marker(words: str) -> str:
        return f"[{1 + next(number for number, hit in enumerate(evidence) if words in hit.text)}]"

    reply = "".join(f"{claim[:-1]} {''.join(map(marker, cited))}. " for claim, cited in CLAIMS.items())
    return asking.service(service.settings.index_dir, generator=asking.answerer(asking.Scripted([reply])))


@pytest.fixture(scope="package")
def url(service: Service) -> Iterator[str]:
    """The address of the service as it comes."""
    with serving(service) as url:
        yield url


@pytest.fixture(scope="package")
def written_url(service: Service) -> Iterator[str]:
    """The address of a service whose every answer is the same one, with several citations."""
    with serving(written(service)) as url:
        yield url
