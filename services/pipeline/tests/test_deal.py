"""The rules of deals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from msgspec.structs import replace

from services.pipeline.domain.deal.commands import (
    AssignDeal,
    ChangeDealAmount,
    ChangeDealExpectedClose,
    ChangeDealLines,
    CorrectDeal,
    DealCommand,
    DeleteDeal,
    LoseDeal,
    MoveDealToStage,
    OpenDeal,
    ReopenDeal,
    RestoreDeal,
    WinDeal,
)
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import (
    Change,
    DealAmountChanged,
    DealAssigned,
    DealCorrected,
    DealDeleted,
    DealExpectedCloseChanged,
    DealLinesChanged,
    DealLost,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
)
from services.pipeline.domain.deal.refusals import (
    DealExists,
    DealIsClosed,
    DealIsDeleted,
    DealIsNotClosed,
    DealIsNotDeleted,
    DealMissing,
    MoveNotAllowed,
    OtherProcessVersion,
    ProcessNotPublished,
    ProductNotOffered,
    QuantityNotPositive,
    ReasonMissing,
    StageNotLost,
    StageNotOpen,
    StageUnknown,
    UseLose,
    UseWin,
)
from services.pipeline.domain.money import CurrenciesMixed, Money, NegativeAmount, UnknownCurrency
from services.pipeline.domain.naming import NameMissing
from services.pipeline.tests.examples import (
    ANNA_ID,
    CANCITY_ID,
    DARCEL_ID,
    DEAL_LOST,
    DEAL_WON,
    DISQUALIFIED,
    ENGAGING,
    GTX_PRO,
    GTX_PRO_ID,
    ISDOM_ID,
    LOST,
    MG_SPECIAL,
    MOVED_BACK,
    NOW,
    OPENED,
    PAUSED,
    PROSPECTING,
    WON,
    definition,
    seen,
    usd,
)
from shared.errors import DomainError
from shared.testing.scenario import scenario

HERE = definition()
OPEN = OpenDeal(
    name="Isdom: GTX Pro",
    definition=HERE,
    stage="engaging",
    owner_id=DARCEL_ID,
    customer_id=ISDOM_ID,
    lines=(GTX_PRO,),
    expected_close=date(2017, 3, 11),
    source="fair",
    region="West",
)
EUROS = Money(amount=Decimal(5), currency="EUR")

nothing = scenario(DEAL)
engaging = nothing.given(OPENED)
prospecting = engaging.given(MOVED_BACK)
won = engaging.given(DEAL_WON)
lost = engaging.given(DEAL_LOST)
deleted = engaging.given(DealDeleted())
bare = nothing.given(replace(OPENED, lines=(), amount=None))


def test_a_deal_is_worth_what_its_lines_come_to() -> None:
    nothing.when(OPEN).then(OPENED)


def test_a_given_amount_wins_over_the_lines() -> None:
    nothing.when(replace(OPEN, amount=usd("4514"))).then(replace(OPENED, amount=usd("4514.00")))


def test_a_deal_needs_no_customer_owner_lines_or_amount() -> None:
    wish = replace(OPEN, lines=(), owner_id=None, customer_id=None)
    nothing.when(wish).then(replace(OPENED, lines=(), owner_id=None, customer_id=None, amount=None))


def test_a_deal_begins_in_the_first_open_stage_unless_told() -> None:
    nothing.when(replace(OPEN, stage=None)).then(replace(OPENED, stage=seen(PROSPECTING)))
    nothing.when(replace(OPEN, stage="paused")).then(replace(OPENED, stage=seen(PAUSED)))


def test_line_totals_are_rounded_half_up_to_the_currency() -> None:
    line = replace(GTX_PRO, quantity=Decimal("0.5"), unit_price=usd("0.01"))
    nothing.when(replace(OPEN, lines=(line,))).then(replace(OPENED, lines=(line,), amount=usd("0.01")))


@pytest.mark.parametrize(
    ("wish", "error", "field"),
    [
        (replace(OPEN, name=" "), NameMissing, "/name"),
        (replace(OPEN, definition=definition(published=False)), ProcessNotPublished, "/process_version"),
        (replace(OPEN, stage="moon"), StageUnknown, "/stage"),
        (replace(OPEN, stage="won"), StageNotOpen, "/stage"),
        (replace(OPEN, stage="lost"), StageNotOpen, "/stage"),
        (replace(OPEN, amount=usd("-0.01")), NegativeAmount, "/amount/amount"),
        (replace(OPEN, amount=replace(EUROS, currency="ABC")), UnknownCurrency, "/amount/currency"),
        (replace(OPEN, amount=EUROS), CurrenciesMixed, "/amount/currency"),
        (replace(OPEN, lines=(GTX_PRO, replace(MG_SPECIAL, unit_price=EUROS))), CurrenciesMixed, "/lines"),
        (replace(OPEN, lines=(replace(GTX_PRO, quantity=Decimal(0)),)), QuantityNotPositive, "/lines/0/quantity"),
        (replace(OPEN, lines=(replace(GTX_PRO, quantity=Decimal("NaN")),)), QuantityNotPositive, "/lines/0/quantity"),
        (replace(OPEN, lines=(replace(GTX_PRO, unit_price=usd("-1")),)), NegativeAmount, "/lines/0/unit_price/amount"),
        (replace(OPEN, retired=frozenset({GTX_PRO_ID})), ProductNotOffered, "/lines/0/product_id"),
    ],
)
def test_a_deal_that_makes_no_sense_is_not_opened(wish: OpenDeal, error: type[DomainError], field: str) -> None:
    nothing.when(wish).then_rejected(error, field=field)


def test_an_id_is_used_once() -> None:
    engaging.when(OPEN).then_rejected(DealExists)
    deleted.when(OPEN).then_rejected(DealExists)


def test_a_deal_moves_along_an_arrow() -> None:
    engaging.when(MoveDealToStage(definition=HERE, at=NOW, to_stage="prospecting")).then(MOVED_BACK)
    engaging.when(MoveDealToStage(definition=HERE, at=NOW, to_stage="paused")).then(
        DealStageChanged(from_stage=seen(ENGAGING), to_stage=seen(PAUSED))
    )


def test_a_move_without_an_arrow_is_refused() -> None:
    wish = MoveDealToStage(definition=HERE, at=NOW, to_stage="paused")
    prospecting.when(wish).then_rejected(MoveNotAllowed, field="/to_stage")


def test_staying_where_it_is_says_nothing() -> None:
    engaging.when(MoveDealToStage(definition=HERE, at=NOW, to_stage="engaging")).then_nothing()


def test_a_stage_of_another_process_is_unknown() -> None:
    engaging.when(MoveDealToStage(definition=HERE, at=NOW, to_stage="moon")).then_rejected(
        StageUnknown, field="/to_stage"
    )


def test_closed_stages_are_entered_by_win_and_lose_only() -> None:
    engaging.when(MoveDealToStage(definition=HERE, at=NOW, to_stage="won")).then_rejected(UseWin)
    engaging.when(MoveDealToStage(definition=HERE, at=NOW, to_stage="lost")).then_rejected(UseLose)


def test_a_step_on_another_version_than_the_deal_is_on_is_refused() -> None:
    engaging.when(MoveDealToStage(definition=definition(version=2), at=NOW, to_stage="paused")).then_rejected(
        OtherProcessVersion
    )
    engaging.when(WinDeal(definition=definition(version=2), at=NOW)).then_rejected(OtherProcessVersion)


def test_a_deal_is_won_with_its_amount_or_a_final_one() -> None:
    engaging.when(WinDeal(definition=HERE, at=NOW)).then(
        DealWon(from_stage=seen(ENGAGING), stage=seen(WON), amount=usd("9642.00"))
    )
    engaging.when(WinDeal(definition=HERE, at=NOW, amount=usd("4514"))).then(DEAL_WON)
    engaging.when(WinDeal(definition=HERE, at=NOW, amount=EUROS)).then_rejected(
        CurrenciesMixed, field="/amount/currency"
    )
    bare.when(WinDeal(definition=HERE, at=NOW)).then(DealWon(from_stage=seen(ENGAGING), stage=seen(WON)))


def test_the_final_amount_stays_when_a_won_deal_is_reopened() -> None:
    reopened = won.when(ReopenDeal(definition=HERE)).then(DealReopened(from_stage=seen(WON), stage=seen(ENGAGING)))
    reopened.when(ChangeDealAmount(amount=usd("1"))).then(DealAmountChanged(before=usd("4514.00"), after=usd("1.00")))


def test_winning_and_losing_need_an_arrow_too() -> None:
    prospecting.when(WinDeal(definition=HERE, at=NOW)).then_rejected(MoveNotAllowed)
    paused = engaging.given(DealStageChanged(from_stage=seen(ENGAGING), to_stage=seen(PAUSED)))
    paused.when(LoseDeal(definition=HERE, at=NOW, reason="price")).then_rejected(MoveNotAllowed)


def test_a_deal_is_lost_for_a_reason() -> None:
    engaging.when(LoseDeal(definition=HERE, at=NOW, reason=" price ", competitor="Initech")).then(DEAL_LOST)
    engaging.when(LoseDeal(definition=HERE, at=NOW, reason=" ")).then_rejected(ReasonMissing, field="/reason")


def test_a_deal_is_lost_into_the_lost_stage_it_can_reach() -> None:
    gone = DealLost(from_stage=seen(PROSPECTING), stage=seen(DISQUALIFIED), reason="no budget")
    prospecting.when(LoseDeal(definition=HERE, at=NOW, reason="no budget")).then(gone)
    prospecting.when(LoseDeal(definition=HERE, at=NOW, reason="no budget", stage="disqualified")).then(gone)
    prospecting.when(LoseDeal(definition=HERE, at=NOW, reason="x", stage="lost")).then_rejected(
        MoveNotAllowed, field="/stage"
    )
    engaging.when(LoseDeal(definition=HERE, at=NOW, reason="x", stage="paused")).then_rejected(
        StageNotLost, field="/stage"
    )


@pytest.mark.parametrize(
    "wish",
    [
        MoveDealToStage(definition=HERE, at=NOW, to_stage="paused"),
        WinDeal(definition=HERE, at=NOW),
        LoseDeal(definition=HERE, at=NOW, reason="price"),
        ChangeDealLines(lines=()),
        ChangeDealAmount(amount=usd("1")),
        ChangeDealExpectedClose(expected_close=None),
    ],
)
def test_a_decided_deal_keeps_its_terms(wish: DealCommand) -> None:
    won.when(wish).then_rejected(DealIsClosed)
    lost.when(wish).then_rejected(DealIsClosed)


def test_a_decided_deal_is_reopened_where_it_was_or_where_told() -> None:
    lost.when(ReopenDeal(definition=HERE)).then(DealReopened(from_stage=seen(LOST), stage=seen(ENGAGING)))
    won.when(ReopenDeal(definition=HERE, stage="prospecting")).then(
        DealReopened(from_stage=seen(WON), stage=seen(PROSPECTING))
    )
    lost.when(ReopenDeal(definition=HERE, stage="won")).then_rejected(StageNotOpen, field="/stage")
    engaging.when(ReopenDeal(definition=HERE)).then_rejected(DealIsNotClosed)


def test_the_amount_follows_the_lines() -> None:
    changed = DealLinesChanged(
        before=(GTX_PRO,), after=(GTX_PRO, MG_SPECIAL), amount_before=usd("9642.00"), amount_after=usd("9697.00")
    )
    engaging.when(ChangeDealLines(lines=(GTX_PRO, MG_SPECIAL))).then(changed)
    engaging.when(ChangeDealLines(lines=(GTX_PRO,))).then_nothing()


def test_taking_the_last_line_away_leaves_the_amount() -> None:
    engaging.when(ChangeDealLines(lines=())).then(
        DealLinesChanged(before=(GTX_PRO,), after=(), amount_before=usd("9642.00"), amount_after=usd("9642.00"))
    )


def test_a_retired_product_stays_on_the_deals_that_have_it() -> None:
    both = ChangeDealLines(lines=(GTX_PRO, MG_SPECIAL), retired=frozenset({GTX_PRO_ID, MG_SPECIAL.product_id}))
    engaging.when(both).then_rejected(ProductNotOffered, field="/lines/1/product_id")
    assert engaging.when(replace(both, retired=frozenset({GTX_PRO_ID}))).decided


def test_the_amount_can_be_changed_and_taken_back() -> None:
    cheaper = DealAmountChanged(before=usd("9642.00"), after=usd("9000.00"))
    engaging.when(ChangeDealAmount(amount=usd("9000"))).then(cheaper)
    engaging.when(ChangeDealAmount(amount=None)).then(DealAmountChanged(before=usd("9642.00"), after=None))
    engaging.when(ChangeDealAmount(amount=usd("9642"))).then_nothing()


def test_lines_hold_the_amount_to_their_currency_and_without_them_it_may_change() -> None:
    engaging.when(ChangeDealAmount(amount=EUROS)).then_rejected(CurrenciesMixed, field="/amount/currency")
    priced = bare.given(DealAmountChanged(after=usd("1.00")))
    in_euros = replace(EUROS, amount=Decimal("5.00"))
    priced.when(ChangeDealAmount(amount=EUROS)).then(DealAmountChanged(before=usd("1.00"), after=in_euros))


def test_the_expected_close_changes_with_before_and_after() -> None:
    later = DealExpectedCloseChanged(before=date(2017, 3, 11), after=date(2017, 6, 30))
    engaging.when(ChangeDealExpectedClose(expected_close=date(2017, 6, 30))).then(later)
    engaging.when(ChangeDealExpectedClose(expected_close=date(2017, 3, 11))).then_nothing()


def test_a_deal_changes_hands_also_after_it_is_won() -> None:
    won.when(AssignDeal(owner_id=ANNA_ID)).then(DealAssigned(owner_id=ANNA_ID, previous_owner_id=DARCEL_ID))
    engaging.when(AssignDeal(owner_id=None)).then(DealAssigned(previous_owner_id=DARCEL_ID))
    engaging.when(AssignDeal(owner_id=DARCEL_ID)).then_nothing()


def test_a_correction_names_only_what_changes() -> None:
    wish = CorrectDeal(name="Isdom: GTX Pro", customer_id=CANCITY_ID, region=None)
    changes = {
        "customer_id": Change(before=str(ISDOM_ID), after=str(CANCITY_ID)),
        "region": Change(before="West", after=None),
    }
    corrected = won.when(wish).then(DealCorrected(changes=changes))
    corrected.when(wish).then_nothing()
    won.when(CorrectDeal(name=" ")).then_rejected(NameMissing, field="/name")


@pytest.mark.parametrize(
    "wish",
    [
        MoveDealToStage(definition=HERE, at=NOW, to_stage="paused"),
        AssignDeal(owner_id=None),
        CorrectDeal(),
        DeleteDeal(),
    ],
)
def test_a_deleted_deal_refuses_everything_but_restoring(wish: DealCommand) -> None:
    deleted.when(wish).then_rejected(DealIsDeleted)


def test_a_restored_deal_is_as_it_was() -> None:
    won.when(DeleteDeal()).then(DealDeleted())
    restored = won.given(DealDeleted()).when(RestoreDeal()).then(DealRestored())
    assert restored.state == won.state
    won.when(RestoreDeal()).then_rejected(DealIsNotDeleted)


@pytest.mark.parametrize("wish", [RestoreDeal(), DeleteDeal(), WinDeal(definition=HERE, at=NOW)])
def test_what_was_never_opened_is_not_found(wish: DealCommand) -> None:
    nothing.when(wish).then_rejected(DealMissing)
