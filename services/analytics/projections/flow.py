"""How deals go through stages: every stay by the day it began and the day its deal was opened, and where it led.

Whether a move went forward or back depends on the drawing of the version, which is another stream: cells keep where a
stay led, and ranks are joined when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import DealRow, StayRow, Step
from services.analytics.projections.grouping import Cut
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import PROCESS, Cells, Rollup
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_stays
from services.analytics.projections.sums import can_sum, summed

STAY = (
    *PROCESS,
    ("stay_version", "int"),
    ("stage_key", "text"),
    ("category", "text"),
    ("again", "boolean"),
    ("left_by", "text"),
    ("next_stage", "text"),
)
COUNT = (("deals", "bigint"),)
ENTRIES = Rollup("stage_entry", dims=STAY, measures=COUNT)
COHORTS = Rollup("cohort_stay", dims=STAY, measures=COUNT, days=False)
REACHES = Rollup("cohort_reach", dims=(*PROCESS, ("visited", "text")), measures=COUNT, days=False)
ROLLUPS = (ENTRIES, COHORTS, REACHES)

STAGE = "process_id, process_version, stay_version, stage_key, category, again"
# `further`: what stays are told apart by besides, as expressions and by their names, each with a comma before it.
EXACT = f"""
, placed AS (
  SELECT st.*, s.credited_owner_id AS owner_id, s.source, {REGION} AS region,
    CASE WHEN $17 THEN s.opened_on ELSE (st.entered_at AT TIME ZONE $3)::date END AS bucket
  FROM stays st JOIN selected s ON s.id = st.deal_id AND s.product_id IS NOT DISTINCT FROM st.product_id
  WHERE CASE WHEN $17 THEN st.opened_in_period ELSE st.entered_in_period END
), counted AS (
  SELECT {STAGE}, left_by, next_stage{{further}} FROM placed
)
SELECT {STAGE}, NULL AS left_by, NULL AS next_stage, count(*) AS deals{{names}} FROM counted GROUP BY {STAGE}{{names}}
UNION ALL
SELECT {STAGE}, left_by, next_stage, count(*){{names}} FROM counted WHERE left_by IS NOT NULL
GROUP BY {STAGE}, left_by, next_stage{{names}}
"""  # noqa: S608 - made of declared names only
EXACT_REACHES = f"""
, visits AS (
  SELECT s.process_id, s.process_version, s.credited_owner_id AS owner_id, s.product_id, s.source, {REGION} AS region,
    s.opened_on AS bucket,
    (SELECT string_agg(DISTINCT st.stage_key, ' ') FROM stays st WHERE st.deal_id = s.id) AS visited
  FROM selected s WHERE s.opened_in_period
), counted AS (
  SELECT process_id, process_version, visited{{further}} FROM visits
)
SELECT process_id, process_version, visited, count(*) AS deals{{names}} FROM counted
GROUP BY process_id, process_version, visited{{names}}
"""  # noqa: S608

Counted = tuple[datetime, tuple[Any, ...]]


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Count the stay that began, and where the one that ended led; anew for another owner or version or deletion."""
    before, after = step.before, step.after
    if before is None:
        _count(cells, after, _all(after, step.ended), zone, 1)
    elif step.recounted:
        _count(cells, before, _all(before, step.stays), zone, -1)
        _count(cells, after, _all(after, (*step.stays, *step.ended)), zone, 1)
    elif step.ended:
        _count(cells, before, [_entered(before)], zone, -1)
        _count(cells, after, _all(after, step.ended), zone, 1)
    if before is None or step.recounted or before.visited != after.visited:
        _reach(cells[2], before, zone, -1)
        _reach(cells[2], after, zone, 1)


async def stays(question: Question, cut: Cut, *, of_cohort: bool) -> list[Any]:
    """How many stays (`deals`) per column of `STAY` and what the cut needs.

    process_version is the deal's now, stay_version that of the stay.

    `of_cohort`: all stays of the deals opened in the period, else the stays that began in it. A row without
    `left_by` counts the stays that began, one with it those of them that ended and how.
    """
    return await _counted(question, cut, COHORTS if of_cohort else ENTRIES, EXACT, of_cohort)


async def reaches(question: Question, cut: Cut) -> list[Any]:
    """How many of the deals opened in the period have been in which stages: process_id, process_version, visited.

    And what the cut needs.
    """
    return await _counted(question, cut, REACHES, EXACT_REACHES)


async def _counted(question: Question, cut: Cut, rollup: Rollup, exact: str, *arguments: bool) -> list[Any]:
    """Out of kept sums where they tell what the cut needs, else stay by stay."""
    if can_sum(question, rollup, by_owner=cut.by_owner) and not OF_SINGLE_DEALS & set(cut.columns):
        by = dict.fromkeys((*(name for name, _ in rollup.dims), *cut.columns))
        return await summed(question, rollup, tuple(by), by_owner=cut.by_owner)
    known, columns = dict(rollup.dims), zip(cut.names_of_columns, cut.columns, strict=True)
    further = {name: column for name, column in columns if name not in known}
    told = {"further": _after_commas(further.values()), "names": _after_commas(further)}
    return await question.rows(over_stays(exact.format(**told), cut.columns), *arguments)


def _after_commas(columns: Iterable[str]) -> str:
    return "".join(f", {column}" for column in columns)


def _all(deal: DealRow, stays: Sequence[StayRow]) -> Iterator[Counted]:
    for stay in stays:
        yield _left(deal, stay)
        yield _began(deal, stay)
    yield _entered(deal)


def _entered(deal: DealRow) -> Counted:
    place = (deal.process_id, deal.process_version, deal.process_version, deal.stage_key, deal.category)
    return deal.entered_at, (*place, deal.again, None, None)


def _began(deal: DealRow, stay: StayRow) -> Counted:
    return stay.entered_at, (*_place(deal, stay), None, None)


def _left(deal: DealRow, stay: StayRow) -> Counted:
    return stay.entered_at, (*_place(deal, stay), stay.left_by, stay.next_stage)


def _place(deal: DealRow, stay: StayRow) -> tuple[Any, ...]:
    return deal.process_id, deal.process_version, stay.process_version, stay.stage_key, stay.category, stay.again


def _count(cells: Sequence[Cells], deal: DealRow, stays: Iterable[Counted], zone: ZoneInfo, sign: int) -> None:
    if deal.deleted:
        return
    owner, opened = deal.credited_owner_id, deal.opened_at.astimezone(zone).date()
    for entered_at, dims in stays:
        cells[0].add(entered_at.astimezone(zone).date(), owner, dims, (1,), sign)
        cells[1].add(opened, owner, dims, (1,), sign)


def _reach(cells: Cells, deal: DealRow | None, zone: ZoneInfo, sign: int) -> None:
    """The deal among those that got so far."""
    if deal is not None and not deal.deleted:
        dims = (deal.process_id, deal.process_version, " ".join(deal.visited))
        cells.add(deal.opened_at.astimezone(zone).date(), deal.credited_owner_id, dims, (1,), sign)
