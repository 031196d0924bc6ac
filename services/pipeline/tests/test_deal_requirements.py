"""What a deal must have and have done before it goes on, and how it goes on regardless; and what its forecast is."""

from __future__ import annotations

from dataclasses import replace as altered
from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from services.pipeline.domain.deal.commands import (
    ChangeDealForecast,
    LoseDeal,
    MoveDealToStage,
    OpenDeal,
    ReopenDeal,
    TickDealChecklistItem,
    WinDeal,
)
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import (
    DealChecklistItemTicked,
    DealForecastChanged,
    DealLost,
    DealReopened,
    DealStageChanged,
    DealWon,
    Override,
)
from services.pipeline.domain.deal.forecast import category_of, probability_of
from services.pipeline.domain.deal.refusals import (
    ChecklistItemUnknown,
    ChecklistNotDone,
    DealIsClosed,
    FieldsMissing,
    ForecastNotOpen,
    GuardNotPassed,
    MoveNotAllowed,
    OtherProcessVersion,
    OverrideReasonMissing,
    ProbabilityOutOfRange,
    ProcessVersionRetired,
    StageUnknown,
)
from services.pipeline.domain.deal.stages import seen
from services.pipeline.domain.deal.state import OpenedDeal
from services.pipeline.domain.sales_process.drawing import Category, ForecastCategory
from services.pipeline.tests.examples import ISDOM_ID, NOW, PAUSED, usd
from services.pipeline.tests.strict import (
    BOUGHT,
    GONE,
    NEGOTIATE,
    NEXT,
    PROPOSE,
    QUALIFY,
    STRICT,
    moved,
    opened_in,
)
from shared.errors import DomainError
from shared.testing.scenario import Outcome, scenario

TICKED = DealChecklistItemTicked(stage="qualify", item="budget", done=True)
PROPOSING = MoveDealToStage(definition=STRICT, to_stage="propose", at=NOW)
NEGOTIATING = MoveDealToStage(definition=STRICT, to_stage="negotiate", at=NOW)
WINNING = WinDeal(definition=STRICT, at=NOW)
LOSING = LoseDeal(definition=STRICT, reason="price", at=NOW)

nothing = scenario(DEAL)
qualify = nothing.given(opened_in(QUALIFY))
ready = qualify.given(TICKED)
propose = nothing.given(opened_in(PROPOSE))
small = nothing.given(opened_in(PROPOSE, amount=usd("10.00")))


def _blamed(outcome: Outcome) -> dict[str, str]:  # type: ignore[type-arg]
    assert isinstance(outcome.refusal, DomainError)
    return outcome.refusal.blames


# Required fields


def test_every_field_that_a_stage_requires_is_named_at_once() -> None:
    bare = nothing.given(opened_in(QUALIFY, amount=None, customer_id=None), TICKED)
    outcome = bare.when(PROPOSING)
    outcome.then_rejected(FieldsMissing)
    assert list(_blamed(outcome)) == ["/amount", "/customer_id"]


def test_a_deal_is_not_opened_in_a_stage_whose_fields_it_lacks() -> None:
    wish = OpenDeal(name="a", definition=STRICT, stage="propose", customer_id=ISDOM_ID)
    outcome = nothing.when(wish)
    outcome.then_rejected(FieldsMissing)
    assert list(_blamed(outcome)) == ["/amount"]
    assert nothing.when(replace(wish, amount=usd("1"))).decided
    assert nothing.when(replace(wish, stage="qualify")).decided


def test_winning_and_losing_ask_for_the_fields_of_their_stages() -> None:
    without_lines = nothing.given(opened_in(PROPOSE, amount=usd("10.00"), lines=(), region=None))
    won = without_lines.when(WINNING)
    won.then_rejected(FieldsMissing)
    assert list(_blamed(won)) == ["/lines"]
    lost = without_lines.when(LOSING)
    lost.then_rejected(FieldsMissing)
    assert list(_blamed(lost)) == ["/region"]


def test_a_final_amount_counts_as_an_amount() -> None:
    asks = altered(STRICT, stages=(*STRICT.stages[:4], replace(BOUGHT, required=("amount",)), GONE))
    without = nothing.given(opened_in(PROPOSE, amount=None, lines=()))
    without.when(replace(WINNING, definition=asks)).then_rejected(FieldsMissing)
    assert without.when(replace(WINNING, definition=asks, amount=usd("1"))).decided


def test_reopening_asks_for_nothing() -> None:
    lost = nothing.given(
        opened_in(PROPOSE, amount=None), DealLost(from_stage=seen(PROPOSE), stage=seen(GONE), reason="price")
    )
    back = DealReopened(from_stage=seen(GONE), stage=seen(PROPOSE))
    lost.when(ReopenDeal(definition=altered(STRICT, retired=True))).then(back)


def test_no_deal_is_opened_on_a_retired_version() -> None:
    wish = OpenDeal(name="a", definition=altered(STRICT, retired=True))
    nothing.when(wish).then_rejected(ProcessVersionRetired, field="/process_version")


# Checklist


def test_what_the_present_stage_requires_is_done_before_the_deal_goes_forward() -> None:
    outcome = qualify.when(PROPOSING)
    outcome.then_rejected(ChecklistNotDone)
    assert _blamed(outcome) == {"/checklist/budget": "Budget confirmed 预算已确认"}
    ready.when(PROPOSING).then(moved(QUALIFY, PROPOSE))
    undone = ready.given(DealChecklistItemTicked(stage="qualify", item="budget", done=False))
    undone.when(PROPOSING).then_rejected(ChecklistNotDone)


def test_a_checklist_holds_nobody_back_from_losing_pausing_or_going_back() -> None:
    assert qualify.when(LOSING).decided
    qualify.when(MoveDealToStage(definition=STRICT, to_stage="paused", at=NOW)).then(moved(QUALIFY, PAUSED))
    later = altered(STRICT, stages=(QUALIFY, replace(PROPOSE, checklist=QUALIFY.checklist), *STRICT.stages[2:]))
    propose.when(MoveDealToStage(definition=later, to_stage="qualify", at=NOW)).then(moved(PROPOSE, QUALIFY))


def test_items_are_ticked_and_unticked_and_saying_it_again_says_nothing() -> None:
    tick = TickDealChecklistItem(definition=STRICT, stage="qualify", item="budget")
    done = qualify.when(tick).then(TICKED)
    done.when(tick).then_nothing()
    done.when(replace(tick, done=False)).then(DealChecklistItemTicked(stage="qualify", item="budget", done=False))
    qualify.when(replace(tick, done=False)).then_nothing()
    qualify.when(replace(tick, item="moon")).then_rejected(ChecklistItemUnknown, field="/item")
    qualify.when(replace(tick, stage="moon")).then_rejected(StageUnknown, field="/stage")
    qualify.when(replace(tick, definition=NEXT)).then_rejected(OtherProcessVersion)


# Guards


def test_a_deal_goes_through_a_decision_whose_guard_it_passes_and_the_event_keeps_what_was_decided() -> None:
    (event,) = propose.when(NEGOTIATING).decided
    assert isinstance(event, DealStageChanged)
    (decision,) = event.decisions
    assert (decision.move, decision.process_version, decision.passed) == ("size->negotiate", 1, True)
    assert decision.guard == "(has(deal.amount) && deal.amount >= 1000.0)"
    assert len(decision.inputs) == 64
    assert event.override is None


def test_a_guard_that_does_not_hold_refuses_with_its_text_and_reason() -> None:
    outcome = small.when(NEGOTIATING)
    outcome.then_rejected(GuardNotPassed)
    assert outcome.refusal is not None
    assert outcome.refusal.message == "amount >= 1000: not so."
    said = "(has(deal.amount) && deal.amount >= 1000.0): amount >= 1000: not so."
    assert _blamed(outcome) == {"/guards/size->negotiate": said}


def test_the_default_way_is_open_only_when_no_guard_beside_it_holds() -> None:
    (won,) = small.when(WINNING).decided
    assert isinstance(won, DealWon)
    assert [(decision.move, decision.passed) for decision in won.decisions] == [("size->negotiate", False)]
    outcome = propose.when(WINNING)
    outcome.then_rejected(GuardNotPassed)
    assert outcome.refusal is not None
    assert outcome.refusal.message == "size->won is the answer only when no other one holds, and size->negotiate does."
    assert _blamed(outcome) == {"/guards/size->negotiate": "(has(deal.amount) && deal.amount >= 1000.0): so it is."}


@pytest.mark.parametrize("days", [0, 1, 2])
def test_guards_count_days_up_to_the_time_of_the_command(days: int) -> None:
    entered = DEAL.initial
    for event, day in ((opened_in(PROPOSE), 0), (moved(PROPOSE, NEGOTIATE), 5)):
        entered = DEAL.fold(entered, event, NOW + timedelta(days=day))
    wish = replace(WINNING, at=NOW + timedelta(days=5 + days))
    if days == 2:
        assert DEAL.decide(entered, wish)
    else:
        with pytest.raises(GuardNotPassed):
            DEAL.decide(entered, wish)


def test_what_cannot_be_decided_is_not_passed() -> None:
    moves = tuple(
        replace(move, guard=replace(move.guard, cel="deal.region == 'West'", rows=())) if move.guard else move
        for move in STRICT.moves
    )
    nowhere = nothing.given(opened_in(PROPOSE, region=None))
    nowhere.when(replace(NEGOTIATING, definition=altered(STRICT, moves=moves))).then_rejected(GuardNotPassed)


def test_folding_never_asks_a_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    (event,) = propose.when(NEGOTIATING).decided

    def broken(*_: object) -> object:
        raise AssertionError("a guard was asked")

    monkeypatch.setattr("services.pipeline.domain.sales_process.passage.judged", broken)
    monkeypatch.setattr("shared.conditions.condition.Condition.holds", broken)
    monkeypatch.setattr("shared.conditions.condition.compiled", broken)
    with pytest.raises(AssertionError, match="a guard was asked"):
        propose.when(NEGOTIATING)
    after = propose.given(event).state
    assert isinstance(after, OpenedDeal)
    assert after.stage == seen(NEGOTIATE)


# Overrides


def test_an_override_sets_aside_every_rule_but_the_arrows_and_the_event_says_which() -> None:
    bare = nothing.given(opened_in(QUALIFY, amount=None))
    (event,) = bare.when(replace(PROPOSING, override=" the boss knows them ")).decided
    assert isinstance(event, DealStageChanged)
    rules = ("fields-missing", "checklist-not-done")
    assert event.override == Override(reason="the boss knows them", rules=rules)
    bare.when(replace(NEGOTIATING, override="no matter")).then_rejected(MoveNotAllowed, field="/to_stage")
    bare.when(replace(PROPOSING, to_stage="moon", override="no matter")).then_rejected(StageUnknown)


def test_an_overridden_guard_stands_in_the_event_as_not_passed() -> None:
    (event,) = small.when(replace(NEGOTIATING, override="a promise")).decided
    assert isinstance(event, DealStageChanged)
    assert event.override == Override(reason="a promise", rules=("guard-not-passed",))
    assert [decision.passed for decision in event.decisions] == [False]


def test_an_override_that_was_not_needed_is_not_kept() -> None:
    ready.when(replace(PROPOSING, override="just in case")).then(moved(QUALIFY, PROPOSE))


def test_an_override_needs_a_reason() -> None:
    qualify.when(replace(PROPOSING, override=" ")).then_rejected(OverrideReasonMissing, field="/override/reason")


def test_winning_and_losing_can_be_overridden_too() -> None:
    (won,) = propose.when(replace(WINNING, override="signed today")).decided
    assert isinstance(won, DealWon)
    assert won.override == Override(reason="signed today", rules=("guard-not-passed",))
    (lost,) = nothing.given(opened_in(PROPOSE, region=None)).when(replace(LOSING, override="whatever")).decided
    assert isinstance(lost, DealLost)
    assert lost.override == Override(reason="whatever", rules=("fields-missing",))


# Forecast


def test_somebody_may_see_the_chances_otherwise_and_that_survives_moves() -> None:
    said = DealForecastChanged(category_after="commit", probability_after=75)
    changed = ready.when(ChangeDealForecast(category="commit", probability=75)).then(said)
    changed.when(ChangeDealForecast(category="commit")).then_nothing()
    later = changed.given(moved(QUALIFY, PROPOSE)).state
    assert isinstance(later, OpenedDeal)
    assert (later.content.forecast_category, later.content.probability) == ("commit", 75)
    taken_back = DealForecastChanged(
        category_before="commit", category_after=None, probability_before=75, probability_after=75
    )
    changed.when(ChangeDealForecast(category=None)).then(taken_back)


def test_a_forecast_that_makes_no_sense_is_refused() -> None:
    qualify.when(ChangeDealForecast(probability=101)).then_rejected(ProbabilityOutOfRange, field="/probability")
    qualify.when(ChangeDealForecast(probability=-1)).then_rejected(ProbabilityOutOfRange)
    qualify.when(ChangeDealForecast(category="closed")).then_rejected(ForecastNotOpen, field="/category")
    won = small.given(DealWon(from_stage=seen(PROPOSE), stage=seen(BOUGHT)))
    won.when(ChangeDealForecast(probability=1)).then_rejected(DealIsClosed)


@pytest.mark.parametrize(
    ("category", "said", "of_stage", "probability", "expected"),
    [
        ("open", None, None, 0, "pipeline"),
        ("open", None, None, 49, "pipeline"),
        ("open", None, None, 50, "best_case"),
        ("on_hold", None, None, 69, "best_case"),
        ("open", None, None, 70, "most_likely"),
        ("open", None, None, 89, "most_likely"),
        ("open", None, None, 90, "commit"),
        ("open", None, "omitted", 90, "omitted"),
        ("open", "best_case", "omitted", 90, "best_case"),
        ("won", "best_case", "omitted", 90, "closed"),
        ("lost", "commit", "pipeline", 90, "omitted"),
    ],
)
def test_what_holds_is_what_was_said_else_the_stages_word_else_the_chances(
    category: Category,
    said: ForecastCategory | None,
    of_stage: ForecastCategory | None,
    probability: int,
    expected: ForecastCategory,
) -> None:
    assert category_of(category, said, of_stage, probability) == expected


def test_a_closed_deal_is_as_likely_as_its_stage() -> None:
    assert [probability_of(category, 60, 30) for category in ("open", "on_hold", "won", "lost")] == [60, 60, 30, 30]


def test_amounts_are_compared_as_they_are() -> None:
    exactly = nothing.given(opened_in(PROPOSE, amount=usd(str(Decimal("1000.00")))))
    assert exactly.when(NEGOTIATING).decided
    nothing.given(opened_in(PROPOSE, amount=usd("999.99"))).when(NEGOTIATING).then_rejected(GuardNotPassed)
