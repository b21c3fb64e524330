"""The checks accept honest paraphrases, doubt each kind of distortion, and are fast on long texts."""

from __future__ import annotations

import time

import pytest

from rag.answer.checks import examine
from rag.answer.checks.quantities import quantities
from rag.types import Decision, Doubt
from tests.claims.__main__ import SETS
from tests.claims.measuring import decide_all, read_claims


def doubts(claim: str, quote: str) -> tuple[Doubt, ...]:
    return examine(claim, quote, "", quote, lambda _: 3.0, None).doubts


@pytest.mark.parametrize(("claim", "quote"), [
    ("Disabled drivers pay 50% of the tax.", "Disabled drivers pay half of the tax."),
    ("Each further page costs $0.10.", "Each further page costs 10 cents."),
    ("A driver takes a break after 4.5 hours.", "A driver takes a break after four and a half hours."),
    ("Every home is visited once a year.", "Each home is visited once a year."),
    ("The office has to answer within a month.", "The office answers within one month."),
    ("A committee appointed by the mayor hears disputes.", "A committee, which the mayor appoints, hears disputes."),
    ("Applications are turned down if they are late.", "Applications are rejected if they are late."),
    ("No fee is required.", "A fee is not required."),
])  # fmt: skip
def test_a_paraphrase_has_no_doubt(claim: str, quote: str) -> None:
    assert doubts(claim, quote) == ()


@pytest.mark.parametrize(("claim", "quote"), [
    ("Parents receive never less than 300 or more than 1,800 euros a month.",
     "Parents receive at least 300 and at most 1,800 euros a month."),
    ("Feedback is given within a quarter of a year.", "Feedback is given within three months."),
    ("The lesson is split into two 30-minute breaks.", "The lesson is split into two half hours."),
    ("A course lasts a year and a half.", "A course lasts 18 months."),
    ("One in three members pays late.", "About 33 per cent of the members pay late."),
    ("The rate was cut by half.", "The rate was halved."),
    ("A request has to be made no later than a year after the event.",
     "Requests made more than twelve months after the event are not accepted."),
    ("No household may have more than two permits.", "There is a limit of two permits per household."),
    ("Members who are ill do not have to pay the fee.", "The fee is waived for members who are ill."),
    ("Late members pay no fine.", "Late members escape the fine."),
])  # fmt: skip
def test_a_figure_or_a_negation_may_be_put_otherwise(claim: str, quote: str) -> None:
    assert not {Doubt.FIGURE, Doubt.COMPARISON, Doubt.NEGATION} & {*doubts(claim, quote)}


@pytest.mark.parametrize(("claim", "quote"), [
    ("The operator replaced two electric ferries with diesel ones.",
     "The operator replaced two diesel ferries with electric ones."),
    ("The city took over the dues from the port.", "The port took over the dues from the city."),
    ("Bicycles travel free during the rush hours.", "Bicycles travel free outside the rush hours."),
    ("The plant opened because the city sends less waste.", "The city sends less waste because the plant opened."),
    ("The board found delays in 37 offices.", "The board visited 37 offices and found delays in nine of them."),
    ("The ministry refused 3,912 applications.", "The ministry refused 48 of 3,912 applications."),
    ("A candidate may ask for extra time and a separate room.", "A candidate may ask for extra time."),
    ("The landlord registers the child.", "Parents register the child."),
    ("Consent is not needed for a meter.", "Meters may be installed only with consent."),
    ("One in three members pays late.", "About 35 per cent of the members pay late."),
    ("No household may have fewer than two permits.", "There is a limit of two permits per household."),
    ("Family income: the loan is 4,200 pounds.", "Family income: 15,000 pounds; Grant: 4,200 pounds; Loan: none."),
])  # fmt: skip
def test_a_distortion_has_a_doubt(claim: str, quote: str) -> None:
    assert doubts(claim, quote) != ()


@pytest.mark.parametrize(
    "part", ["a ", "1,000 ", "one and a half ", "1", "not any ", ", which ", "no required ", "turn the "]
)
def test_a_long_text_is_compared_in_time(part: str) -> None:
    text = (part * 900)[:900]
    begun = time.process_time()
    doubts(text, text)
    quantities(text)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("name", ["example articles", "invented policies", "held out"])
def test_no_supported_claim_is_lost(name: str) -> None:
    claims = [claim for claim in read_claims(SETS[name]) if claim.supported]
    assert [one for one in decide_all(claims, None) if one.decision is Decision.WITHHELD] == []
