"""Open deals come to another version of their process by a plan that fits as a whole."""

from __future__ import annotations

from dataclasses import replace as altered
from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.pipeline.domain.deal.commands import DeleteDeal, MigrateDeal, MoveDealToStage, ReopenDeal
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import (
    DealChecklistItemTicked,
    DealDeleted,
    DealLost,
    DealMigrated,
    DealReopened,
)
from services.pipeline.domain.deal.migration import check_plan
from services.pipeline.domain.deal.refusals import (
    DealIsClosed,
    DealIsDeleted,
    DealMissing,
    MigrationReasonMissing,
    MigrationToItself,
    OtherProcessVersion,
    PlanNotSound,
    ProcessNotPublished,
    ProcessVersionRetired,
    StageNotMapped,
    StageNotOpen,
    StageUnknown,
)
from services.pipeline.domain.deal.stages import seen
from services.pipeline.domain.deal.state import OpenedDeal
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.tests.examples import ISDOM_ID, NOW, PAUSED
from services.pipeline.tests.strict import (
    GONE,
    NEGOTIATE,
    NEXT,
    OFFER,
    PLAN,
    PROPOSE,
    STRICT,
    moved,
    opened_in,
)
from shared.errors import DomainError
from shared.testing.scenario import scenario

MIGRATE = MigrateDeal(from_version=1, definition=NEXT, stages=PLAN, reason=" Offers are new ")
MIGRATED = DealMigrated(
    from_version=1, to_version=2, from_stage=seen(PROPOSE), to_stage=seen(OFFER), reason="Offers are new"
)

nothing = scenario(DEAL)
propose = nothing.given(opened_in(PROPOSE, source=None))
lost = propose.given(DealLost(from_stage=seen(PROPOSE), stage=seen(GONE), reason="price"))


def test_a_deal_comes_to_the_stage_that_takes_the_place_of_its_own() -> None:
    migrated = propose.when(MIGRATE).then(MIGRATED)
    migrated.when(MIGRATE).then_nothing()
    assert migrated.when(MoveDealToStage(definition=NEXT, to_stage="negotiate", at=NOW)).decided
    migrated.when(MoveDealToStage(definition=STRICT, to_stage="qualify", at=NOW)).then_rejected(OtherProcessVersion)


def test_closed_and_deleted_deals_stay_where_they_are_and_a_reopened_one_comes_along() -> None:
    lost.when(MIGRATE).then_rejected(DealIsClosed)
    propose.given(DealDeleted()).when(MIGRATE).then_rejected(DealIsDeleted)
    nothing.when(MIGRATE).then_rejected(DealMissing)
    back = DealReopened(from_stage=seen(GONE), stage=seen(PROPOSE))
    reopened = lost.when(ReopenDeal(definition=altered(STRICT, retired=True))).then(back)
    reopened.when(MIGRATE).then(MIGRATED)


@pytest.mark.parametrize(
    ("wish", "error"),
    [
        (replace(MIGRATE, from_version=3), OtherProcessVersion),
        (replace(MIGRATE, stages={"qualify": "qualify"}), StageNotMapped),
        (replace(MIGRATE, stages={"propose": "moon"}), StageUnknown),
        (replace(MIGRATE, stages={"propose": "won"}), StageNotOpen),
        (replace(MIGRATE, definition=altered(NEXT, published=False)), ProcessNotPublished),
        (replace(MIGRATE, definition=altered(NEXT, process_id=ISDOM_ID)), OtherProcessVersion),
    ],
)
def test_a_deal_that_does_not_fit_the_plan_stays(wish: MigrateDeal, error: type[DomainError]) -> None:
    propose.when(wish).then_rejected(error)


def test_what_was_done_in_the_old_stage_is_done_in_the_new_one() -> None:
    ticked = propose.given(DealChecklistItemTicked(stage="propose", item="x", done=True), MIGRATED).state
    assert isinstance(ticked, OpenedDeal)
    assert ticked.content.done == {("propose", "x"), ("offer", "x")}


def test_time_in_stage_goes_on_where_the_stage_keeps_its_key() -> None:
    same = replace(MIGRATED, from_stage=seen(NEGOTIATE), to_stage=seen(NEGOTIATE))
    for event, since in ((same, 0), (MIGRATED, 3)):
        deal = DEAL.fold(DEAL.initial, opened_in(PROPOSE), NOW)
        deal = DEAL.fold(deal, event, NOW + timedelta(days=3))
        assert isinstance(deal, OpenedDeal)
        assert deal.content.entered_at == NOW + timedelta(days=since)


def _plan(target: Definition = NEXT, reason: str = "new", **changed: str) -> dict[str, str]:
    """What a plan is blamed for by its pointers."""
    stages = {key: changed.get(key, PLAN[key]) for key in PLAN if changed.get(key) != "-"} | {
        key: new for key, new in changed.items() if key not in PLAN
    }
    with pytest.raises(PlanNotSound) as refused:
        check_plan(STRICT, target, stages, reason, {"propose", "paused"})
    return refused.value.blames


def test_a_plan_is_refused_as_a_whole_with_everything_that_is_wrong_with_it() -> None:
    check_plan(STRICT, NEXT, PLAN, "new", {"propose", "paused"})
    wrong = _plan(propose="-", qualify="moon", negotiate="won", mars="offer")
    assert wrong == {
        "/stages/qualify": "Version 2 has no stage 'moon'.",
        "/stages/negotiate": "'Won' is closed; only open deals are migrated, and they stay open.",
        "/stages/mars": "Version 1 has no stage 'mars'.",
        "/stages/propose": "There are deals in 'propose', and no stage takes its place.",
    }


@pytest.mark.parametrize(
    ("target", "reason", "error"),
    [
        (altered(NEXT, published=False), "new", ProcessNotPublished),
        (altered(NEXT, retired=True), "new", ProcessVersionRetired),
        (STRICT, "new", MigrationToItself),
        (NEXT, " ", MigrationReasonMissing),
    ],
)
def test_a_plan_needs_a_reason_and_a_published_other_version(
    target: Definition, reason: str, error: type[DomainError]
) -> None:
    with pytest.raises(error):
        check_plan(STRICT, target, PLAN, reason, set())


def test_a_migrated_deal_can_be_deleted_and_restored_with_its_version() -> None:
    migrated = propose.given(moved(PROPOSE, PAUSED)).when(replace(MIGRATE, stages={"paused": "qualify"})).decided
    after = propose.given(moved(PROPOSE, PAUSED), *migrated)
    assert after.when(DeleteDeal()).decided
    state = after.state
    assert isinstance(state, OpenedDeal)
    assert (state.content.process_version, state.stage.key) == (2, "qualify")
