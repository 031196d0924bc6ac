"""What the events of a deal make of its row and its stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from services.analytics.projections.deal_history import fold
from services.analytics.projections.deal_row import DealRow, StayRow
from services.analytics.tests.happening import START, Log, line, named, stage, usd
from shared.eventstore.folding import Gap

DEAL, ANNA, BEN = named("deal", 1), named("person", "anna"), named("person", "ben")
TALK, OFFER, WON, LOST = stage("talk"), stage("offer"), stage("won", "won"), stage("lost", "lost")
DAY = timedelta(days=1)


def opened(**more: Any) -> Log:
    log = Log("pipeline")
    content: dict[str, Any] = {
        "name": "Big one",
        "process_id": named("process", "p"),
        "process_version": 1,
        "stage": TALK,
        "lines": [],
    }
    log.happened(DEAL, "DealOpened", **content | {"owner_id": ANNA, "amount": usd("100")} | more)
    return log


@dataclass(frozen=True, slots=True)
class Folded:
    deals: dict[UUID, DealRow]
    stays: list[StayRow]


def folded(log: Log) -> Folded:
    deals: dict[UUID, DealRow] = {}
    steps = fold(deals, {}, log.events)
    return Folded(deals, [stay for step in steps for stay in step.ended])


def test_an_opened_deal_is_credited_to_its_owner_and_stays_in_its_first_stage() -> None:
    deal = folded(opened(lines=[line("GTX")], source="web")).deals[DEAL]
    assert (deal.version, deal.category, deal.stage_key, deal.stay) == (1, "open", "talk", 1)
    assert (deal.owner_id, deal.credited_owner_id, deal.source) == (str(ANNA), str(ANNA), "web")
    assert (deal.opened_at, deal.entered_at, deal.closed_at) == (START, START, None)
    assert msgspec.json.decode(deal.lines)[0]["product_name"] == "GTX"


def test_every_move_ends_a_stay_and_says_where_it_led() -> None:
    log = opened()
    log.happened(DEAL, "DealStageChanged", START + DAY, from_stage=TALK, to_stage=OFFER)
    log.happened(DEAL, "DealLost", START + 3 * DAY, from_stage=OFFER, stage=LOST, reason="price")
    log.happened(DEAL, "DealReopened", START + 9 * DAY, from_stage=LOST, stage=TALK)
    changes = folded(log)
    stays = [(s.number, s.stage_key, s.left_at - s.entered_at, s.left_by, s.next_stage) for s in changes.stays]
    assert stays == [
        (1, "talk", DAY, "moved", "offer"),
        (2, "offer", 2 * DAY, "lost", "lost"),
        (3, "lost", 6 * DAY, "reopened", "talk"),
    ]
    deal = changes.deals[DEAL]
    assert (deal.stay, deal.stage_key, deal.category, deal.closed_at) == (4, "talk", "open", None)


def test_the_owner_at_closing_keeps_the_credit_until_the_deal_is_reopened() -> None:
    log = opened()
    log.happened(DEAL, "DealWon", START + DAY, from_stage=TALK, stage=WON, amount=usd("90.50"))
    log.happened(DEAL, "DealAssigned", START + 2 * DAY, owner_id=BEN, previous_owner_id=ANNA)
    won = folded(log).deals[DEAL]
    assert (won.owner_id, won.credited_owner_id, won.amount) == (str(BEN), str(ANNA), "90.50")
    log.happened(DEAL, "DealReopened", START + 3 * DAY, from_stage=WON, stage=TALK)
    assert folded(log).deals[DEAL].credited_owner_id == str(BEN)


def test_amount_lines_dates_and_corrections_follow_their_events() -> None:
    log = opened()
    log.happened(DEAL, "DealLinesChanged", before=[], after=[line("GTX", "2")], amount_after=usd("200"))
    log.happened(DEAL, "DealExpectedCloseChanged", after="2026-03-01")
    changes = {"name": {"before": "Big one", "after": "Bigger"}, "customer_id": {"after": str(named("customer", 1))}}
    log.happened(DEAL, "DealCorrected", changes=changes | {"mood": {"before": None, "after": "good"}})
    deal = folded(log).deals[DEAL]
    assert (deal.name, deal.amount, deal.expected_close) == ("Bigger", "200", "2026-03-01")
    assert deal.customer_id == str(named("customer", 1))
    log.happened(DEAL, "DealAmountChanged", before=usd("200"), after=None)
    assert (folded(log).deals[DEAL].amount, folded(log).deals[DEAL].currency) == (None, None)


def test_a_deleted_deal_comes_back_as_it_was() -> None:
    log = opened()
    log.happened(DEAL, "DealDeleted")
    assert folded(log).deals[DEAL].deleted
    log.happened(DEAL, "DealRestored")
    deal = folded(log).deals[DEAL]
    assert (deal.deleted, deal.stage_key, deal.amount) == (False, "talk", "100")


def test_events_of_a_later_release_only_move_the_version() -> None:
    log = opened()
    log.happened(DEAL, "DealForecastCategoryChanged", before="pipeline", after="commit")
    log.happened(named("territory", 1), "DealTerritoryDrawn", name="North")
    assert (folded(log).deals[DEAL].version, list(folded(log).deals)) == (2, [DEAL])


@pytest.mark.parametrize("kept", [[0, 2], [1], [0, 0]], ids=["a hole", "no opening", "twice"])
def test_a_history_with_a_hole_is_never_guessed(kept: list[int]) -> None:
    log = opened()
    log.happened(DEAL, "DealStageChanged", from_stage=TALK, to_stage=OFFER)
    log.happened(DEAL, "DealDeleted")
    with pytest.raises(Gap):
        fold({}, {}, [log.events[at] for at in kept])


def test_an_event_without_the_fields_we_need_is_refused() -> None:
    log = opened()
    log.happened(DEAL, "DealWon", from_stage=TALK)
    with pytest.raises(msgspec.ValidationError):
        folded(log)
