"""Open deals by the day on which somebody last did something with them, and by the day they are expected to close.

Kept as stocks by day, so that silence of more than n days and every day that is past are ranges over days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from services.analytics.projections.deal_row import DealRow, Step, millionths
from services.analytics.projections.report import Question
from services.analytics.projections.rollup import LAST_DAY, PROCESS, Cells, Rollup
from services.analytics.projections.selection import OF_SINGLE_DEALS, REGION, over_deals
from services.analytics.projections.sums import can_sum, summed

MONEY = (("currency", "text"), ("base_currency", "text"))
MEASURES = (("deals", "bigint"), ("amount", "numeric"), ("base_amount", "numeric"))
# Of one owner there are few open deals: they are asked themselves, by their index.
WAITING = Rollup(
    "waiting", dims=(*PROCESS, ("stage_key", "text"), *MONEY), measures=MEASURES, owners=False, longer=True
)
DUE = Rollup("due", dims=(*PROCESS, ("pushes", "int"), *MONEY), measures=MEASURES, owners=False, longer=True)
ROLLUPS = (WAITING, DUE)
OWN = frozenset({"owner_id", *OF_SINGLE_DEALS})  # columns that only single deals have
EXACT = f"""
, standing AS (
  SELECT s.process_id, s.process_version, s.stage_key, s.pushes, s.currency, s.base_currency, s.product_id, s.source,
    {REGION} AS region, s.credited_owner_id AS owner_id, coalesce(s.amount, 0) AS amount,
    coalesce(s.base_amount, 0) AS base_amount
  FROM selected s WHERE s.closed_at IS NULL AND ($17::date IS NULL OR {{day}} <= $17)
)
SELECT {{by}}, count(*) AS deals, sum(amount) AS amount, sum(base_amount) AS base_amount FROM standing GROUP BY {{by}}
"""  # noqa: S608
DAYS = {WAITING: "(s.changed_at AT TIME ZONE $3)::date", DUE: "s.expected_close"}


class Open(NamedTuple):
    """An open deal's day, the dimensions of its cell behind that, and what it is worth."""

    day: date
    dims: tuple[Any, ...]
    worth: tuple[str | None, str | None]


def add(cells: Sequence[Cells], step: Step, zone: ZoneInfo) -> None:
    """Take the deal from the days where it was and put it where it is, as long as it is open."""
    for one, place in zip(cells, (_waiting, _due), strict=True):
        before, after = place(step.before, zone), place(step.after, zone)
        if before != after:
            if before is not None:
                one.add(before.day, None, before.dims, _measures(before), -1)
            if after is not None:
                one.add(after.day, None, after.dims, _measures(after))


async def open_deals(question: Question, by_day: Rollup, until: date | None, *by: str) -> list[Any]:
    """Deals, amount and base_amount of open deals per value of the columns in `by`.

    `by_day`: WAITING or DUE, whose day is `until` at the latest; None = any day, or none at all.
    """
    filters = replace(question.selection.filters, from_date=None, to_date=until)
    stock = replace(question, selection=replace(question.selection, filters=filters))
    if can_sum(stock, by_day) and not OWN & set(by):
        return await summed(stock, by_day, by)
    return await question.rows(over_deals(EXACT.format(day=DAYS[by_day], by=", ".join(by)), by), until)


def _waiting(deal: DealRow | None, zone: ZoneInfo) -> Open | None:
    if deal is None or deal.deleted or deal.closed_at is not None:
        return None
    dims = (deal.process_id, deal.process_version, deal.stage_key, deal.currency, deal.base_currency)
    return Open(deal.changed_at.astimezone(zone).date(), dims, (deal.amount, deal.base_amount))


def _due(deal: DealRow | None, _: ZoneInfo) -> Open | None:
    if deal is None or deal.deleted or deal.closed_at is not None:
        return None
    dims = (deal.process_id, deal.process_version, deal.pushes, deal.currency, deal.base_currency)
    return Open(_expected(deal.expected_close), dims, (deal.amount, deal.base_amount))


def _expected(day: str | None) -> date:
    """What is expected on no day, or too far away, is never overdue."""
    return LAST_DAY if day is None else min(date.fromisoformat(day), LAST_DAY)


def _measures(deal: Open) -> tuple[int, ...]:
    return 1, millionths(deal.worth[0]), millionths(deal.worth[1])


def silent_since(today: date, idle_days: int) -> date:
    """The last day on which somebody may have done something for the deal to rot today."""
    return today - timedelta(days=idle_days + 1)
