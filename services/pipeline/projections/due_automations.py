"""Which automations are due, and who was chosen last: inline, kept by automation_triggers.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.events import DealMigrated, DealOpened
from services.pipeline.domain.sales_process.drawing import Stage
from services.pipeline.domain.sales_process.events import SalesProcessVersionDrafted, SalesProcessVersionRedrawn
from services.pipeline.projections.automation_triggers import TURNING, Due, Key, Turn, Watch, Watched
from shared.eventstore.folding import columns_of
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TABLES = """
CREATE TABLE automated_versions (
    process_id uuid NOT NULL, number integer NOT NULL, stages jsonb NOT NULL, PRIMARY KEY (process_id, number)
);
CREATE TABLE watched_deals (
    id uuid PRIMARY KEY, process_id uuid NOT NULL, process_version integer NOT NULL, stage text NOT NULL,
    deleted boolean NOT NULL, waiting boolean NOT NULL
);
CREATE TABLE due_automations (
    deal_id uuid NOT NULL, stage text NOT NULL, key text NOT NULL, trigger_version bigint NOT NULL,
    place integer NOT NULL, due_at timestamptz NOT NULL, idle boolean NOT NULL, process_id uuid NOT NULL,
    event_id uuid NOT NULL, correlation_id text NOT NULL, automation jsonb NOT NULL,
    PRIMARY KEY (deal_id, stage, key, trigger_version)
);
CREATE INDEX due_automations_by_time ON due_automations (due_at, deal_id, trigger_version, place);
CREATE TABLE automation_turns (
    process_id uuid NOT NULL, stage text NOT NULL, key text NOT NULL, person_id uuid NOT NULL,
    PRIMARY KEY (process_id, stage, key)
);
"""

SAVE_VERSIONS = """
INSERT INTO automated_versions SELECT * FROM unnest($1::uuid[], $2::integer[], $3::jsonb[])
ON CONFLICT (process_id, number) DO UPDATE SET stages = excluded.stages
"""
LOAD_VERSIONS = """
SELECT v.process_id, v.number, v.stages FROM automated_versions v
JOIN unnest($1::uuid[], $2::integer[]) w(process_id, number) ON (v.process_id, v.number) = (w.process_id, w.number)
"""
LOAD_DEALS = "SELECT id, process_id, process_version, stage, deleted, waiting FROM watched_deals WHERE id = ANY($1)"
SAVE_DEALS = """
INSERT INTO watched_deals
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::text[], $5::boolean[], $6::boolean[])
ON CONFLICT (id) DO UPDATE SET process_version = excluded.process_version, stage = excluded.stage,
    deleted = excluded.deleted, waiting = excluded.waiting
"""
COLUMNS = """deal_id, stage, key, trigger_version, place, due_at, idle, process_id, event_id, correlation_id,
    automation"""
LOAD_DUE = f"SELECT {COLUMNS} FROM due_automations WHERE deal_id = ANY($1)"  # noqa: S608 - a constant
DROP_DUE = """
DELETE FROM due_automations d USING unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[])
    g(deal_id, stage, key, trigger_version)
WHERE (d.deal_id, d.stage, d.key, d.trigger_version) = (g.deal_id, g.stage, g.key, g.trigger_version)
"""
ADD_DUE = """
INSERT INTO due_automations SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::integer[],
    $6::timestamptz[], $7::boolean[], $8::uuid[], $9::uuid[], $10::text[], $11::jsonb[])
"""
SAVE_TURNS = """
INSERT INTO automation_turns SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[])
ON CONFLICT (process_id, stage, key) DO UPDATE SET person_id = excluded.person_id
"""
DUE = f"""
SELECT {COLUMNS} FROM read.due_automations WHERE due_at <= $1 ORDER BY due_at, deal_id, trigger_version, place LIMIT $2
"""  # noqa: S608
OF_DEAL = f"""
SELECT {COLUMNS} FROM read.due_automations WHERE deal_id = $1 ORDER BY due_at, trigger_version, place
"""  # noqa: S608
STILL_DUE = """
SELECT EXISTS (SELECT FROM read.due_automations WHERE (deal_id, stage, key, trigger_version) = ($1, $2, $3, $4))
"""
LAST = "SELECT person_id FROM read.automation_turns WHERE (process_id, stage, key) = ($1, $2, $3)"

DRAFTED: Mapping[str, msgspec.json.Decoder[SalesProcessVersionDrafted | SalesProcessVersionRedrawn]] = {
    event.__name__: msgspec.json.Decoder(event) for event in (SalesProcessVersionDrafted, SalesProcessVersionRedrawn)
}
DEALS = frozenset(event.__name__ for event in DEAL.events)
STAGES = msgspec.json.Decoder(tuple[Stage, ...])
Version = tuple[UUID, int]


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Take drawings first: deals only run on published versions, and these are never drawn again."""
    await _draw(connection, [event for event in events if event.type in DRAFTED])
    ours = [event for event in events if event.type in DEALS]
    if ours:
        await _watch(connection, ours)


async def _draw(connection: Connection, events: Sequence[Recorded]) -> None:
    drawn: dict[Version, str] = {}
    for recorded in events:
        event = DRAFTED[recorded.type].decode(recorded.data)
        automated = [stage for stage in event.stages if stage.automations]
        drawn[recorded.stream_id, event.number] = msgspec.json.encode(automated).decode()
    if drawn:
        processes, numbers = [process_id for process_id, _ in drawn], [number for _, number in drawn]
        await connection.execute(SAVE_VERSIONS, processes, numbers, list(drawn.values()))


async def _watch(connection: Connection, events: Sequence[Recorded]) -> None:
    ids = list({recorded.stream_id for recorded in events})
    deals = {row["id"]: Watched(**row) for row in await connection.fetch(LOAD_DEALS, ids)}
    waiting = [deal.id for deal in deals.values() if deal.waiting]
    rows = [Due(**row) for row in await connection.fetch(LOAD_DUE, waiting)] if waiting else []
    drawings = await _drawings(connection, _versions(deals.values(), events))
    watch = Watch(dict(deals), {deal_id: {} for deal_id in waiting})
    for due in rows:
        watch.due[due.deal_id][due.identity] = due
    for recorded in events:
        watch.take(recorded, drawings)
    await _save(connection, deals, rows, watch)


def _versions(deals: Iterable[Watched], events: Sequence[Recorded]) -> set[Version]:
    """The versions that these deals are on, or come onto by these events."""
    processes = {deal.id: deal.process_id for deal in deals}
    versions = {(deal.process_id, deal.process_version) for deal in deals}
    for recorded in events:
        if recorded.type == DealOpened.__name__:
            opened = TURNING[recorded.type].decode(recorded.data)
            assert isinstance(opened, DealOpened)
            processes[recorded.stream_id] = opened.process_id
            versions.add((opened.process_id, opened.process_version))
        elif recorded.type == DealMigrated.__name__ and recorded.stream_id in processes:
            migrated = TURNING[recorded.type].decode(recorded.data)
            assert isinstance(migrated, DealMigrated)
            versions.add((processes[recorded.stream_id], migrated.to_version))
    return versions


async def _drawings(connection: Connection, versions: set[Version]) -> dict[Version, dict[str, Stage]]:
    processes, numbers = [process_id for process_id, _ in versions], [number for _, number in versions]
    rows = await connection.fetch(LOAD_VERSIONS, processes, numbers)
    return {
        (row["process_id"], row["number"]): {stage.key: stage for stage in STAGES.decode(row["stages"])} for row in rows
    }


async def _save(connection: Connection, deals: dict[UUID, Watched], rows: Sequence[Due], watch: Watch) -> None:
    before = {due.identity for due in rows}
    after = {key: due for of_deal in watch.due.values() for key, due in of_deal.items()}
    gone = [key for key in before if key not in after]
    added = [due for key, due in after.items() if key not in before]
    moved = [deal for deal in watch.deals.values() if deal != deals.get(deal.id)]
    if moved:
        await connection.execute(SAVE_DEALS, *columns_of(Watched, moved))
    if gone:
        await connection.execute(DROP_DUE, *_columns(gone))
    if added:
        await connection.execute(ADD_DUE, *columns_of(Due, added))
    if watch.turns:
        people = list(watch.turns.values())
        await connection.execute(SAVE_TURNS, *_columns(watch.turns), people)


def _columns(keys: Iterable[Key] | Iterable[Turn]) -> list[list[object]]:
    return [list(column) for column in zip(*keys, strict=True)]


DUE_AUTOMATIONS = ReadModel(name="due_automations", tables=TABLES, apply=apply)


@dataclass(frozen=True, slots=True)
class DueAutomations:
    """Questions about what is due."""

    pool: asyncpg.Pool[asyncpg.Record]

    async def until(self, now: datetime, limit: int) -> list[Due]:
        """Up to `limit` that are due, in the order in which they became due."""
        return [Due(**row) for row in await self.pool.fetch(DUE, now, limit)]

    async def of(self, deal_id: UUID) -> list[Due]:
        """What is due of a deal now or later, the next first."""
        return [Due(**row) for row in await self.pool.fetch(OF_DEAL, deal_id)]

    async def still(self, due: Due) -> bool:
        """Whether it has neither run nor been overtaken."""
        return bool(await self.pool.fetchval(STILL_DUE, *due.identity))

    async def last_chosen(self, due: Due) -> UUID | None:
        """Whom this automation chose last, whichever version of the process it was on."""
        found: UUID | None = await self.pool.fetchval(LAST, due.process_id, due.stage, due.key)
        return found
