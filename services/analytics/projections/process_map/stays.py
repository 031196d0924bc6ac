"""How long deals stay in each stage, also those that are still there and would make a plain median too short."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.analytics.projections.figures import ratio
from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.case import CLOSED
from services.analytics.projections.process_map.clock import AllHours
from services.analytics.projections.process_map.drawn import drawings_of
from services.analytics.projections.process_map.durations import Duration, Durations, hours
from services.analytics.projections.process_map.map_answer import stays as finished_stays
from services.analytics.projections.process_map.survival import median_survival
from services.analytics.projections.process_map.tally import tally
from shared.mining.histogram import bucket_sql

DEFINITION = (
    "Hours in stages that are not won or lost. finished: stays that ended, by their ends in the days asked about; "
    "going_on: deals that are there now, with their hours up to now. finished alone tells of quick ones first, so its "
    "median is too short; kaplan_meier_median_hours counts those still there as lasting longer than they have so far, "
    "and is empty where more than half of all never left. A stay that a migration ended is neither. Within 1 %."
)
AGE = "trunc(extract(epoch FROM {}::timestamptz - c.entered_at) * 1000)::bigint"
GOING_ON = """
SELECT stage, array_agg(bucket) AS buckets, array_agg(n) AS ns, sum(ms)::bigint AS ms
FROM (
  SELECT c.stage, {bucket} AS bucket, count(*) AS n, sum({age}) AS ms
  FROM read.process_case c WHERE {where} GROUP BY 1, 2
) aged GROUP BY stage
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
    """Answer all of it from one snapshot."""
    counted = await tally(asked)
    times = await AllHours().durations(asked, counted)
    present = await _going_on(asked, now)
    drawings = await drawings_of(asked.connection, asked.process_id)
    reference, found = drawings.reference(asked.filters.version), []
    for key in {way.source for way in times} | set(present):
        stage = drawings.stage(key, reference)
        if stage is None or stage.category not in CLOSED:
            found.append(_stage(key, stage.name if stage else key, finished_stays(times, key), present.get(key)))
    ranks = reference.ranks if reference else {}
    found.sort(key=lambda one: (ranks.get(one.stage, len(ranks) + 1), one.stage))
    return Stays(definition=DEFINITION, now=now, stages=found, **asked.about())


async def _going_on(asked: Asked, now: datetime) -> dict[str, Durations]:
    conditions = asked.chosen()
    conditions.add("c.closed_at IS NULL")
    if asked.filters.version is not None:
        conditions.add("c.process_version = {}", asked.filters.version)
    age = AGE.format(f"${len(conditions.values) + 1}")
    text = GOING_ON.format(bucket=bucket_sql(age), age=age, where=conditions.where)
    rows = await asked.rows(text, [*conditions.values, now])
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
