"""What every deal is now: the one table that the list, the board and a deal's page ask, each in its own file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, assert_never
from uuid import UUID

import msgspec

from services.pipeline.domain.deal.decider import DEAL
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
    StageRef,
)
from services.pipeline.domain.money import Money
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE deals (
    id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL,
    process_id uuid NOT NULL, process_version integer NOT NULL,
    stage text NOT NULL, stage_name text NOT NULL, category text NOT NULL, probability integer NOT NULL,
    owner_id uuid, customer_id uuid, amount numeric, currency text, lines jsonb NOT NULL,
    expected_close date, source text, region text, lost_reason text, competitor text,
    opened_at timestamptz NOT NULL, stage_entered_at timestamptz NOT NULL, closed_at timestamptz,
    updated_at timestamptz NOT NULL, deleted boolean NOT NULL
);
CREATE INDEX deals_on_board ON deals (process_id, stage, stage_entered_at DESC, id DESC) WHERE NOT deleted;
CREATE INDEX deals_by_owner ON deals (owner_id);
CREATE INDEX deals_by_customer ON deals (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX deals_by_change ON deals (updated_at DESC, id DESC);
"""

COLUMNS = """id, version, name, process_id, process_version, stage, stage_name, category, probability, owner_id,
    customer_id, amount, currency, lines, expected_close, source, region, lost_reason, competitor, opened_at,
    stage_entered_at, closed_at, updated_at, deleted"""
LOAD = f"SELECT {COLUMNS} FROM deals WHERE id = ANY($1)"  # noqa: S608 - a constant
SAVE = """
INSERT INTO deals SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::integer[], $6::text[],
    $7::text[], $8::text[], $9::integer[], $10::uuid[], $11::uuid[], $12::numeric[], $13::text[], $14::jsonb[],
    $15::date[], $16::text[], $17::text[], $18::text[], $19::text[], $20::timestamptz[], $21::timestamptz[],
    $22::timestamptz[], $23::timestamptz[], $24::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, process_id = excluded.process_id,
    process_version = excluded.process_version, stage = excluded.stage, stage_name = excluded.stage_name,
    category = excluded.category, probability = excluded.probability, owner_id = excluded.owner_id,
    customer_id = excluded.customer_id, amount = excluded.amount, currency = excluded.currency, lines = excluded.lines,
    expected_close = excluded.expected_close, source = excluded.source, region = excluded.region,
    lost_reason = excluded.lost_reason, competitor = excluded.competitor, opened_at = excluded.opened_at,
    stage_entered_at = excluded.stage_entered_at, closed_at = excluded.closed_at, updated_at = excluded.updated_at,
    deleted = excluded.deleted
"""

DECODERS: Mapping[str, msgspec.json.Decoder[DealEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in DEAL.events}
)


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal; `lines` is JSON of the event's lines."""

    id: UUID
    version: int
    name: str
    process_id: UUID
    process_version: int
    stage: str
    stage_name: str
    category: str
    probability: int
    owner_id: UUID | None
    customer_id: UUID | None
    amount: Decimal | None
    currency: str | None
    lines: str
    expected_close: date | None
    source: str | None
    region: str | None
    lost_reason: str | None
    competitor: str | None
    opened_at: datetime
    stage_entered_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    deleted: bool


FIELDS = tuple(field.name for field in fields(DealRow))


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Fold the deals among the events."""
    ours = [event for event in events if event.type in DECODERS]
    if ours:
        await fold_rows(connection, ours, load=LOAD, save=SAVE, row=DealRow, key=_stream, evolve=evolve)


def evolve(row: DealRow | None, recorded: Recorded) -> DealRow | None:
    """What an event makes of a deal's row."""
    event = DECODERS[recorded.type].decode(recorded.data)
    at = recorded.occurred_at
    if isinstance(event, DealOpened):
        return _opened(recorded, event)
    if row is None:
        return None
    return replace(row, version=recorded.version, updated_at=at, **_changes(event, at))


def _opened(recorded: Recorded, event: DealOpened) -> DealRow:
    at = recorded.occurred_at
    return DealRow(
        id=recorded.stream_id,
        version=recorded.version,
        name=event.name,
        process_id=event.process_id,
        process_version=event.process_version,
        stage=event.stage.key,
        stage_name=event.stage.name,
        category=event.stage.category,
        probability=event.stage.probability,
        owner_id=event.owner_id,
        customer_id=event.customer_id,
        amount=event.amount.amount if event.amount else None,
        currency=event.amount.currency if event.amount else None,
        lines=_json(event.lines),
        expected_close=event.expected_close,
        source=event.source,
        region=event.region,
        lost_reason=None,
        competitor=None,
        opened_at=at,
        stage_entered_at=at,
        closed_at=None,
        updated_at=at,
        deleted=False,
    )


def _changes(event: DealEvent, at: datetime) -> dict[str, Any]:  # noqa: C901, PLR0912 - one line per event
    match event:
        case DealOpened():
            return {}
        case DealStageChanged():
            return _entered(event.to_stage, at)
        case DealWon():
            return {**_entered(event.stage, at, closed=at), **_worth(event.amount)}
        case DealLost():
            lost = {"lost_reason": event.reason, "competitor": event.competitor}
            return {**_entered(event.stage, at, closed=at), **lost}
        case DealReopened():
            return {**_entered(event.stage, at), "lost_reason": None, "competitor": None}
        case DealLinesChanged():
            return {"lines": _json(event.after), **_worth(event.amount_after)}
        case DealAmountChanged():
            return _worth(event.after)
        case DealExpectedCloseChanged():
            return {"expected_close": event.after}
        case DealAssigned():
            return {"owner_id": event.owner_id}
        case DealCorrected():
            return {field: _corrected(field, change) for field, change in event.changes.items()}
        case DealDeleted():
            return {"deleted": True}
        case DealRestored():
            return {"deleted": False}
        case _:
            assert_never(event)


def _entered(stage: StageRef, at: datetime, closed: datetime | None = None) -> dict[str, Any]:
    return {
        "stage": stage.key,
        "stage_name": stage.name,
        "category": stage.category,
        "probability": stage.probability,
        "stage_entered_at": at,
        "closed_at": closed,
    }


def _worth(amount: Money | None) -> dict[str, Any]:
    return {"amount": amount.amount, "currency": amount.currency} if amount else {"amount": None, "currency": None}


def _corrected(field: str, change: Change) -> str | UUID | None:
    return UUID(change.after) if field == "customer_id" and change.after else change.after


def _json(lines: object) -> str:
    return msgspec.json.encode(lines).decode()


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


DEALS = ReadModel(name="deals", tables=TABLES, apply=apply)
