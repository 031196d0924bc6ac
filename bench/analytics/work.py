"""The activities of a generated history and the report on them: who was to do what, and what was done, by month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench.analytics.asking import Asked, Scope, instant, report
from bench.analytics.dashboard import BUDGET
from bench.analytics.told import BY
from flowline.generation.directory import owner_id
from flowline.generation.parameters import Parameters
from flowline.imports.ids import id_for
from services.analytics.projections.activity import Activity, activity
from services.analytics.projections.directory import DIRECTORY
from shared.eventstore import instances
from shared.eventstore.recorded import Recorded

NOW = datetime(2026, 10, 30, 4, tzinfo=UTC)
KINDS = ("call", "visit", "meeting", "note")
DEALS_PER_ACTIVITY, BATCH = 5, 5_000
TABLE = """
CREATE TABLE activities (
  id uuid PRIMARY KEY,
  kind text NOT NULL,
  owner_id uuid,
  due_at timestamptz NOT NULL,
  done_at timestamptz
);
CREATE INDEX ON activities (due_at);
CREATE INDEX ON activities (done_at);
CREATE INDEX ON activities (owner_id, due_at);
CREATE INDEX ON activities (owner_id, done_at)
"""
BUSY = """
WITH counted AS (
  SELECT due_at AS at, kind, owner_id, 1 AS planned, 0 AS done, (done_at IS NULL AND due_at < '{now}')::int AS overdue
  FROM activities WHERE {due}
  UNION ALL
  SELECT done_at, kind, owner_id, 0, 1, 0 FROM activities WHERE done_at IS NOT NULL AND {done}
)
SELECT date_trunc('month', at AT TIME ZONE '{zone}')::date AS first_day, kind, owner_id, sum(planned) AS planned,
  sum(done) AS done, sum(overdue) AS overdue
FROM counted GROUP BY 1, 2, 3"""


@dataclass(frozen=True, slots=True)
class Planned:
    """An activity: whose, until when, and when it was done, if it was."""

    id: UUID
    kind: str
    owner: UUID
    due: datetime
    done: datetime | None


def planned(parameters: Parameters) -> Iterator[Planned]:
    """One activity to so many deals, spread over the whole time; most are done some days before or after."""
    dice = Random(parameters.seed)
    whole = (parameters.ends - parameters.begins).total_seconds()
    for number in range(parameters.deals // DEALS_PER_ACTIVITY):
        due = parameters.begins + timedelta(seconds=int(dice.random() * whole))
        done = due + timedelta(hours=dice.randrange(-72, 72)) if dice.random() < 0.8 else None
        owner = owner_id(dice.randrange(parameters.owners))
        yield Planned(id_for("bench", "activity", str(number)), dice.choice(KINDS), owner, due, done)


async def put_work(ours: str | None, peer: str, parameters: Parameters) -> None:
    """Give both sides the activities, unless the peer has them already; `ours` None: to the peer only."""
    connection = await asyncpg.connect(peer)
    try:
        if await connection.fetchval("SELECT to_regclass('activities')") is not None:
            return
        if ours is not None:
            await _apply(ours, parameters)
        async with connection.transaction():
            await connection.execute(TABLE)
            rows = [(one.id, one.kind, one.owner, one.due, one.done) for one in planned(parameters)]
            await connection.copy_records_to_table("activities", records=rows)
        await connection.execute("VACUUM ANALYZE activities")
    finally:
        await connection.close()


async def _apply(ours: str, parameters: Parameters) -> None:
    """As a runner would: batch by batch, whole activities in each."""
    connection = await asyncpg.connect(ours)
    events = [event for one in planned(parameters) for event in _events(one)]
    for first in range(0, len(events), BATCH):
        async with connection.transaction():
            await instances.enter(connection, DIRECTORY.name, 1)
            await DIRECTORY.apply(connection, events[first : first + BATCH])
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def _events(one: Planned) -> Iterator[Recorded]:
    plan = {"kind": one.kind, "owner_id": one.owner, "subject": "bench", "due_at": one.due}
    yield _event(one, 1, "ActivityPlanned", plan, one.due)
    if one.done is not None:
        yield _event(one, 2, "ActivityCompleted", {}, one.done)


def _event(one: Planned, version: int, type_: str, data: dict[str, Any], at: datetime) -> Recorded:
    event_id = id_for("bench", type_, str(one.id))
    return Recorded("customer", 0, 1, one.id, version, event_id, type_, 1, msgspec.json.encode(data), BY, at, at)


def work(scope: Scope) -> Asked:
    """The report on activities, for one choice of people and days."""
    told = {"due": _within(scope, "due_at"), "done": _within(scope, "done_at")}
    busy = BUSY.format(now=NOW.isoformat(), zone=scope.zone, **told)
    ask = report(scope, lambda question: activity(question, NOW, "month"))
    return Asked(f"activity by month · {scope.name}", BUDGET, ask, busy, _same)


def _within(scope: Scope, column: str) -> str:
    owners = ",".join(map(str, scope.owners))
    said = [f"owner_id = ANY('{{{owners}}}'::uuid[])"] if scope.owners else ["true"]
    if scope.first and scope.last:
        ends = (instant(day, scope.zone).isoformat() for day in (scope.first, scope.last + timedelta(days=1)))
        said.append("{0} >= '{1}' AND {0} < '{2}'".format(column, *ends))
    return " AND ".join(said)


def _same(answer: Activity, rows: Sequence[Any]) -> tuple[Any, Any]:
    """A system without activities has nothing to compare."""
    ours = {(one.first_day, one.kind, one.owner_id): (one.planned, one.done, one.overdue) for one in answer.rows}
    theirs = {
        (row["first_day"], row["kind"], row["owner_id"]): (row["planned"], row["done"], row["overdue"]) for row in rows
    }
    return ours, theirs if ours else {}
