"""What the events of a deal make of its row, its stays in stages and its lines: pure, one batch at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, assert_never
from uuid import UUID

import msgspec

from services.analytics.upstream import (
    DEAL_DECODERS,
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
    Money,
    StageRef,
)
from shared.eventstore.folding import Gap
from shared.eventstore.recorded import Recorded


class DealRow(msgspec.Struct, gc=False):
    """A deal as it is now, in the order of its table's columns; folding changes it in place.

    `credited_owner_id`: whose number it is, the owner at closing for a closed deal and else today's.
    `stay`: how many stages it has entered, the number of its present stay, which is in this row only.
    `lines`: as pipeline wrote them, JSON until somebody asks for products.
    """

    id: UUID
    version: int
    name: str
    process_id: str
    process_version: int
    stage_key: str
    stage_name: str
    category: str
    stay: int
    entered_at: datetime
    owner_id: str | None
    credited_owner_id: str | None
    customer_id: str | None
    amount: str | None
    currency: str | None
    expected_close: str | None
    source: str | None
    region: str | None
    lines: msgspec.Raw
    opened_at: datetime
    closed_at: datetime | None
    deleted: bool
    recorded_at: datetime


class StayRow(msgspec.Struct, frozen=True, gc=False):
    """A finished stay of a deal in a stage, in the order of its table's columns; never changed once written.

    `left_by`: moved, won, lost or reopened; `next_stage`: the key of the stage it went to.
    """

    deal_id: UUID
    number: int
    process_version: int
    stage_key: str
    stage_name: str
    category: str
    entered_at: datetime
    left_at: datetime
    left_by: str
    next_stage: str


class Changes(msgspec.Struct):
    """What a batch makes of the deals it touches: `deals` as they are now, and the stays that ended."""

    deals: dict[UUID, DealRow]
    stays: list[StayRow]


def is_of_a_deal(type_name: str) -> bool:
    """Whether an event belongs to a deal's stream, also one of a type that came later than this code."""
    return type_name in DEAL_DECODERS or type_name.startswith("Deal")


def fold(known: dict[UUID, DealRow], events: Sequence[Recorded]) -> Changes:
    """Fold a batch over the rows known before it, which it changes; raises Gap and msgspec.ValidationError."""
    deals, stays = known, list[StayRow]()
    for recorded in events:
        deal, decoder = deals.get(recorded.stream_id), DEAL_DECODERS.get(recorded.type)
        event = decoder.decode(recorded.data) if decoder else None
        if deal is not None:
            _go_on(deal, stays, recorded, event)
        elif event is not None:  # else the stream of something that came later than this code
            deals[recorded.stream_id] = _opened(recorded, event)
    return Changes(deals, stays)


def _go_on(deal: DealRow, stays: list[StayRow], recorded: Recorded, event: DealEvent | None) -> None:
    if recorded.version != deal.version + 1:
        raise Gap(f"version {recorded.version} of deal {deal.id} after version {deal.version}")
    if event is not None:
        _evolve(deal, stays, recorded.occurred_at, event)
    deal.version, deal.recorded_at = recorded.version, recorded.recorded_at


def _opened(recorded: Recorded, event: DealEvent) -> DealRow:
    if recorded.version != 1 or not isinstance(event, DealOpened):
        raise Gap(f"version {recorded.version} of deal {recorded.stream_id} without the opening")
    stage, (amount, currency) = event.stage, _parts(event.amount)
    return DealRow(
        recorded.stream_id,
        recorded.version,
        event.name,
        event.process_id,
        event.process_version,
        stage.key,
        stage.name,
        stage.category,
        1,
        recorded.occurred_at,
        event.owner_id,
        event.owner_id,
        event.customer_id,
        amount,
        currency,
        event.expected_close,
        event.source,
        event.region,
        event.lines,
        recorded.occurred_at,
        None,
        deleted=False,
        recorded_at=recorded.recorded_at,
    )


def _evolve(deal: DealRow, stays: list[StayRow], at: datetime, event: DealEvent) -> None:
    match event:
        case DealStageChanged():
            stays.append(_moved(deal, event.to_stage, at, "moved"))
        case DealWon():
            deal.closed_at, (deal.amount, deal.currency) = at, _parts(event.amount)
            stays.append(_moved(deal, event.stage, at, "won"))
        case DealLost():
            deal.closed_at = at
            stays.append(_moved(deal, event.stage, at, "lost"))
        case DealReopened():
            deal.closed_at, deal.credited_owner_id = None, deal.owner_id
            stays.append(_moved(deal, event.stage, at, "reopened"))
        case _:
            _change(deal, event)


def _change(
    deal: DealRow,
    event: DealOpened
    | DealAmountChanged
    | DealExpectedCloseChanged
    | DealLinesChanged
    | DealAssigned
    | DealCorrected
    | DealDeleted
    | DealRestored,
) -> None:
    match event:
        case DealLinesChanged():
            deal.lines, (deal.amount, deal.currency) = event.after, _parts(event.amount_after)
        case DealAmountChanged():
            deal.amount, deal.currency = _parts(event.after)
        case DealExpectedCloseChanged():
            deal.expected_close = event.after
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


def _moved(deal: DealRow, stage: StageRef, at: datetime, how: str) -> StayRow:
    """Put the deal into a stage; what it had in the last one is over."""
    ended = StayRow(
        deal.id,
        deal.stay,
        deal.process_version,
        deal.stage_key,
        deal.stage_name,
        deal.category,
        deal.entered_at,
        at,
        how,
        stage.key,
    )
    deal.stage_key, deal.stage_name, deal.category = stage.key, stage.name, stage.category
    deal.stay, deal.entered_at = deal.stay + 1, at
    return ended


def _parts(money: Money | None) -> tuple[str | None, str | None]:
    return (money.amount, money.currency) if money else (None, None)
