"""How often we win what is decided, by count and by value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.analytics.projections.figures import money, ratio
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_deals
from services.analytics.projections.won import quarter_name, quarter_within

DEFINITION = (
    "won / (won + lost) among the deals closed in the period, by the day they were closed; open deals do not count. "
    "By count, and by value per currency: won amounts / (won amounts + amounts of lost deals when they were lost)."
)

DECIDED = over_deals("""
, decided AS (
  SELECT s.category, s.currency, s.amount, s.credited_owner_id, date_trunc('quarter', s.closed_on)::date AS quarter
  FROM selected s WHERE s.category IN ('won', 'lost') AND s.closed_in_period
)
SELECT grouping(d.quarter) = 0 AS of_quarter, grouping(d.credited_owner_id) = 0 AS of_owner,
       grouping(d.currency) = 0 AS of_currency,
       d.quarter, d.credited_owner_id AS owner_id, p.name AS owner, d.currency,
       count(*) FILTER (WHERE d.category = 'won') AS won, count(*) FILTER (WHERE d.category = 'lost') AS lost,
       coalesce(sum(d.amount) FILTER (WHERE d.category = 'won'), 0) AS won_amount,
       coalesce(sum(d.amount) FILTER (WHERE d.category = 'lost'), 0) AS lost_amount
FROM decided d LEFT JOIN read.person p ON p.id = d.credited_owner_id
GROUP BY GROUPING SETS ((), (d.currency), (d.quarter), (d.credited_owner_id, p.name))
ORDER BY d.quarter, won DESC, p.name, d.credited_owner_id, d.currency
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Won and lost deals and the share of the won ones; None where nothing was decided."""

    won: int
    lost: int
    win_rate: str | None
    drill_won: str
    drill_lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarterRate(Rate):
    """Of one close quarter."""

    quarter: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRate(Rate):
    """Of one owner at closing; None = nobody."""

    owner: str | None
    owner_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueRate:
    """By value, in one currency."""

    currency: str
    won: str
    lost: str
    win_rate: str | None
    drill_won: str
    drill_lost: str


@dataclass(frozen=True, kw_only=True)
class WinRate(Report):
    """The answer."""

    by_count: Rate
    by_value: list[ValueRate]
    by_quarter: list[QuarterRate]
    by_owner: list[OwnerRate]


async def win_rate(question: Question) -> WinRate:
    """Answer all of it from one snapshot."""
    rows = await question.rows(DECIDED)
    return WinRate(
        **question.about(DEFINITION),
        by_count=Rate(**_rate(question, _whole(rows))),
        by_value=[_value(question, row) for row in rows if row["of_currency"] and row["currency"]],
        by_quarter=[_quarter(question, row) for row in rows if row["of_quarter"]],
        by_owner=[_owner(question, row) for row in rows if row["of_owner"]],
    )


async def by_count(question: Question) -> str | None:
    """The one number."""
    whole = _whole(await question.rows(DECIDED))
    return ratio(whole["won"], whole["won"] + whole["lost"])


def _whole(rows: list[Any]) -> Any:
    return next(row for row in rows if not (row["of_quarter"] or row["of_owner"] or row["of_currency"]))


def _drills(question: Question, **narrower: Any) -> dict[str, str]:
    drill = question.selection.drill
    return {f"drill_{how}": drill(**{"category": how, "by": "closed"} | narrower) for how in ("won", "lost")}


def _rate(question: Question, row: Any, **narrower: Any) -> dict[str, Any]:
    won, lost = row["won"], row["lost"]
    return {"won": won, "lost": lost, "win_rate": ratio(won, won + lost), **_drills(question, **narrower)}


def _value(question: Question, row: Any) -> ValueRate:
    won: Decimal = row["won_amount"]
    lost: Decimal = row["lost_amount"]
    currency = row["currency"]
    return ValueRate(
        currency=currency,
        won=money(won, currency).amount,
        lost=money(lost, currency).amount,
        win_rate=ratio(won, won + lost),
        **_drills(question, currency=currency),
    )


def _quarter(question: Question, row: Any) -> QuarterRate:
    asked = question.selection.filters
    bounds = quarter_within(row["quarter"], (asked.from_date, asked.to_date))
    return QuarterRate(quarter=quarter_name(row["quarter"]), **_rate(question, row, **bounds))


def _owner(question: Question, row: Any) -> OwnerRate:
    narrower = {"owner": row["owner_id"]} if row["owner_id"] else {"without_owner": "true"}
    return OwnerRate(owner=row["owner"], owner_id=row["owner_id"], **_rate(question, row, **narrower))
