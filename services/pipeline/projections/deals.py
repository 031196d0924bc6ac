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
    StageRef,
)
from services.pipeline.domain.deal.forecast import category_of, probability_of
from services.pipeline.domain.money import Money
from services.pipeline.domain.sales_process.drawing import Category, ForecastCategory
from shared.eventstore.folding import fold_rows
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE deals (
    id uuid PRIMARY KEY, version bigint NOT NULL, name text NOT NULL,
    process_id uuid NOT NULL, process_version integer NOT NULL,
    stage text NOT NULL, stage_name text NOT NULL, category text NOT NULL, stage_probability integer NOT NULL,
    stage_forecast text, probability integer NOT NULL, forecast_category text NOT NULL,
    said_probability integer, said_forecast text, ticked jsonb NOT NULL,
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

COLUMNS = """id, version, name, process_id, process_version, stage, stage_name, category, stage_probability,
    stage_forecast, probability, forecast_category, said_probability, said_forecast, ticked, owner_id, customer_id,
    amount, currency, lines, expected_close, source, region, lost_reason, competitor, opened_at, stage_entered_at,
    closed_at, updated_at, deleted"""
LOAD = f"SELECT {COLUMNS} FROM deals WHERE id = ANY($1)"  # noqa: S608 - a constant
SAVE = """
INSERT INTO deals SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::uuid[], $5::integer[], $6::text[],
    $7::text[], $8::text[], $9::integer[], $10::text[], $11::integer[], $12::text[], $13::integer[], $14::text[],
    $15::jsonb[], $16::uuid[], $17::uuid[], $18::numeric[], $19::text[], $20::jsonb[], $21::date[], $22::text[],
    $23::text[], $24::text[], $25::text[], $26::timestamptz[], $27::timestamptz[], $28::timestamptz[],
    $29::timestamptz[], $30::boolean[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version, name = excluded.name, process_id = excluded.process_id,
    process_version = excluded.process_version, stage = excluded.stage, stage_name = excluded.stage_name,
    category = excluded.category, stage_probability = excluded.stage_probability,
    stage_forecast = excluded.stage_forecast, probability = excluded.probability,
    forecast_category = excluded.forecast_category, said_probability = excluded.said_probability,
    said_forecast = excluded.said_forecast, ticked = excluded.ticked, owner_id = excluded.owner_id,
    customer_id = excluded.customer_id, amount = excluded.amount, currency = excluded.currency, lines = excluded.lines,
    expected_close = excluded.expected_close, source = excluded.source, region = excluded.region,
    lost_reason = excluded.lost_reason, competitor = excluded.competitor, opened_at = excluded.opened_at,
    stage_entered_at = excluded.stage_entered_at, closed_at = excluded.closed_at, updated_at = excluded.updated_at,
    deleted = excluded.deleted
"""

DECODERS: Mapping[str, msgspec.json.Decoder[DealEvent]] = MappingProxyType(
    {event.__name__: msgspec.json.Decoder(event) for event in DEAL.events}
)
DONE = msgspec.json.Decoder(list[tuple[str, str]])


@dataclass(frozen=True, slots=True)
class DealRow:
    """A deal; `lines` is JSON of the event's lines, `ticked` of the (stage, item)s that are done, in order.

    `probability`, `forecast_category`: what holds; `stage_…`: the stage's word; `said_…`: somebody's word instead.
    """

    id: UUID
    version: int
    name: str
    process_id: UUID
    process_version: int
    stage: str
    stage_name: str
    category: Category
    stage_probability: int
    stage_forecast: ForecastCategory | None
    probability: int
    forecast_category: ForecastCategory
    said_probability: int | None
    said_forecast: ForecastCategory | None
    ticked: str
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

    def done(self) -> set[tuple[str, str]]:
        """What is ticked off, as (stage, item)."""
        return set(DONE.decode(self.ticked))


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
    return _forecast(replace(row, version=recorded.version, updated_at=at, **_changes(row, event, at)))


def deal_as_of(history: Sequence[Recorded], as_of: datetime) -> DealRow | None:
    """What a deal was at an instant by all of its events; None before it was opened."""
    row: DealRow | None = None
    for recorded in history:
        if recorded.occurred_at <= as_of:
            row = evolve(row, recorded)
    return row


def _opened(recorded: Recorded, event: DealOpened) -> DealRow:
    at = recorded.occurred_at
    stage = event.stage
    probability = stage.probability
    return DealRow(
        id=recorded.stream_id,
        version=recorded.version,
        name=event.name,
        process_id=event.process_id,
        process_version=event.process_version,
        stage=stage.key,
        stage_name=stage.name,
        category=stage.category,
        stage_probability=probability,
        stage_forecast=stage.forecast_category,
        probability=probability,
        forecast_category=category_of(stage.category, None, stage.forecast_category, probability),
        said_probability=None,
        said_forecast=None,
        ticked="[]",
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


def _changes(row: DealRow, event: DealEvent, at: datetime) -> dict[str, Any]:  # noqa: C901, PLR0911, PLR0912 - one line per event
    match event:
        case DealOpened() | DealAutomationRan() | DealNotificationRequested():
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
        case DealMigrated():
            return _migrated(row, event, at)
        case DealForecastChanged():
            return {"said_forecast": event.category_after, "said_probability": event.probability_after}
        case DealChecklistItemTicked():
            return {"ticked": _ticked(row, event)}
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
        "stage_probability": stage.probability,
        "stage_forecast": stage.forecast_category,
        "stage_entered_at": at,
        "closed_at": closed,
    }


def _migrated(row: DealRow, event: DealMigrated, at: datetime) -> dict[str, Any]:
    """A deal that keeps its stage keeps its time in it; what was done in the old stage is done in the new one."""
    kept = event.from_stage.key == event.to_stage.key
    done = row.done() | {(event.to_stage.key, item) for stage, item in row.done() if stage == event.from_stage.key}
    entered = _entered(event.to_stage, row.stage_entered_at if kept else at)
    return {"process_version": event.to_version, "ticked": _json(sorted(done)), **entered}


def _ticked(row: DealRow, event: DealChecklistItemTicked) -> str:
    item = {(event.stage, event.item)}
    return _json(sorted(row.done() | item if event.done else row.done() - item))


def _forecast(row: DealRow) -> DealRow:
    probability = probability_of(row.category, row.said_probability, row.stage_probability)
    category = category_of(row.category, row.said_forecast, row.stage_forecast, probability)
    return replace(row, probability=probability, forecast_category=category)


def _worth(amount: Money | None) -> dict[str, Any]:
    return {"amount": amount.amount, "currency": amount.currency} if amount else {"amount": None, "currency": None}


def _corrected(field: str, change: Change) -> str | UUID | None:
    return UUID(change.after) if field == "customer_id" and change.after else change.after


def _json(lines: object) -> str:
    return msgspec.json.encode(lines).decode()


def _stream(recorded: Recorded) -> UUID:
    return recorded.stream_id


DEALS = ReadModel(name="deals", tables=TABLES, apply=apply)
