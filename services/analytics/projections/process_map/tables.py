"""The tables of the process map and how a batch of pipeline's events changes them: one statement per table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections.process_map.case import Case, Changes, fold, is_of_a_deal
from services.analytics.projections.process_map.counting import HISTOGRAMS, Counts, Judge, differences
from services.analytics.projections.process_map.drawings import TABLES as DRAWINGS
from services.analytics.projections.process_map.drawings import apply_drawings
from services.analytics.projections.process_map.path import Path, PathStep, steps
from services.analytics.projections.process_map.verdict_counts import TABLES as VERDICTS
from services.analytics.projections.process_map.verdict_counts import verdicts_given
from services.analytics.projections.process_map.verdicts import judge_of, judged_anew
from services.analytics.projections.process_map.way_counts import TABLES as WAYS
from services.analytics.projections.process_map.way_counts import ways_gone
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

NAME = "process_map"
TOPIC = "flowline.pipeline.events"

TABLES = """
CREATE TABLE process_case (
  id uuid PRIMARY KEY,
  version int NOT NULL,
  name text NOT NULL,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  path_id uuid NOT NULL,
  stage text NOT NULL,
  outcome text NOT NULL,
  owner_id uuid,
  credited_owner_id uuid,
  customer_id uuid,
  amount numeric,
  currency text,
  source text,
  region text,
  opened_at timestamptz NOT NULL,
  entered_at timestamptz NOT NULL,
  closed_at timestamptz,
  deleted boolean NOT NULL,
  ats timestamptz[] NOT NULL,
  waits bigint[] NOT NULL,
  products uuid[] NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX ON process_case (process_id, path_id);
CREATE INDEX ON process_case (owner_id);
CREATE INDEX ON process_case (credited_owner_id, source, opened_at);
CREATE INDEX ON process_case (process_id, region, opened_at, (ats[cardinality(ats)]));
CREATE INDEX ON process_case (process_id, closed_at);
CREATE INDEX ON process_case (process_id, opened_at, (ats[cardinality(ats)]))
  WHERE ats[cardinality(ats)] - opened_at > interval '180 days';
CREATE INDEX ON process_case (customer_id) WHERE region IS NULL;

CREATE TABLE process_path (
  id uuid PRIMARY KEY,
  process_id uuid NOT NULL,
  path text NOT NULL,
  verdict_id uuid NOT NULL
);
CREATE INDEX ON process_path (process_id, verdict_id);
CREATE TABLE process_path_step (
  path_id uuid NOT NULL,
  ord int NOT NULL,
  process_version int NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  target text NOT NULL,
  how text NOT NULL,
  overridden boolean NOT NULL,
  n_case int NOT NULL,
  n_reach int NOT NULL,
  PRIMARY KEY (path_id, ord, kind)
);

CREATE TABLE process_mix (
  slice text PRIMARY KEY,
  source text,
  region text,
  currency text
);
CREATE TABLE process_cell (
  id uuid PRIMARY KEY,
  process_id uuid NOT NULL,
  process_version int NOT NULL,
  slice text NOT NULL,
  level text NOT NULL,
  period date NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  target text NOT NULL,
  n bigint NOT NULL,
  n_case bigint NOT NULL,
  n_reach bigint NOT NULL,
  ms bigint NOT NULL
) WITH (fillfactor = 85);
CREATE INDEX ON process_cell (process_id, slice, kind, level, period);
"""

LOAD = """
SELECT c.id, c.version, c.name, c.process_id, c.process_version, c.path_id, c.stage, c.outcome, c.owner_id::text,
  c.credited_owner_id::text, c.customer_id::text, c.amount::text, c.currency, c.source, c.region, c.opened_at,
  c.entered_at, c.closed_at, c.deleted, c.ats, c.waits, c.products::text[], p.path
FROM process_case c JOIN process_path p ON p.id = c.path_id WHERE c.id = ANY($1)
"""
SAVE = """
INSERT INTO process_case SELECT * FROM json_populate_recordset(NULL::process_case, $1)
ON CONFLICT (id) DO UPDATE SET
  version = excluded.version, name = excluded.name, process_version = excluded.process_version,
  path_id = excluded.path_id, stage = excluded.stage, outcome = excluded.outcome, owner_id = excluded.owner_id,
  credited_owner_id = excluded.credited_owner_id, customer_id = excluded.customer_id, amount = excluded.amount,
  currency = excluded.currency, source = excluded.source, region = excluded.region,
  entered_at = excluded.entered_at, closed_at = excluded.closed_at, deleted = excluded.deleted,
  ats = excluded.ats, waits = excluded.waits, products = excluded.products
"""
SAVE_PATHS = """
INSERT INTO process_path SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[]) ORDER BY 1
ON CONFLICT DO NOTHING RETURNING id
"""
SAVE_STEPS = "INSERT INTO process_path_step SELECT * FROM json_populate_recordset(NULL::process_path_step, $1)"
SAVE_MIXES = """
INSERT INTO process_mix SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING
"""
SAVE_CELLS = """
INSERT INTO process_cell AS c
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::date[], $7::text[], $8::text[],
  $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[])
ON CONFLICT (id) DO UPDATE SET
  n = c.n + excluded.n, n_case = c.n_case + excluded.n_case, n_reach = c.n_reach + excluded.n_reach,
  ms = c.ms + excluded.ms
"""
# What counts nothing any more is not kept, so that the rows never depend on the way that led to them.
FORGET_CELLS = "DELETE FROM process_cell WHERE id = ANY($1) AND n = 0"
# Partitions are applied side by side: who judges ways waits for who draws, who draws for all ways that were judged.
JUDGING = "LOCK TABLE process_drawing IN SHARE MODE"
DRAWING = "LOCK TABLE process_drawing IN SHARE ROW EXCLUSIVE MODE"
PATHS = msgspec.json.Decoder(Path)


@dataclass(frozen=True, slots=True)
class Following:
    """Keeps the tables; a day of theirs begins by the time zone."""

    zone: str

    async def __call__(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Bring the tables forward by a batch of pipeline's events; raises Gap where a history has a hole."""
        ours, zone = [event for event in events if is_of_a_deal(event.type)], ZoneInfo(self.zone)
        await connection.execute(DRAWING if len(ours) < len(events) else JUDGING)
        if len(ours) < len(events):
            drawn = await apply_drawings(connection, [event for event in events if not is_of_a_deal(event.type)])
            await (await judged_anew(connection, drawn, zone)).save(connection)
        if ours:
            changes = fold(await _known(connection, {event.stream_id for event in ours if event.version > 1}), ours)
            judge = await judge_of(connection, changes.processes())
            await _save_ways(connection, changes, judge)
            # Everybody adds to the same rows: last, so that they are locked for a moment only.
            cells, ways = differences(changes, zone), ways_gone(changes, zone)
            verdicts = verdicts_given(changes, zone, judge)
            await _save_cells(connection, cells)
            await verdicts.save(connection)
            await ways.save(connection)


def process_map(zone: str) -> ReadModel:
    """The read model; with another time zone it is another one, and is built anew."""
    tables = f"{TABLES}{HISTOGRAMS.table}{WAYS}{VERDICTS}{DRAWINGS}-- days of {zone}\n"
    return ReadModel(name=NAME, tables=tables, apply=Following(zone))


async def _known(connection: Connection, ids: set[UUID]) -> dict[UUID, Case]:
    rows = await connection.fetch(LOAD, list(ids)) if ids else []
    return {row[0]: _read(list(row)) for row in rows}


def _read(values: list[Any]) -> Case:
    values[-1] = PATHS.decode(values[-1])
    return Case(*values)


async def _save_ways(connection: Connection, changes: Changes, judge: Judge) -> None:
    if changes.paths:
        texts = [msgspec.json.encode(path).decode() for _, path in changes.paths.values()]
        processes = [process for process, _ in changes.paths.values()]
        verdicts = [judge(*way) for way in changes.paths.values()]
        new = await connection.fetch(SAVE_PATHS, list(changes.paths), processes, texts, verdicts)
        if new:
            rows = [_step(row["id"], step) for row in new for step in steps(changes.paths[row["id"]][1])]
            await connection.execute(SAVE_STEPS, msgspec.json.encode(rows).decode())
    if changes.mixes:
        mixes = sorted(changes.mixes.items(), key=lambda item: item[0])
        await connection.execute(SAVE_MIXES, *zip(*((name, *mix) for name, mix in mixes), strict=True))
    if changes.cases:
        await connection.execute(SAVE, msgspec.json.encode(list(changes.cases.values())).decode())


def _step(path: UUID, step: PathStep) -> dict[str, Any]:
    renamed = {"process_version": step.version, "n_case": step.first, "n_reach": step.reached}
    return {"path_id": path, **step._asdict(), **renamed}


async def _save_cells(connection: Connection, counts: Counts) -> None:
    cells = counts.cells()
    if cells:
        await connection.execute(SAVE_CELLS, *zip(*cells, strict=True))
    if less := [cell.id for cell in cells if cell.n < 0]:
        await connection.execute(FORGET_CELLS, less)
    await HISTOGRAMS.add(connection, counts.histograms())
