"""How long deals stay in each stage, also those that are still there and would make a plain median too short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.analytics.projections.figures import ratio
from services.analytics.projections.process_map.asking import IN_DAYS, Asked
from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.clock import AllHours
from services.analytics.projections.process_map.drawn import drawings_of
from services.analytics.projections.process_map.durations import Duration, Durations, hours
from services.analytics.projections.process_map.map_answer import stays as finished_stays
from services.analytics.projections.process_map.past_ways import PastWay, ways_then
from services.analytics.projections.process_map.path import Path
from services.analytics.projections.process_map.survival import median_survival
from services.analytics.projections.process_map.tally import tally
from shared.mining.histogram import bucket_sql

DEFINITION = (
    "Hours in stages that are not won or lost. finished: stays that ended, by their ends in the days asked about; "
    "going_on: deals that are there now, with their hours up to now. finished alone tells of quick ones first, so its "
    "median is too short; kaplan_meier_median_hours counts those still there as lasting longer than they have so far, "
    "and is empty where more than half of all never left. A stay that a migration ended is neither. Within 1 %. as_of: "
    "stays that had ended by then, and the deals that were there then with their hours up to then."
)
AGE = "trunc(extract(epoch FROM {}::timestamptz - {}) * 1000)::bigint"
GOING_ON = """
SELECT stage, array_agg(bucket) AS buckets, array_agg(n) AS ns, sum(ms)::bigint AS ms
FROM (
  SELECT {stage} AS stage, {bucket} AS bucket, count(*) AS n, sum({age}) AS ms
  FROM read.process_case c {then} WHERE {where} GROUP BY 1, 2
) aged GROUP BY stage
"""
# Of a past instant: where deals stood that had gone so many entries of a way, and with which one they came there.
THEN = """
JOIN unnest({}::uuid[], {}::int[], {}::int[], {}::text[]) AS way(path_id, entries, came, stage)
  ON way.path_id = c.path_id AND way.entries = (SELECT count(*) FROM unnest(c.ats) AS u(at) WHERE u.at <= {})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStay:
    """One stage; `censored_share`: of all stays, those that go on."""

    stage: str
    name: str
    finished: Duration
    going_on: Duration
    censored_share: str | None
    kaplan_meier_median_hours: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """The answer; `now`: the instant up to which present stays count."""

    definition: str
    process_id: UUID
    process: str
    now: datetime
    positions: dict[str, str]
    stages: list[StageStay]


async def stays(asked: Asked, now: datetime) -> Stays:
    """Answer all of it from one snapshot; `now`: where no instant is asked for."""
    counted, as_of = await tally(asked), asked.filters.as_of
    times = await AllHours().durations(asked, counted)
    present = _durations(await (_going_on(asked, now) if as_of is None else _went_on(asked, as_of)))
    drawings = await drawings_of(asked.connection, asked.process_id)
    reference, found = drawings.reference(asked.filters.version), []
    for key in {way.source for way in times} | set(present):
        stage = drawings.stage(key, reference)
        if stage is None or stage.category not in CLOSED:
            found.append(_stage(key, stage.name if stage else key, finished_stays(times, key), present.get(key)))
    ranks = reference.ranks if reference else {}
    found.sort(key=lambda one: (ranks.get(one.stage, len(ranks) + 1), one.stage))
    return Stays(definition=DEFINITION, now=as_of or now, stages=found, **asked.about())


async def _going_on(asked: Asked, now: datetime) -> list[Any]:
    conditions = asked.chosen()
    conditions.add("c.closed_at IS NULL")
    if asked.filters.version is not None:
        conditions.add("c.process_version = {}", asked.filters.version)
    age = AGE.format(f"${len(conditions.values) + 1}", "c.entered_at")
    text = GOING_ON.format(stage="c.stage", bucket=bucket_sql(age), age=age, then="", where=conditions.where)
    return await asked.rows(text, [*conditions.values, now])


async def _went_on(asked: Asked, as_of: datetime) -> list[Any]:
    """The same of a past instant."""
    still_open = f"{IN_DAYS[asked.filters.by]} AND s.closed_at IS NULL"
    conditions, ways = asked.chosen(), (await ways_then(asked, still_open)).get(None, [])
    *places, then = (f"${len(conditions.values) + number}" for number in range(1, 6))
    age = AGE.format(then, "c.ats[way.came]")
    joined = THEN.format(*places, then)
    text = GOING_ON.format(stage="way.stage", bucket=bucket_sql(age), age=age, then=joined, where=conditions.where)
    return await asked.rows(text, [*conditions.values, *_places(ways), as_of])


def _places(ways: Sequence[PastWay]) -> list[list[Any]]:
    """The arguments of `THEN`."""
    told = [(today, n, _came(way.path), way.path[-1].stage) for way in ways for today, n in sorted(way.today)]
    return [[row[column] for row in told] for column in range(4)]


def _came(path: Path) -> int:
    """With which entry the clock of the last stage began: a migration that leaves a deal in its stage starts none."""
    place = len(path)
    while place > 1 and path[place - 1].how == "migrated" and path[place - 1].stage == path[place - 2].stage:
        place -= 1
    return place


def _durations(rows: Sequence[Any]) -> dict[str, Durations]:
    return {row["stage"]: Durations.counted(row["ms"], zip(row["buckets"], row["ns"], strict=True)) for row in rows}


def _stage(key: str, name: str, finished: Durations, present: Durations | None) -> StageStay:
    going_on = present or Durations.of(())
    median = median_survival(dict(finished.counts), dict(going_on.counts))
    return StageStay(
        stage=key,
        name=name,
        finished=finished.shown,
        going_on=going_on.shown,
        censored_share=ratio(len(going_on), len(finished) + len(going_on)),
        kaplan_meier_median_hours=hours(median),
    )
