"""The deals, how they changed, their stays in stages, sums of all that, and the catalogue: all from pipeline.

Every event is folded once; each question's own file says what a step of a deal adds to its sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections import (
    closings,
    deal_changes,
    deeds,
    flow,
    movements,
    net_movements,
    open_deals,
    opened,
    standing,
    time_spent,
    won_products,
)
from services.analytics.projections.activities import TASKS, apply_tasks
from services.analytics.projections.catalogue import TABLES as CATALOGUE_TABLES
from services.analytics.projections.catalogue import apply_catalogue
from services.analytics.projections.deal_history import fold, is_of_a_deal
from services.analytics.projections.deal_row import DealRow, StayRow, Step, Worth, taken_together
from services.analytics.projections.rollup import Cells, Rollup
from services.analytics.projections.targets import TABLES as TARGET_TABLES
from services.analytics.projections.targets import apply_targets
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TOPIC = "flowline.pipeline.events"


class Summed(Protocol):
    """A question's file that keeps sums: its rollups, and what a step adds to them (one `Cells` per rollup, in order).

    `zone`: by which a day begins.
    """

    ROLLUPS: tuple[Rollup, ...]

    def add(self, cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
        """Add what the step changes."""


# What sums or lists changes as they happened is told every step; what sums deals as they are, one for a whole batch.
CHANGES: tuple[Any, ...] = (standing, time_spent, movements, net_movements)
STATES: tuple[Any, ...] = (closings, opened, flow, won_products, open_deals)
SUMMED = (*CHANGES, *STATES)

DEAL = """
CREATE TABLE deal (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  stage_key text NOT NULL,
  stage_name text NOT NULL,
  category text NOT NULL,
  stay int NOT NULL,
  again boolean NOT NULL,
  entered_at timestamptz NOT NULL,
  owner_id uuid,
  credited_owner_id uuid,
  customer_id uuid,
  amount numeric,
  currency text,
  base_amount numeric,
  base_currency text,
  expected_close date,
  probability int NOT NULL,
  forecast_category text NOT NULL,
  stage_probability int NOT NULL,
  stage_category text NOT NULL,
  own_probability int,
  own_category text,
  source text,
  region text,
  lost_reason text,
  competitor text,
  lines jsonb NOT NULL,
  opened_at timestamptz NOT NULL,
  closed_at timestamptz,
  closed_from text,
  visited text[] NOT NULL,
  pushes int NOT NULL,
  changed_at timestamptz NOT NULL,
  since timestamptz NOT NULL,
  since_recorded timestamptz NOT NULL,
  deleted boolean NOT NULL,
  recorded_at timestamptz NOT NULL,
  course json NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX deal_of_owner ON deal (owner_id);
CREATE INDEX deal_credited ON deal (credited_owner_id);
CREATE INDEX deal_open ON deal (credited_owner_id) WHERE closed_at IS NULL AND NOT deleted;

CREATE TABLE finished_stay (
  deal_id uuid NOT NULL,
  number int NOT NULL,
  process_version int NOT NULL,
  stage_key text NOT NULL,
  stage_name text NOT NULL,
  category text NOT NULL,
  again boolean NOT NULL,
  entered_at timestamptz NOT NULL,
  left_at timestamptz NOT NULL,
  left_by text NOT NULL,
  next_stage text NOT NULL,
  PRIMARY KEY (deal_id, number)
);
CREATE TABLE newest_deal_event (one boolean PRIMARY KEY, recorded_at timestamptz NOT NULL);
"""
FIELDS = DealRow.__struct_fields__
FIXED = ("id", "process_id", "opened_at")
AS_TEXT = {
    "process_id", "owner_id", "credited_owner_id", "customer_id", "amount", "base_amount",
    "expected_close", "lines", "course",
}  # fmt: skip
LOAD = f"SELECT {', '.join(f'{f}::text' if f in AS_TEXT else f for f in FIELDS)} FROM deal WHERE id = ANY($1)"  # noqa: S608
STAYS = (
    f"SELECT {', '.join(StayRow.__struct_fields__)} FROM finished_stay WHERE deal_id = ANY($1) ORDER BY deal_id, number"  # noqa: S608
)
# The rows come as one JSON array: encoding a column of each as an array cost more than folding and this together.
SAVE = f"""
INSERT INTO deal SELECT * FROM json_populate_recordset(NULL::deal, $1)
ON CONFLICT (id) DO UPDATE SET {", ".join(f"{f} = excluded.{f}" for f in FIELDS if f not in FIXED)}
"""  # noqa: S608
LINES, COURSE = FIELDS.index("lines"), FIELDS.index("course")
COURSES = msgspec.json.Decoder(tuple[Worth, ...])
NEWEST = """
INSERT INTO newest_deal_event AS n VALUES (true, $1)
ON CONFLICT (one) DO UPDATE SET recorded_at = greatest(n.recorded_at, excluded.recorded_at)
"""
ZONE = "SELECT business_time_zone()"


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Bring the tables forward by a batch of pipeline's events; raises Gap where a deal's history has a hole."""
    ours = [event for event in events if is_of_a_deal(event.type)]
    if ours:
        older = list({event.stream_id for event in ours if event.version > 1})
        known = await _known(connection, older)
        steps = fold(known, await _finished(connection, older), ours)
        await _save(connection, known, steps)
        await _sum(connection, steps)
        await connection.execute(NEWEST, max(event.recorded_at for event in ours))
    if len(ours) < len(events):
        others = [event for event in events if not is_of_a_deal(event.type)]
        await apply_catalogue(connection, others)
        await apply_targets(connection, others)
        await apply_tasks(connection, others)


async def _known(connection: Connection, ids: list[UUID]) -> dict[UUID, DealRow]:
    rows = await connection.fetch(LOAD, ids) if ids else []
    return {row[0]: _read(list(row)) for row in rows}


def _read(values: list[Any]) -> DealRow:
    values[LINES], values[COURSE] = msgspec.Raw(values[LINES]), COURSES.decode(values[COURSE])
    return DealRow(*values)


async def _finished(connection: Connection, ids: list[UUID]) -> dict[UUID, tuple[StayRow, ...]]:
    rows = [StayRow(*row) for row in await connection.fetch(STAYS, ids)] if ids else []
    return {id_: tuple(stays) for id_, stays in groupby(rows, key=attrgetter("deal_id"))}


async def _save(connection: Connection, known: dict[UUID, DealRow], steps: Sequence[Step]) -> None:
    touched = [known[stream] for stream in {step.recorded.stream_id for step in steps}]
    if touched:
        await connection.execute(SAVE, msgspec.json.encode(touched).decode())
        await deal_changes.save(connection, steps)
    stays = [msgspec.structs.astuple(stay) for step in steps for stay in step.ended]
    if stays:
        await connection.copy_records_to_table("finished_stay", records=stays)


async def _sum(connection: Connection, steps: Sequence[Step]) -> None:
    zone, whole = ZoneInfo(await connection.fetchval(ZONE)), taken_together(steps)
    for question in SUMMED:
        cells = [rollup.cells() for rollup in question.ROLLUPS]
        for step in steps if question in CHANGES else whole:
            question.add(cells, step, zone)
        for one in cells:
            await one.save(connection)
    told = [rollup.cells() for rollup in deeds.ROLLUPS]
    await deeds.add(connection, told, steps, zone)
    for one in told:
        await one.save(connection)


def deals(time_zone: str) -> ReadModel:
    """The read model whose days begin by an IANA time zone; another zone makes other tables, which are built anew."""
    rollups = [rollup for question in (*SUMMED, deeds) for rollup in question.ROLLUPS]
    sums = "".join(rollup.tables for rollup in rollups)
    zone = f"CREATE FUNCTION business_time_zone() RETURNS text LANGUAGE sql IMMUTABLE RETURN '{time_zone}';\n"
    tables = DEAL + deal_changes.TABLES + deeds.INDEXES + sums + zone + CATALOGUE_TABLES + TARGET_TABLES + TASKS
    return ReadModel("deals", tables, apply, nothing=tuple(one for rollup in rollups for one in rollup.nothing))
