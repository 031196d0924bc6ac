"""A deal is nothing yet, open, won, lost or deleted; what each fact makes of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, assert_never
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from services.pipeline.domain.deal.events import (
    Change,
    DealAmountChanged,
    DealAssigned,
    DealAutomationRan,
    DealChecklistItemTicked,
    DealCorrected,
    DealDeleted,
    DealEvent,
    DealExpectedCloseChanged,
    DealForecastChanged,
    DealLinesChanged,
    DealLost,
    DealMigrated,
    DealNotificationRequested,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
    Line,
    StageRef,
)
from services.pipeline.domain.deal.refusals import DealIsDeleted, DealMissing
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.drawing import ForecastCategory


class Content(Struct, frozen=True):
    """What a deal is about, whatever stage it is in.

    `forecast_category`, `probability`: what somebody said instead of the stage, None = as the stage says; `done`: what
    is ticked off as (stage, item); `ran`: which automations have run as (stage, automation, trigger version);
    `opened_at`, `entered_at`: since when there is the deal, and since when it is in its stage (None: nobody said when).
    """

    name: str
    process_id: UUID
    process_version: int
    lines: tuple[Line, ...]
    owner_id: UUID | None
    customer_id: UUID | None
    amount: Money | None
    expected_close: date | None
    source: str | None
    region: str | None
    forecast_category: ForecastCategory | None = None
    probability: int | None = None
    done: frozenset[tuple[str, str]] = frozenset()
    ran: frozenset[tuple[str, str, int]] = frozenset()
    opened_at: datetime | None = None
    entered_at: datetime | None = None


class NoDeal(Struct, frozen=True):
    """Nothing has been opened under this id."""


class OpenedDeal(Struct, frozen=True):
    """A deal in an open or on-hold stage."""

    content: Content
    stage: StageRef


class WonDeal(Struct, frozen=True):
    """A deal in the won stage, and the stage it came from."""

    content: Content
    stage: StageRef
    came_from: StageRef


class LostDeal(Struct, frozen=True):
    """A deal in a lost stage, and the stage it came from."""

    content: Content
    stage: StageRef
    came_from: StageRef


ClosedDeal = WonDeal | LostDeal
LivingDeal = OpenedDeal | ClosedDeal


class DeletedDeal(Struct, frozen=True):
    """A hidden deal and what restoring brings back."""

    was: LivingDeal


Deal = NoDeal | LivingDeal | DeletedDeal


def evolve(deal: Deal, event: DealEvent) -> Deal:
    """What a fact makes of a deal."""
    match event:
        case DealOpened():
            return OpenedDeal(content_of(event), event.stage)
        case DealStageChanged() | DealWon() | DealLost() | DealReopened() | DealMigrated():
            return _travelled(living(deal), event)
        case DealDeleted():
            return DeletedDeal(living(deal))
        case DealRestored():
            return deal.was if isinstance(deal, DeletedDeal) else deal
        case _:
            return _changed(living(deal), event)


def dated(deal: Deal, event: DealEvent, at: datetime) -> Deal:
    """What the time of a fact adds: since when the deal is there and in its stage, for guards that count days.

    A migration into a stage of the same key goes on with its time; a deleted deal's time goes on too.
    """
    match event:
        case DealOpened():
            return _with(living(deal), opened_at=at, entered_at=at)
        case DealMigrated() if event.from_stage.key == event.to_stage.key:
            return deal
        case DealStageChanged() | DealWon() | DealLost() | DealReopened() | DealMigrated():
            return _with(living(deal), entered_at=at)
        case _:
            return deal


def living(deal: Deal) -> LivingDeal:
    """The deal unless it is not there; raises DealMissing or DealIsDeleted."""
    match deal:
        case OpenedDeal() | WonDeal() | LostDeal():
            return deal
        case NoDeal():
            raise DealMissing
        case DeletedDeal():
            raise DealIsDeleted
        case _:
            assert_never(deal)


def content_of(event: DealOpened) -> Content:
    """What a deal is about when it is opened."""
    return Content(
        name=event.name,
        process_id=event.process_id,
        process_version=event.process_version,
        lines=event.lines,
        owner_id=event.owner_id,
        customer_id=event.customer_id,
        amount=event.amount,
        expected_close=event.expected_close,
        source=event.source,
        region=event.region,
    )


def _travelled(
    deal: LivingDeal, event: DealStageChanged | DealWon | DealLost | DealReopened | DealMigrated
) -> LivingDeal:
    match event:
        case DealStageChanged():
            return OpenedDeal(deal.content, event.to_stage)
        case DealWon():
            return WonDeal(replace(deal.content, amount=event.amount), event.stage, event.from_stage)
        case DealLost():
            return LostDeal(deal.content, event.stage, event.from_stage)
        case DealReopened():
            return OpenedDeal(deal.content, event.stage)
        case DealMigrated():
            carried = _carried(deal.content.done, event.from_stage.key, event.to_stage.key)
            return OpenedDeal(replace(deal.content, process_version=event.to_version, done=carried), event.to_stage)
        case _:
            assert_never(event)


def _carried(done: frozenset[tuple[str, str]], from_stage: str, to_stage: str) -> frozenset[tuple[str, str]]:
    """What was done in the old stage is done in the one that takes its place."""
    return done | {(to_stage, item) for stage, item in done if stage == from_stage}


Changed = (
    DealLinesChanged
    | DealAmountChanged
    | DealExpectedCloseChanged
    | DealForecastChanged
    | DealChecklistItemTicked
    | DealAutomationRan
    | DealNotificationRequested
    | DealAssigned
    | DealCorrected
)


def _changed(deal: LivingDeal, event: Changed) -> LivingDeal:
    match event:
        case DealLinesChanged():
            return _with(deal, lines=event.after, amount=event.amount_after)
        case DealAmountChanged():
            return _with(deal, amount=event.after)
        case DealExpectedCloseChanged():
            return _with(deal, expected_close=event.after)
        case DealForecastChanged():
            return _with(deal, forecast_category=event.category_after, probability=event.probability_after)
        case DealChecklistItemTicked():
            return _with(deal, done=_ticked(deal.content.done, event))
        case DealAutomationRan():
            return _with(deal, ran=deal.content.ran | {(event.stage, event.automation, event.trigger_version)})
        case DealNotificationRequested():
            return deal
        case DealAssigned():
            return _with(deal, owner_id=event.owner_id)
        case DealCorrected():
            return _with(deal, **{field: _corrected(field, change) for field, change in event.changes.items()})
        case _:
            assert_never(event)


def _ticked(done: frozenset[tuple[str, str]], event: DealChecklistItemTicked) -> frozenset[tuple[str, str]]:
    item = {(event.stage, event.item)}
    return done | item if event.done else done - item


def _with(deal: LivingDeal, **fields: Any) -> LivingDeal:
    return replace(deal, content=replace(deal.content, **fields))


def _corrected(field: str, change: Change) -> str | UUID | None:
    return UUID(change.after) if field == "customer_id" and change.after else change.after
