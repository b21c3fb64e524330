"""Questions of many kinds in seven languages, over one index of policies in all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.service import Service
from rag.settings import Settings
from rag.types import Answer, Ask, Outcome, Role, Turn
from rag.wiring import assemble
from tests.languages.policy_cases import CASES, Case

POLICIES = Path(__file__).with_name("policies")


@pytest.fixture(scope="module")
def policies(shared: Path) -> Service:
    """The default service over the policies of all towns together."""
    service = assemble(Settings(_env_file=None, index_dir=shared / "policies"))
    service.ingest([POLICIES], lambda *_: None)
    return service


def _asked(service: Service, case: Case) -> Answer:
    if case.earlier is None:
        return service.answer(Ask(case.question))
    earlier = service.answer(Ask(case.earlier))
    history = (Turn(Role.USER, case.earlier), Turn(Role.ASSISTANT, earlier.text or "-"))
    return service.answer(Ask(case.question, history=history))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.language}-{case.kind}")
def test_questions_of_every_kind_are_answered_in_the_language_of_the_policy(policies: Service, case: Case) -> None:
    answer = _asked(policies, case)
    said = " ".join(statement.text for statement in answer.statements)
    assert (answer.outcome is Outcome.NO_EVIDENCE) is (not case.words)
    assert [word for word in case.words if word not in said] == []
    assert [word for word in case.absent if word in said] == []
