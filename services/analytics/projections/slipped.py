"""Deals that were to close in a period and are expected later now, deals past their day, and how often they slip."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.analytics.projections.coins import SAYS, Coins, worth
from services.analytics.projections.figures import Money, money
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_deals

DEFINITION = (
    "slips: deals whose expected close somebody moved, in the period from `from` to `to`, from a day inside the close "
    "window to a day after it (without a window: to any later day), with the amounts as they are now; moves of a "
    "deal are counted apart. overdue: open deals whose expected close is before today. by_pushes: "
    "open deals by how often their expected close ever went to a later day." + SAYS
)
SLIPS = over_deals("""
SELECT s.id, s.name, s.credited_owner_id AS owner_id, o.name AS owner, s.currency, s.base_currency, s.amount,
  s.base_amount, s.expected_close, s.pushes, count(*) AS moves, min(c.expected_close) AS was
FROM selected s
JOIN read.deal_change c ON c.deal_id = s.id AND c.event_type = 'DealExpectedCloseChanged'
  AND c.then_expected_close > c.expected_close
  AND ($15::timestamptz IS NULL OR c.at <= $15 AND c.recorded_at <= $16)
  AND (c.at AT TIME ZONE $3)::date BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity')
  AND ($17::date IS NULL OR c.expected_close >= $17) AND ($18::date IS NULL OR c.expected_close <= $18)
  AND ($18::date IS NULL OR c.then_expected_close > $18)
LEFT JOIN read.person o ON o.id = s.credited_owner_id
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 ORDER BY s.amount DESC NULLS LAST, s.id
""")
OPEN = over_deals("""
SELECT s.pushes, coalesce(s.expected_close < $17::date, false) AS overdue, s.currency, s.base_currency,
  count(*) AS deals, coalesce(sum(s.amount), 0) AS amount, coalesce(sum(s.base_amount), 0) AS base_amount
FROM selected s WHERE s.closed_at IS NULL GROUP BY 1, 2, 3, 4
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A deal that slipped; `was`: the earliest day it was expected before."""

    deal_id: UUID
    name: str
    owner: str | None
    owner_id: UUID | None
    amount: Money | None
    was: date
    expected_close: date | None
    moves: int
    pushes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Open deals whose expected close went to a later day so often."""

    pushes: int
    deals: int
    amounts: list[Money]


@dataclass(frozen=True, kw_only=True)
class Slipped(Report):
    """The answer; at most 1,000 `slips`, those of the highest amounts."""

    slipped_deals: int
    slipped_amounts: list[Money]
    overdue_deals: int
    overdue_amounts: list[Money]
    drill_overdue: str
    by_pushes: list[Pushed]
    slips: list[Slip]


MOST_SLIPS = 1_000


async def slipped(question: Question, today: date, window: tuple[date | None, date | None], coins: Coins) -> Slipped:
    """Answer all of it from one snapshot; `window`: the days on which the deals were expected to close."""
    valued = await worth(question, coins)

    def amounts(rows: list[Any]) -> list[Money]:
        return [money(amount, currency) for currency, amount in sorted(valued.total(rows).items())]

    slips, is_open = await question.rows(SLIPS, *window), await question.rows(OPEN, today)
    overdue = [row for row in is_open if row["overdue"]]
    by_pushes: dict[int, list[Any]] = defaultdict(list)
    for row in is_open:
        by_pushes[row["pushes"]].append(row)
    late = {"by": "any", "category": ["open", "on_hold"], "expected_to": date.fromordinal(today.toordinal() - 1)}
    return Slipped(
        **question.about(DEFINITION),
        slipped_deals=len(slips),
        slipped_amounts=amounts(slips),
        overdue_deals=sum(row["deals"] for row in overdue),
        overdue_amounts=amounts(overdue),
        drill_overdue=question.selection.drill(**late),
        by_pushes=[
            Pushed(pushes=pushes, deals=sum(row["deals"] for row in rows), amounts=amounts(rows))
            for pushes, rows in sorted(by_pushes.items())
        ],
        slips=[_slip(row, amounts([row])) for row in slips[:MOST_SLIPS]],
    )


def _slip(row: Any, amounts: list[Money]) -> Slip:
    alike = ("name", "owner", "owner_id", "was", "expected_close", "moves", "pushes")
    amount = amounts[0] if amounts and row["amount"] is not None else None
    return Slip(deal_id=row["id"], amount=amount, **{name: row[name] for name in alike})
