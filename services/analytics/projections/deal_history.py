"""What the events of a deal make of its row and its stays in stages, step by step: pure, one batch at a time."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

from services.analytics.projections.deal_row import DealRow, StayRow, Step
from services.analytics.upstream import (
    DEAL_DECODERS,
    Converted,
    DealAmountChanged,
    DealAssigned,
    DealCorrected,
    DealDeleted,
    DealEvent,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealLinesChanged,
    DealLost,
    DealMigrated,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
    Money,
    StageRef,
)
from shared.eventstore.folding import Gap
from shared.eventstore.recorded import Recorded

# Without a category of its own a stage has the one of its probability, the upper bound not included.
CATEGORY_BELOW = ((50, "pipeline"), (70, "best_case"), (90, "most_likely"))
BY_ITSELF = ("DealAutomationRan", "DealNotificationRequested")


def is_of_a_deal(type_name: str) -> bool:
    """Whether an event belongs to a deal's stream, also one of a type that came later than this code."""
    return type_name in DEAL_DECODERS or type_name.startswith("Deal")


def fold(
    known: dict[UUID, DealRow], finished: dict[UUID, tuple[StayRow, ...]], events: Sequence[Recorded]
) -> list[Step]:
    """Fold a batch over what was known before it: a step per event, in order.

    `known`: rows by deal, `finished`: finished stays by deal; both are brought forward. Raises Gap and
    msgspec.ValidationError.
    """
    steps = list[Step]()
    for recorded in events:
        id_, decoder = recorded.stream_id, DEAL_DECODERS.get(recorded.type)
        deal, event = known.get(id_), decoder.decode(recorded.data) if decoder else None
        if deal is None and event is None:
            continue  # the stream of something that came later than this code
        stays = finished.get(id_, ())
        step = _opened(recorded, event) if deal is None else _next(deal, stays, recorded, event)
        known[id_], finished[id_] = step.after, (*stays, *step.ended)
        steps.append(step)
    return steps


def category_of(stage: StageRef) -> str:
    """The forecast category of a stage: its own, or by category and probability (won = closed, lost = omitted)."""
    if stage.category == "won":
        return "closed"
    if stage.category == "lost":
        return "omitted"
    return stage.forecast_category or next(
        (name for bound, name in CATEGORY_BELOW if stage.probability < bound), "commit"
    )


def _next(deal: DealRow, stays: tuple[StayRow, ...], recorded: Recorded, event: DealEvent | None) -> Step:
    if recorded.version != deal.version + 1:
        raise Gap(f"version {recorded.version} of deal {deal.id} after version {deal.version}")
    after = copy.copy(deal)
    after.version, after.recorded_at = recorded.version, recorded.recorded_at
    if recorded.type not in BY_ITSELF:
        after.changed_at = recorded.occurred_at
    if event is None:
        return Step(recorded, deal, after, stays)
    stay = _evolve(after, recorded.occurred_at, event)
    after.since, after.since_recorded = recorded.occurred_at, recorded.recorded_at
    after.go_on(deal)
    return Step(recorded, deal, after, stays, (stay,) if stay else ())


def _opened(recorded: Recorded, event: DealEvent | None) -> Step:
    if recorded.version != 1 or not isinstance(event, DealOpened):
        raise Gap(f"version {recorded.version} of deal {recorded.stream_id} without the opening")
    at, stage, (amount, currency) = recorded.occurred_at, event.stage, _parts(event.amount)
    base_amount, base_currency = _base(event.converted)
    row = DealRow(
        id=recorded.stream_id,
        version=recorded.version,
        name=event.name,
        process_id=event.process_id,
        process_version=event.process_version,
        stage_key=stage.key,
        stage_name=stage.name,
        category=stage.category,
        stay=1,
        again=False,
        entered_at=at,
        owner_id=event.owner_id,
        credited_owner_id=event.owner_id,
        customer_id=event.customer_id,
        amount=amount,
        currency=currency,
        base_amount=base_amount,
        base_currency=base_currency,
        expected_close=event.expected_close,
        probability=stage.probability,
        forecast_category=category_of(stage),
        stage_probability=stage.probability,
        stage_category=category_of(stage),
        own_probability=None,
        own_category=None,
        source=event.source,
        region=event.region,
        lost_reason=None,
        competitor=None,
        lines=event.lines,
        opened_at=at,
        closed_at=None,
        closed_from=None,
        visited=[stage.key],
        pushes=0,
        changed_at=at,
        since=at,
        since_recorded=recorded.recorded_at,
        deleted=False,
        recorded_at=recorded.recorded_at,
    )
    row.go_on(None)
    return Step(recorded, None, row)


def _evolve(deal: DealRow, at: datetime, event: DealEvent) -> StayRow | None:
    match event:
        case DealStageChanged():
            return _moved(deal, event.to_stage, at, "moved")
        case DealWon():
            _value(deal, event.amount, event.converted)
            return _closed(deal, event.stage, at, "won")
        case DealLost():
            deal.lost_reason, deal.competitor = event.reason, event.competitor
            return _closed(deal, event.stage, at, "lost")
        case DealReopened():
            deal.closed_at, deal.closed_from, deal.credited_owner_id = None, None, deal.owner_id
            deal.lost_reason, deal.competitor = None, None
            return _moved(deal, event.stage, at, "reopened")
        case DealMigrated():
            stay = _moved(deal, event.to_stage, at, "migrated")
            deal.process_version = event.to_version
            return stay
        case _:
            _change(deal, event)
            return None


def _change(
    deal: DealRow,
    event: DealOpened
    | DealAmountChanged
    | DealExpectedCloseChanged
    | DealForecastChanged
    | DealLinesChanged
    | DealAssigned
    | DealCorrected
    | DealDeleted
    | DealRestored,
) -> None:
    match event:
        case DealLinesChanged():
            deal.lines = event.after
            _value(deal, event.amount_after, event.converted)
        case DealAmountChanged():
            _value(deal, event.after, event.converted)
        case DealExpectedCloseChanged():
            later = event.after is not None and deal.expected_close is not None and event.after > deal.expected_close
            deal.expected_close, deal.pushes = event.after, deal.pushes + later
        case DealForecastChanged():
            deal.own_probability, deal.own_category = event.probability_after, event.category_after
            _outlook(deal)
        case DealAssigned():
            _assign(deal, event.owner_id)
        case DealCorrected():
            for name, change in event.changes.items():
                _correct(deal, name, change.after)
        case DealDeleted():
            deal.deleted = True
        case DealRestored():
            deal.deleted = False
        case DealOpened():
            raise Gap(f"deal {deal.id} was opened a second time")
        case _:
            assert_never(event)


def _assign(deal: DealRow, owner: str | None) -> None:
    deal.owner_id = owner
    if deal.closed_at is None:
        deal.credited_owner_id = owner


def _correct(deal: DealRow, name: str, value: Any) -> None:
    match name:
        case "name":
            deal.name = value
        case "source":
            deal.source = value
        case "region":
            deal.region = value
        case "customer_id":
            deal.customer_id = value
        case _:
            return  # a field that no report asks for


def _outlook(deal: DealRow) -> None:
    """The deal's own chances count while it is open; they survive moves, also through a closing and reopening."""
    is_open = deal.closed_at is None
    own = deal.own_probability if is_open else None
    deal.probability = deal.stage_probability if own is None else own
    deal.forecast_category = (deal.own_category if is_open else None) or deal.stage_category


def _closed(deal: DealRow, stage: StageRef, at: datetime, how: str) -> StayRow:
    deal.closed_at, deal.closed_from = at, deal.stage_key
    return _moved(deal, stage, at, how)


def _moved(deal: DealRow, stage: StageRef, at: datetime, how: str) -> StayRow:
    """Put the deal into a stage; what it had in the last one is over."""
    ended = StayRow(
        deal.id,
        deal.stay,
        deal.process_version,
        deal.stage_key,
        deal.stage_name,
        deal.category,
        deal.again,
        deal.entered_at,
        at,
        how,
        stage.key,
    )
    deal.again = stage.key in deal.visited
    if not deal.again:
        deal.visited = sorted((*deal.visited, stage.key))
    deal.stage_key, deal.stage_name, deal.category = stage.key, stage.name, stage.category
    deal.stay, deal.entered_at = deal.stay + 1, at
    deal.stage_probability, deal.stage_category = stage.probability, category_of(stage)
    _outlook(deal)
    return ended


def _value(deal: DealRow, money: Money | None, converted: Converted | None) -> None:
    deal.amount, deal.currency = _parts(money)
    deal.base_amount, deal.base_currency = _base(converted)


def _base(converted: Converted | None) -> tuple[str | None, str | None]:
    return (converted.amount, converted.currency) if converted else (None, None)


def _parts(money: Money | None) -> tuple[str | None, str | None]:
    return (money.amount, money.currency) if money else (None, None)
