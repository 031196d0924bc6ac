"""What became of the deals that were opened on a day: how many of them are open, won and lost now, and how much."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from services.analytics.projections.closings import MONEY
from services.analytics.projections.deal_row import DealRow, Step, millionths
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import PROCESS, Cells, Rollup
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_deals
from services.analytics.projections.sums import can_sum, summed

COHORTS = Rollup(
    "cohort",
    dims=(*PROCESS, ("category", "text"), *MONEY),
    measures=(("deals", "bigint"), ("amount", "numeric"), ("base_amount", "numeric")),
)
ROLLUPS = (COHORTS,)
EXACT = f"""
, cohort AS (
  SELECT s.process_id, s.process_version, s.category, s.currency, s.base_currency, s.product_id, s.source,
    {REGION} AS region, s.credited_owner_id AS owner_id, s.opened_on AS bucket, 1 AS deals,
    coalesce(s.amount, 0) AS amount, coalesce(s.base_amount, 0) AS base_amount
  FROM selected s WHERE s.opened_in_period
)
SELECT {{by}}, sum(deals)::bigint AS deals, sum(amount) AS amount, sum(base_amount) AS base_amount
FROM cohort GROUP BY {{numbers}}
"""  # noqa: S608


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Take out what the deal was counted with and put in what it is counted with now, on the day it was opened."""
    before, after = _cohort(step.before, zone), _cohort(step.after, zone)
    if before == after:
        return
    if before is not None:
        _count(cells[0], before, -1)
    if after is not None:
        _count(cells[0], after, 1)


async def opened(question: Question, *by: str, by_owner: bool = False) -> list[Any]:
    """Deals, amount and base_amount of the deals opened in the period, as they are now, per value of `by`.

    `by`: SQL expressions over process_id, process_version, category, currency, base_currency, `bucket` (the day it was
    opened, or the first of its month), with `by_owner` owner_id, and source and region, which only single deals know.
    """
    if can_sum(question, COHORTS, by_owner=by_owner) and not OF_SINGLE_DEALS & set(by):
        return await summed(question, COHORTS, by, by_owner=by_owner)
    numbers = ", ".join(str(at) for at in range(1, len(by) + 1))
    return await question.rows(over_deals(EXACT.format(by=", ".join(by), numbers=numbers), by))


def _count(cells: Cells, cohort: tuple[Any, ...], sign: int) -> None:
    day, owner, dims, measures = cohort
    cells.add(day, owner, dims, measures, sign)


def _cohort(deal: DealRow | None, zone: ZoneInfo) -> tuple[Any, ...] | None:
    """The day, the owner, the dimensions and the measures of a deal; None for one that is deleted."""
    if deal is None or deal.deleted:
        return None
    day = deal.opened_at.astimezone(zone).date()
    dims = (deal.process_id, deal.process_version, deal.category, deal.currency, deal.base_currency)
    return day, deal.credited_owner_id, dims, (1, millionths(deal.amount), millionths(deal.base_amount))
