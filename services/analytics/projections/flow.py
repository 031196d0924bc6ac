"""How deals go through stages: every stay by the day it began and the day its deal was opened, and where it led.

Whether a move went forward or back depends on the drawing of the version, which is another stream: cells keep where a
stay led, and ranks are joined when somebody asks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.projections.closings import PROCESS
from services.analytics.projections.deal_row import DealRow, StayRow, Step
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import Cells, Rollup
from services.analytics.projections.selection import over_stays
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
COHORTS = Rollup("cohort_stay", dims=STAY, measures=COUNT)
REACHES = Rollup("cohort_reach", dims=(*PROCESS, ("visited", "text")), measures=COUNT)
ROLLUPS = (ENTRIES, COHORTS, REACHES)

EXACT = """
SELECT {by}, count(*) AS deals FROM stays s
WHERE CASE WHEN $17 THEN s.opened_in_period ELSE s.entered_in_period END GROUP BY {by}
"""
EXACT_REACHES = """
, visits AS (
  SELECT s.process_id, s.process_version,
    (SELECT string_agg(DISTINCT st.stage_key, ' ') FROM stays st WHERE st.deal_id = s.id) AS visited
  FROM selected s WHERE s.opened_in_period
)
SELECT process_id, process_version, visited, count(*) AS deals FROM visits GROUP BY 1, 2, 3
"""

Counted = tuple[datetime, tuple[Any, ...]]


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Count the stay that began, and the one that ended with where it led; anew for another owner or after deletion."""
    before, after = step.before, step.after
    if before is None:
        _count(cells, after, (_present(after),), zone, 1)
    elif step.recounted:
        _count(cells, before, _all(before, step.stays), zone, -1)
        _count(cells, after, _all(after, (*step.stays, step.stay) if step.stay else step.stays), zone, 1)
    elif step.stay is not None:
        _count(cells, before, (_present(before),), zone, -1)
        _count(cells, after, (_finished(after, step.stay), _present(after)), zone, 1)


async def stays(question: Question, *, of_cohort: bool) -> list[Any]:
    """How many stays (`deals`) per column of `STAY`; process_version is the deal's now, stay_version that of the stay.

    `of_cohort`: all stays of the deals opened in the period, else the stays that began in it. `left_by` is None for
    stays that go on.
    """
    by = [name for name, _ in STAY]
    if can_sum(question, "currency"):
        return await summed(question, COHORTS if of_cohort else ENTRIES, by)
    return await question.rows(over_stays(EXACT.format(by=", ".join(by))), of_cohort)


async def reaches(question: Question) -> list[Any]:
    """How many of the deals opened in the period have been in which stages: process_id, process_version, visited."""
    if can_sum(question, "currency"):
        return await summed(question, REACHES, ("process_id", "process_version", "visited"))
    return await question.rows(over_stays(EXACT_REACHES))


def _all(deal: DealRow, stays: Sequence[StayRow]) -> Iterator[Counted]:
    yield from (_finished(deal, stay) for stay in stays)
    yield _present(deal)


def _present(deal: DealRow) -> Counted:
    return deal.entered_at, (
        deal.process_id,
        deal.process_version,
        deal.process_version,
        deal.stage_key,
        deal.category,
        deal.again,
        None,
        None,
    )


def _finished(deal: DealRow, stay: StayRow) -> Counted:
    stage, led = (stay.stage_key, stay.category), (stay.left_by, stay.next_stage)
    return stay.entered_at, (deal.process_id, deal.process_version, stay.process_version, *stage, stay.again, *led)


def _count(cells: Sequence[Cells], deal: DealRow, stays: Any, zone: ZoneInfo, sign: int) -> None:
    """Add these stays of a deal, and, as `visited` changes with each, the deal to those that got so far."""
    if deal.deleted:
        return
    owner, opened = deal.credited_owner_id, _day(deal.opened_at, zone)
    for entered_at, dims in stays:
        cells[0].add(_day(entered_at, zone), owner, dims, (sign,))
        cells[1].add(opened, owner, dims, (sign,))
    cells[2].add(opened, owner, (deal.process_id, deal.process_version, " ".join(deal.visited)), (sign,))


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
