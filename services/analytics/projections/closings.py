"""What was decided: the won and lost deals by the day they were closed, with amounts, reasons and days from opening."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import DealRow, Step, millionths
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import PROCESS, Cells, Rollup
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_deals
from services.analytics.projections.sums import can_sum, summed

Closed = Literal["won", "lost"]
REASON = (("lost_reason", "text"), ("competitor", "text"))
MONEY = (("currency", "text"), ("base_currency", "text"))
CLOSINGS = Rollup(
    "closing",
    dims=(*PROCESS, ("category", "text"), *MONEY),
    measures=(("deals", "bigint"), ("amount", "numeric"), ("base_amount", "numeric"), ("days", "bigint")),
    longer=True,
)
LOSSES = Rollup(
    "loss",
    dims=(*PROCESS, ("category", "text"), ("closed_from", "text"), *REASON, *MONEY),
    measures=(("deals", "bigint"), ("amount", "numeric"), ("base_amount", "numeric"), ("days", "bigint")),
    longer=True,
)
CYCLES = Rollup(
    "cycle",
    dims=(*PROCESS, ("category", "text"), ("days", "int")),
    measures=(("deals", "bigint"),),
    longer=True,
)
ROLLUPS = (CLOSINGS, LOSSES, CYCLES)
LONGEST_REASON = 200  # characters; an index entry has its bounds
# One row per closed deal, with the columns of the sums.
EXACT = f"""
, decided AS (
  SELECT s.process_id, s.process_version, s.category, s.closed_from, left(s.lost_reason, {LONGEST_REASON})
      AS lost_reason,
    left(s.competitor, {LONGEST_REASON}) AS competitor, s.product_id, s.source, {REGION} AS region, s.currency,
    s.base_currency, s.credited_owner_id AS owner_id, s.closed_on AS bucket, 1 AS deals,
    coalesce(s.amount, 0) AS amount, coalesce(s.base_amount, 0) AS base_amount, s.closed_on - s.opened_on AS days
  FROM selected s WHERE s.category IN ('won', 'lost') AND s.closed_in_period
)
"""  # noqa: S608


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Take out what the deal was counted with and put in what it is counted with now."""
    before, after = _closing(step.before, zone), _closing(step.after, zone)
    if before == after:
        return
    if before is not None:
        _count(cells, before, -1)
    if after is not None:
        _count(cells, after, 1)


async def closings(question: Question, *by: str, by_owner: bool = False, only: Closed | None = None) -> list[Any]:
    """Deals, amount, base_amount and days (opening to closing, summed) of closed deals per value of `by`.

    Reasons only of lost deals; `only`: no others than won, or lost, deals.
    `by`: SQL expressions over process_id, process_version, category, closed_from, lost_reason, competitor, currency,
    base_currency, `bucket` (the day, or the first of its month) and, with `by_owner`, owner_id.
    """
    rollup = LOSSES if set(by) & {"closed_from", "lost_reason", "competitor"} else CLOSINGS
    if can_sum(question, rollup, by_owner=by_owner) and not OF_SINGLE_DEALS & set(by):
        return await summed(question, rollup, by, by_owner=by_owner, where=_of(only, "c."))
    sums = "sum(deals)::bigint AS deals, sum(amount) AS amount, sum(base_amount) AS base_amount, sum(days) AS days"
    decided = f"FROM decided WHERE {_of(only)} {_grouped(by)}"
    return await question.rows(over_deals(f"{EXACT} SELECT {_listed(by)} {sums} {decided}", by))


async def cycles(question: Question) -> list[Any]:
    """How many won deals took how many days from opening to closing, by days."""
    if can_sum(question, CYCLES):
        rows = await summed(question, CYCLES, ("days",), where="c.category = 'won'")
        return sorted(rows, key=lambda row: int(row["days"]))
    won = f"{EXACT} SELECT days, count(*) AS deals FROM decided WHERE category = 'won' GROUP BY days ORDER BY days"  # noqa: S608
    return await question.rows(over_deals(won))


def _closing(deal: DealRow | None, zone: ZoneInfo) -> tuple[Any, ...] | None:
    """The day, the owner, and what the deal is counted with; None for one that is not closed or is deleted."""
    if deal is None or deal.deleted or deal.closed_at is None:
        return None
    day = deal.closed_at.astimezone(zone).date()
    days = (day - deal.opened_at.astimezone(zone).date()).days
    lost = [deal.closed_from, *(text and text[:LONGEST_REASON] for text in (deal.lost_reason, deal.competitor))]
    told, paid = (deal.category, lost), (deal.currency, deal.base_currency)
    money = (millionths(deal.amount), millionths(deal.base_amount))
    return day, deal.credited_owner_id, (deal.process_id, deal.process_version), told, paid, money, days


def _count(cells: Sequence[Cells], closing: tuple[Any, ...], sign: int) -> None:
    day, owner, process, (category, lost), paid, (amount, base), days = closing
    sums = (1, amount, base, days)
    cells[0].add(day, owner, (*process, category, *paid), sums, sign)
    if category == "lost":
        cells[1].add(day, owner, (*process, category, *lost, *paid), sums, sign)
    else:
        cells[2].add(day, owner, (*process, category, days), (1,), sign)


def _of(only: Closed | None, table: str = "") -> str:
    return f"{table}category = '{only}'" if only else "true"


def _listed(by: Sequence[str]) -> str:
    return "".join(f"{expression}, " for expression in by)


def _grouped(by: Sequence[str]) -> str:
    return f"GROUP BY {', '.join(str(at) for at in range(1, len(by) + 1))}" if by else ""
