"""How long deals were in a stage: per deal its last finished stay there and all of them together, as histograms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.projections import left_stages
from services.analytics.projections.deal_row import DealRow, StayRow, Step
from services.analytics.projections.grouping import Cut
from services.analytics.projections.left_stages import LeftStages
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import PROCESS, Cells, Rollup
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_deals, over_stays
from services.analytics.projections.sums import can_sum, summed
from shared.mining.histogram import bucket_of, bucket_sql, milliseconds_of, value_of

CLOSED = ("won", "lost")
CLOCKS = ("latest", "cumulative")
COARSE = 3  # so many buckets of 2 % make one here, a third of the cells; percentiles are then within 3 %
SPENT = Rollup(
    "time_spent",
    dims=(*PROCESS, ("stage_key", "text"), ("clock", "text"), ("duration", "int")),
    measures=(("deals", "bigint"), ("milliseconds", "bigint")),
    days=False,
    owners=False,
    longer=True,
)
AGES = Rollup(
    "stage_age",
    dims=(*PROCESS, ("stage_key", "text"), ("category", "text"), ("entered_on", "date")),
    measures=(("deals", "bigint"),),
    timeless=True,
)
ROLLUPS = (SPENT, AGES, LeftStages())
DAY = 86_400_000
MILLISECONDS = "trunc(extract(epoch FROM {}) * 1000)::bigint"
# Hundreds of buckets come as two arrays per place: a row for each would take longer than adding them up.
HISTOGRAMS = """
SELECT process_id, stage_key, clock{names}, array_agg(duration) AS durations, array_agg(deals) AS counts,
  sum(milliseconds)::bigint AS milliseconds
FROM ({summed}) counted GROUP BY process_id, stage_key, clock{names}
"""
AGED = """
SELECT process_id, stage_key{names}, array_agg(date '{today}' - entered_on) AS days, array_agg(deals) AS counts
FROM ({summed}) counted GROUP BY process_id, stage_key{names}
"""
OF_DEAL = f"s.process_version, s.credited_owner_id AS owner_id, s.product_id, s.source, {REGION} AS region"
EXACT = f"""
, left_last AS (
  SELECT s.process_id, s.stage_key, s.deal_id, s.product_id AS of_product,
    (max(s.left_at) AT TIME ZONE $3)::date AS left_on,
    {MILLISECONDS.format("(array_agg(s.left_at - s.entered_at ORDER BY s.number DESC))[1]")} AS latest,
    {MILLISECONDS.format("sum(s.left_at - s.entered_at)")} AS cumulative
  FROM stays s WHERE s.category NOT IN ('won', 'lost') AND s.left_at IS NOT NULL
  GROUP BY s.process_id, s.stage_key, s.deal_id, s.product_id
), counted AS (
SELECT l.process_id, l.stage_key, c.clock, floor({bucket_sql("c.milliseconds")} / {COARSE}.0)::int AS duration,
  count(*) AS deals, sum(c.milliseconds)::bigint AS milliseconds{{names}}
FROM left_last l
JOIN (SELECT s.id, {OF_DEAL} FROM selected s) deal
  ON deal.id = l.deal_id AND deal.product_id IS NOT DISTINCT FROM l.of_product
CROSS JOIN LATERAL (VALUES ('latest', l.latest), ('cumulative', l.cumulative)) c(clock, milliseconds)
WHERE l.left_on BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity')
GROUP BY l.process_id, l.stage_key, c.clock, duration{{names}}
)
"""  # noqa: S608 - made of declared names only
EXACT_AGES = f"""
, aged AS (
  SELECT s.process_id, s.stage_key, (s.entered_at AT TIME ZONE $3)::date AS entered_on, {OF_DEAL}
  FROM selected s WHERE s.category NOT IN ('won', 'lost')
), counted AS (
  SELECT process_id, stage_key, entered_on, count(*) AS deals{{names}} FROM aged
  GROUP BY process_id, stage_key, entered_on{{names}}
)
"""  # noqa: S608


def add(cells: Sequence[Any], step: Step, zone: ZoneInfo) -> None:
    """Count the deal with its time in a stage on the day on which it last left it, and in the stage where it is now."""
    if step.before is None or step.ended or step.recounted:
        _age(cells[1], step.before, zone, -1)
        _age(cells[1], step.after, zone, 1)
    after = (*step.stays, *step.ended)
    for key in {stay.stage_key for stay in (after if step.recounted else step.ended)}:
        if step.before is not None:
            _count(cells, step.before, _spent(key, step.stays, zone), -1)
        _count(cells, step.after, _spent(key, after, zone), 1)


async def spent(question: Question, cut: Cut) -> list[Any]:
    """Histograms per process_id, stage_key and clock: `durations` (see `days_of`), `counts` of deals, milliseconds.

    And per what the cut needs. `clock`: latest or cumulative; of the deals that last left the stage in the period.
    """
    further = _further(cut)
    names, single = "".join(f", {name}" for name in further), OF_SINGLE_DEALS & set(further)
    read = HISTOGRAMS.replace("{names}", names)
    if not single and left_stages.knows(question, by_owner=cut.by_owner):
        return await left_stages.left(question, read, names)
    if not single and can_sum(question, SPENT, by_owner=cut.by_owner):
        return await summed(question, SPENT, ("process_id", "stage_key", "clock", "duration", *further), read=read)
    exact = EXACT.format(names=names) + read.format(summed="SELECT * FROM counted")
    return await question.rows(over_stays(exact, further))


def _further(cut: Cut) -> list[str]:
    """The columns that a cut needs besides the process."""
    return [name for name in cut.columns if name != "process_id"]


def days_of(duration: int) -> float:
    """The days of 24 hours that stand for a bucket, within 3 %."""
    return value_of(duration * COARSE + COARSE // 2) / DAY


async def ages(question: Question, today: date, cut: Cut) -> list[Any]:
    """How many deals (`counts`) are for how many `days` in a stage that is not closed, per process_id and stage_key.

    And per what the cut needs.
    """
    further = _further(cut)
    names = "".join(f", {name}" for name in further)
    aged = AGED.replace("{today}", today.isoformat()).replace("{names}", names)
    if can_sum(question, AGES, by_owner=cut.by_owner) and not OF_SINGLE_DEALS & set(further):
        by = ("process_id", "stage_key", "entered_on", *further)
        return await summed(question, AGES, by, by_owner=cut.by_owner, where="c.deals <> 0", read=aged)
    exact = EXACT_AGES.format(names=names) + aged.format(summed="SELECT * FROM counted")
    return await question.rows(over_deals(exact, further))


def _age(cells: Cells, deal: DealRow | None, zone: ZoneInfo, sign: int) -> None:
    if deal is not None and not deal.deleted and deal.category not in CLOSED:
        entered = deal.entered_at.astimezone(zone).date()
        dims = (deal.process_id, deal.process_version, deal.stage_key, deal.category, entered)
        cells.add(entered, deal.credited_owner_id, dims, (1,), sign)


def _spent(key: str, stays: Sequence[StayRow], zone: ZoneInfo) -> tuple[date, timedelta, timedelta, str] | None:
    """The day on which the deal last left a stage, its last stay there and all of them together."""
    there = [stay for stay in stays if stay.stage_key == key and stay.category not in CLOSED]
    if not there:
        return None
    last, total = there[-1], sum((stay.left_at - stay.entered_at for stay in there), timedelta())
    return last.left_at.astimezone(zone).date(), last.left_at - last.entered_at, total, key


def _count(cells: Sequence[Any], deal: DealRow, spent: Any, sign: int) -> None:
    if spent is None or deal.deleted:
        return
    day, latest, cumulative, key = spent
    owner, place = deal.credited_owner_id, (deal.process_id, deal.process_version, key)
    lasted = milliseconds_of(latest), milliseconds_of(cumulative)
    durations = [bucket_of(milliseconds) // COARSE for milliseconds in lasted]
    for clock, duration, milliseconds in zip(CLOCKS, durations, lasted, strict=True):
        cells[0].add(day, owner, (*place, clock, duration), (1, milliseconds), sign)
    cells[2].add(day, owner, place, (*lasted, *durations), sign)
