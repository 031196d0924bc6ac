"""The peer: the plain normalised schema that a CRM usually has, its rows out of the same events, its indexes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from shared.eventstore.append import StreamWrite

TABLES = """
CREATE TABLE deals (
  id uuid NOT NULL,
  name text NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  stage text NOT NULL,
  category text NOT NULL,
  owner_id uuid,
  customer_id uuid,
  amount numeric,
  currency text,
  expected_close date,
  probability int NOT NULL,
  forecast_category text NOT NULL,
  source text,
  region text,
  lost_reason text,
  competitor text,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  changed_at timestamptz NOT NULL,
  deleted boolean NOT NULL
);
CREATE TABLE stage_history (
  deal_id uuid NOT NULL,
  number int NOT NULL,
  version int NOT NULL,
  stage text NOT NULL,
  category text NOT NULL,
  entered_by text NOT NULL,
  entered_at timestamptz NOT NULL,
  left_at timestamptz
);
CREATE TABLE field_history (
  deal_id uuid NOT NULL,
  version int NOT NULL,
  field text NOT NULL,
  old text,
  new text,
  at timestamptz NOT NULL
);
"""
INDEXES = """
ALTER TABLE deals ADD PRIMARY KEY (id);
CREATE INDEX ON deals (owner_id);
CREATE INDEX ON deals (stage);
CREATE INDEX ON deals (closed_at);
CREATE INDEX ON deals (opened_at);
CREATE INDEX ON deals (source);
CREATE INDEX ON deals (region);
CREATE INDEX ON deals (changed_at) WHERE closed_at IS NULL;
CREATE INDEX ON deals (expected_close) WHERE closed_at IS NULL;
ALTER TABLE stage_history ADD PRIMARY KEY (deal_id, number);
CREATE INDEX ON stage_history (deal_id, entered_at);
CREATE INDEX ON stage_history (entered_at, left_at);
CREATE INDEX ON stage_history (left_at);
CREATE INDEX ON stage_history (stage);
CREATE INDEX ON field_history (deal_id, field, at, version);
CREATE INDEX ON field_history (at);
CREATE INDEX ON field_history (field, at);
"""
OF_DEAL = (
    "id", "name", "process_id", "process_version", "stage", "category", "owner_id", "customer_id", "amount", "currency",
    "expected_close", "probability", "forecast_category", "source", "region", "lost_reason", "competitor", "opened_at",
    "closed_at", "changed_at", "deleted",
)  # fmt: skip
ENTERED_BY = {
    "DealStageChanged": "moved",
    "DealWon": "won",
    "DealLost": "lost",
    "DealReopened": "reopened",
    "DealMigrated": "migrated",
}
# Below which probability a stage is in which forecast category.
OUTLOOK = ((50, "pipeline"), (70, "best_case"), (90, "most_likely"), (101, "commit"))


@dataclass(slots=True)
class Rows:
    """The rows of some deals."""

    deals: list[tuple[Any, ...]] = field(default_factory=list)
    stages: list[tuple[Any, ...]] = field(default_factory=list)
    fields: list[tuple[Any, ...]] = field(default_factory=list)

    async def copy(self, connection: asyncpg.Connection[asyncpg.Record]) -> None:
        """Write them."""
        for table, rows in (("deals", self.deals), ("stage_history", self.stages), ("field_history", self.fields)):
            await connection.copy_records_to_table(table, records=rows)


def rows_of(writes: Sequence[StreamWrite]) -> Rows:
    """What is left of whole lives of deals."""
    rows = Rows()
    for write in writes:
        kept = _Kept(write.stream_id)
        for version, event in enumerate(write.events, start=1):
            kept.follow(version, event.type, msgspec.json.decode(event.data), event.occurred_at)
        rows.deals.append(kept.row())
        rows.stages.extend(kept.left())
        rows.fields.extend(kept.fields)
    return rows


class _Kept:
    """One deal's row and its histories."""

    def __init__(self, deal_id: UUID) -> None:
        self._now: dict[str, Any] = {"id": deal_id, "deleted": False, "closed_at": None}
        self._own: dict[str, Any] = {}
        self._stays: list[tuple[int, str, str, str, datetime]] = []
        self.fields: list[tuple[Any, ...]] = []

    def follow(self, version: int, type_: str, data: dict[str, Any], at: datetime) -> None:
        self._now["changed_at"] = at
        match type_:
            case "DealOpened":
                self._open(version, data, at)
            case "DealStageChanged" | "DealWon" | "DealLost" | "DealReopened" | "DealMigrated":
                self._move(version, type_, data, at)
            case "DealAssigned":
                self._change(version, at, owner_id=data.get("owner_id"))
            case "DealExpectedCloseChanged":
                self._change(version, at, expected_close=data.get("after"))
            case "DealDeleted" | "DealRestored":
                self._change(version, at, deleted=type_ == "DealDeleted")
            case "DealForecastChanged":
                self._own = {"probability": data["probability_after"], "forecast_category": data["category_after"]}
            case "DealCorrected":
                self._now.update({name: change.get("after") for name, change in data["changes"].items()})
            case _:
                pass  # amounts are told by several events; the rest this schema has no column for
        for name in ("amount_after", "after", "amount"):
            if isinstance(money := data.get(name), dict) and type_ not in ("DealOpened", "DealCorrected"):
                self._change(version, at, amount=money["amount"], currency=money["currency"])

    def _open(self, version: int, data: dict[str, Any], at: datetime) -> None:
        names = (
            "name",
            "process_id",
            "process_version",
            "owner_id",
            "customer_id",
            "expected_close",
            "source",
            "region",
        )
        self._now.update({name: data.get(name) for name in names})
        money = data.get("amount") or {}
        self._now.update(amount=money.get("amount"), currency=money.get("currency"), opened_at=at)
        self._enter(version, data["stage"], "opened", at)

    def _move(self, version: int, type_: str, data: dict[str, Any], at: datetime) -> None:
        self._now["closed_at"] = at if type_ in ("DealWon", "DealLost") else None
        self._now["process_version"] = data.get("to_version", self._now["process_version"])
        lost = type_ == "DealLost"
        self._now.update(lost_reason=data.get("reason") if lost else None, competitor=data.get("competitor"))
        self._enter(version, data.get("to_stage") or data["stage"], ENTERED_BY[type_], at)

    def _enter(self, version: int, stage: dict[str, Any], how: str, at: datetime) -> None:
        self._stage = stage
        self._now.update(stage=stage["key"], category=stage["category"])
        self._stays.append((version, stage["key"], stage["category"], how, at))

    def _change(self, version: int, at: datetime, **after: Any) -> None:
        for name, value in after.items():
            if value != self._now.get(name):
                old, new = (None if one is None else str(one) for one in (self._now.get(name), value))
                self.fields.append((self._now["id"], version, name, old, new, at))
                self._now[name] = value

    def row(self) -> tuple[Any, ...]:
        """In the order of the table's columns."""
        now = self._now
        now["amount"] = None if now["amount"] is None else Decimal(now["amount"])
        stage = self._stage
        category = next(name for bound, name in OUTLOOK if stage["probability"] < bound)
        category = {"won": "closed", "lost": "omitted"}.get(stage["category"], category)
        own = {} if now["closed_at"] else {name: value for name, value in self._own.items() if value is not None}
        now |= {"probability": stage["probability"], "forecast_category": category} | own
        now["expected_close"] = now["expected_close"] and date.fromisoformat(now["expected_close"])
        return tuple(now.get(name) for name in OF_DEAL)

    def left(self) -> Iterator[tuple[Any, ...]]:
        """Its stays, each until the next began."""
        ends = [at for *_, at in self._stays[1:]] + [None]
        for number, ((version, stage, category, how, at), end) in enumerate(
            zip(self._stays, ends, strict=True), start=1
        ):
            yield self._now["id"], number, version, stage, category, how, at, end
