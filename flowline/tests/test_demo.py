"""The demo is lawful: its processes can be published, and its deals may do what its story tells of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from uuid import UUID

import msgspec
import pytest

from flowline.demo import b2b, generation, software
from flowline.demo.generation import Seller
from flowline.imports.plan import Plan, Step
from services.pipeline.domain.deal.commands import (
    DealCommand,
    LoseDeal,
    MoveDealToStage,
    OpenDeal,
    TickDealChecklistItem,
    WinDeal,
)
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import DealEvent, DealLost, DealStageChanged, DealWon, Line
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Drawing
from services.pipeline.domain.sales_process.lint import findings

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
SELLERS = [
    Seller("li", "李", "li@x.example", "East", sells=True),
    Seller("tom", "Tom", "tom@x.example", "West", sells=True),
]
DRAWN = msgspec.convert(b2b.DRAWING, Drawing)
PROCESS = Definition(
    process_id=generation.PROCESS,
    version=1,
    published=True,
    stages=DRAWN.stages,
    moves=DRAWN.moves,
    decisions=DRAWN.decisions,
)


@pytest.mark.parametrize("drawing", [b2b.DRAWING, software.DRAWING])
def test_in_the_demo_processes_a_reviewer_finds_nothing(drawing: dict[str, object]) -> None:
    assert findings(msgspec.convert(drawing, Drawing)) == ()


def test_every_deal_of_the_story_may_do_what_it_does() -> None:
    waves = {wave.title: wave for wave in generation.plan(SELLERS, NOW).waves}
    deals = [list(steps) for _, steps in groupby(waves["deals"].steps, key=lambda step: step.id)]
    assert len(deals) == generation.DEALS
    lived = [_live(steps) for steps in deals]
    assert {type(events[-1]) for events in lived} >= {DealWon, DealLost, DealStageChanged}
    reviewed = [event for events in lived for event in events if _goes_to_review(event)]
    assert reviewed
    assert all(event.decisions[0].passed for event in reviewed if isinstance(event, DealStageChanged))


def test_the_last_weeks_happen_after_the_rules_and_nothing_is_left_out() -> None:
    whole = generation.plan(SELLERS, NOW)
    before, since = generation.cut(whole, NOW - generation.LAST_WEEKS)
    assert _keys(before) | _keys(since) == _keys(whole)
    assert not _keys(before) & _keys(since)
    told = {step.name for wave in since.waves for step in wave.steps}
    assert {"win-deal", "lose-deal"} <= told, "what the rules tell of"


def _keys(plan: Plan) -> set[str]:
    return {step.key for wave in plan.waves for step in wave.steps}


def _goes_to_review(event: DealEvent) -> bool:
    return isinstance(event, DealStageChanged) and event.to_stage.key == b2b.REVIEW


def _live(steps: Sequence[Step]) -> list[DealEvent]:
    """Let a deal live by its own rules; a refusal ends the test."""
    deal, events = DEAL.initial, []
    for number, step in enumerate(steps):
        assert step.expects == (number or None), "nothing but this story happens to the deal"
        done = DEAL.decide(deal, _command(step))
        assert len(done) == 1
        for event in done:
            deal = DEAL.fold(deal, event, step.occurred_at)
            events.append(event)
    return events


def _command(step: Step) -> DealCommand:
    body, at = step.body, step.occurred_at
    match step.name:
        case "open-deal":
            return _opening(step)
        case "tick-deal":
            return TickDealChecklistItem(definition=PROCESS, stage=body["stage"], item=body["item"])
        case "move-deal":
            return MoveDealToStage(definition=PROCESS, to_stage=body["to_stage"], at=at)
        case "win-deal":
            return WinDeal(definition=PROCESS, at=at)
        case _:
            return LoseDeal(definition=PROCESS, reason=body["reason"], at=at)


def _opening(step: Step) -> OpenDeal:
    body = step.body
    lines = tuple(
        Line(
            product_id=UUID(line["product_id"]),
            product_name="a product",
            quantity=Decimal(line["quantity"]),
            unit_price=Money(amount=Decimal(line["unit_price"]["amount"]), currency="CNY"),
        )
        for line in body["lines"]
    )
    return OpenDeal(
        name=body["name"],
        definition=PROCESS,
        owner_id=UUID(body["owner_id"]),
        customer_id=UUID(body["customer_id"]),
        lines=lines,
        expected_close=datetime.fromisoformat(body["expected_close"]).date(),
        source=body["source"],
    )
