"""A deal is nothing yet, open, won, lost or deleted; what each fact makes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never
from uuid import UUID

from services.pipeline.domain.deal.events import (
    Change,
    DealAmountChanged,
    DealAssigned,
    DealCorrected,
    DealDeleted,
    DealEvent,
    DealExpectedCloseChanged,
    DealLinesChanged,
    DealLost,
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


@dataclass(frozen=True, slots=True)
class Content:
    """What a deal is about, whatever stage it is in."""

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


@dataclass(frozen=True, slots=True)
class NoDeal:
    """Nothing has been opened under this id."""


@dataclass(frozen=True, slots=True)
class OpenedDeal:
    """A deal in an open or on-hold stage."""

    content: Content
    stage: StageRef


@dataclass(frozen=True, slots=True)
class WonDeal:
    """A deal in the won stage, and the stage it came from."""

    content: Content
    stage: StageRef
    came_from: StageRef


@dataclass(frozen=True, slots=True)
class LostDeal:
    """A deal in a lost stage, and the stage it came from."""

    content: Content
    stage: StageRef
    came_from: StageRef


ClosedDeal = WonDeal | LostDeal
LivingDeal = OpenedDeal | ClosedDeal


@dataclass(frozen=True, slots=True)
class DeletedDeal:
    """A hidden deal and what restoring brings back."""

    was: LivingDeal


Deal = NoDeal | LivingDeal | DeletedDeal


def evolve(deal: Deal, event: DealEvent) -> Deal:
    """What a fact makes of a deal."""
    match event:
        case DealOpened():
            return OpenedDeal(_content(event), event.stage)
        case DealStageChanged() | DealWon() | DealLost() | DealReopened():
            return _travelled(living(deal), event)
        case DealDeleted():
            return DeletedDeal(living(deal))
        case DealRestored():
            return deal.was if isinstance(deal, DeletedDeal) else deal
        case _:
            return _changed(living(deal), event)


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


def _content(event: DealOpened) -> Content:
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


def _travelled(deal: LivingDeal, event: DealStageChanged | DealWon | DealLost | DealReopened) -> LivingDeal:
    match event:
        case DealStageChanged():
            return OpenedDeal(deal.content, event.to_stage)
        case DealWon():
            return WonDeal(replace(deal.content, amount=event.amount), event.stage, event.from_stage)
        case DealLost():
            return LostDeal(deal.content, event.stage, event.from_stage)
        case DealReopened():
            return OpenedDeal(deal.content, event.stage)
        case _:
            assert_never(event)


def _changed(
    deal: LivingDeal,
    event: DealLinesChanged | DealAmountChanged | DealExpectedCloseChanged | DealAssigned | DealCorrected,
) -> LivingDeal:
    match event:
        case DealLinesChanged():
            return _with(deal, lines=event.after, amount=event.amount_after)
        case DealAmountChanged():
            return _with(deal, amount=event.after)
        case DealExpectedCloseChanged():
            return _with(deal, expected_close=event.after)
        case DealAssigned():
            return _with(deal, owner_id=event.owner_id)
        case DealCorrected():
            return _with(deal, **{field: _corrected(field, change) for field, change in event.changes.items()})
        case _:
            assert_never(event)


def _with(deal: LivingDeal, **fields: Any) -> LivingDeal:
    return replace(deal, content=replace(deal.content, **fields))


def _corrected(field: str, change: Change) -> str | UUID | None:
    return UUID(change.after) if field == "customer_id" and change.after else change.after
