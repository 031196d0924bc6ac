"""What the events of a deal make of its row, its stays in stages and its lines: pure, one batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import assert_never
from uuid import UUID

from shared.eventstore.folding import Gap

from services.analytics.upstream import (
    DEAL_DECODERS,
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
    Money,
    StageRef,
)
from shared.eventstore.recorded import Recorded


@dataclass(slots=True)
class DealRow:
    """A deal as it is now, in the order of its table's columns; folding changes it in place.

    `credited_owner_id`: whose number it is, the owner at closing for a closed deal and else today's.
    `stay`: how many stages it has entered, the number of its present stay.
    """

    id: UUID
    version: int
    name: str
    process_id: UUID
    process_version: int
    stage_key: str
    stage_name: str
    category: str
    stay: int
    owner_id: UUID | None
    credited_owner_id: UUID | None
    customer_id: UUID | None
    amount: str | None
    currency: str | None
    expected_close: str | None
    source: str | None
    region: str | None
    opened_at: datetime
    closed_at: datetime | None
    deleted: bool
    recorded_at: datetime


@dataclass(slots=True)
class StayRow:
    """One stay of a deal in a stage, from its entry until something took it elsewhere.

    `left_by`: moved, won, lost or reopened; `next_stage`: the key of the stage it went to.
    """

    deal_id: UUID
    number: int
    process_version: int
    stage_key: str
    stage_name: str
    category: str
    entered_at: datetime
    left_at: datetime | None = None
    left_by: str | None = None
    next_stage: str | None = None


@dataclass(frozen=True, slots=True)
class Departure:
    """The end of a stay that an earlier batch has written."""

    deal_id: UUID
    number: int
    left_at: datetime
    left_by: str
    next_stage: str


@dataclass(slots=True)
class Changes:
    """What a batch changes: deals to write, stays begun and ended, and the new lines of deals."""

    known: dict[UUID, DealRow]
    deals: dict[UUID, DealRow] = field(default_factory=dict)
    stays: dict[tuple[UUID, int], StayRow] = field(default_factory=dict)
    departures: list[Departure] = field(default_factory=list)
    lines: dict[UUID, tuple[Line, ...]] = field(default_factory=dict)


def is_of_a_deal(type_name: str) -> bool:
    """Whether an event belongs to a deal's stream, also one of a type that came later than this code."""
    return type_name in DEAL_DECODERS or type_name.startswith("Deal")


def fold(known: dict[UUID, DealRow], events: Sequence[Recorded]) -> Changes:
    """Fold a batch over the rows known before it; raises Gap and msgspec.ValidationError."""
    changes = Changes(known)
    for recorded in events:
        _take(changes, recorded)
    return changes


def _take(changes: Changes, recorded: Recorded) -> None:
    deal, decoder = changes.known.get(recorded.stream_id), DEAL_DECODERS.get(recorded.type)
    if deal is None and decoder is None:
        return  # the stream of something that came later than this code
    if recorded.version != (deal.version + 1 if deal else 1):
        raise Gap(f"deal {recorded.stream_id}: version {recorded.version} after {deal.version if deal else 0}")
    event = decoder.decode(recorded.data) if decoder else None
    if deal is None:
        if isinstance(event, DealOpened):
            _open(changes, recorded, event)
        return
    if event is not None:
        _evolve(changes, deal, recorded.occurred_at, event)
    deal.version = recorded.version
    deal.recorded_at = recorded.recorded_at
    changes.deals[deal.id] = deal


def _open(changes: Changes, recorded: Recorded, event: DealOpened) -> None:
    amount, currency = _parts(event.amount)
    deal = DealRow(
        recorded.stream_id,
        recorded.version,
        event.name,
        event.process_id,
        event.process_version,
        event.stage.key,
        event.stage.name,
        event.stage.category,
        0,
        event.owner_id,
        event.owner_id,
        event.customer_id,
        amount,
        currency,
        event.expected_close,
        event.source,
        event.region,
        recorded.occurred_at,
        None,
        deleted=False,
        recorded_at=recorded.recorded_at,
    )
    _enter(changes, deal, event.stage, recorded.occurred_at)
    changes.known[deal.id] = changes.deals[deal.id] = deal
    if event.lines:
        changes.lines[deal.id] = event.lines


def _evolve(changes: Changes, deal: DealRow, at: datetime, event: DealEvent) -> None:
    match event:
        case DealStageChanged():
            _move(changes, deal, event.to_stage, at, "moved")
        case DealWon():
            deal.amount, deal.currency = _parts(event.amount)
            _close(changes, deal, event.stage, at, "won")
        case DealLost():
            _close(changes, deal, event.stage, at, "lost")
        case DealReopened():
            deal.closed_at, deal.credited_owner_id = None, deal.owner_id
            _move(changes, deal, event.stage, at, "reopened")
        case DealLinesChanged():
            changes.lines[deal.id] = event.after
            deal.amount, deal.currency = _parts(event.amount_after)
        case _:
            _change(deal, event)


def _change(
    deal: DealRow,
    event: DealOpened
    | DealAmountChanged
    | DealExpectedCloseChanged
    | DealAssigned
    | DealCorrected
    | DealDeleted
    | DealRestored,
) -> None:
    match event:
        case DealAmountChanged():
            deal.amount, deal.currency = _parts(event.after)
        case DealExpectedCloseChanged():
            deal.expected_close = event.after
        case DealAssigned():
            _assign(deal, event.owner_id)
        case DealCorrected():
            for name, change in event.changes.items():
                _correct(deal, name, change)
        case DealDeleted():
            deal.deleted = True
        case DealRestored():
            deal.deleted = False
        case DealOpened():
            raise Gap(f"deal {deal.id} was opened a second time")
        case _:
            assert_never(event)


def _assign(deal: DealRow, owner: UUID | None) -> None:
    deal.owner_id = owner
    if deal.closed_at is None:
        deal.credited_owner_id = owner


def _correct(deal: DealRow, name: str, change: Change) -> None:
    match name:
        case "name":
            deal.name = change.after
        case "source":
            deal.source = change.after
        case "region":
            deal.region = change.after
        case "customer_id":
            deal.customer_id = UUID(change.after) if change.after else None
        case _:
            return  # a field that no report asks for


def _close(changes: Changes, deal: DealRow, stage: StageRef, at: datetime, how: str) -> None:
    deal.closed_at = at
    _move(changes, deal, stage, at, how)


def _move(changes: Changes, deal: DealRow, stage: StageRef, at: datetime, how: str) -> None:
    here = changes.stays.get((deal.id, deal.stay))
    if here is None:
        changes.departures.append(Departure(deal.id, deal.stay, at, how, stage.key))
    else:
        here.left_at, here.left_by, here.next_stage = at, how, stage.key
    deal.stage_key, deal.stage_name, deal.category = stage.key, stage.name, stage.category
    _enter(changes, deal, stage, at)


def _enter(changes: Changes, deal: DealRow, stage: StageRef, at: datetime) -> None:
    deal.stay += 1
    key = (deal.id, deal.stay)
    changes.stays[key] = StayRow(*key, deal.process_version, stage.key, stage.name, stage.category, at)


def _parts(money: Money | None) -> tuple[str | None, str | None]:
    return (money.amount, money.currency) if money else (None, None)
