"""What a bar of a waterfall is made of: its deals, and the events that moved them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.analytics.projections.coins import RATES
from services.analytics.projections.figures import Money, exactly, money
from services.analytics.projections.pipeline_moves import Basis, Split, Stretch, at, moved, moves
from services.analytics.projections.report import Question
from services.analytics.projections.selection import over_deals
from services.analytics.projections.waterfall import Bar
from services.analytics.projections.without import Without, lacking

# What a deal was before it came to the owners seen, or is after it left them, is not shown.
SHOWN = """
CASE WHEN owned THEN value_before END AS before, currency_before, CASE WHEN owns THEN value_after END AS after,
  currency_after, CASE WHEN owned THEN close_before END AS close_before,
  CASE WHEN owns THEN close_after END AS close_after
"""
DEALS = """
SELECT b.deal_id, d.name, b.contribution, b.before, b.currency_before, b.after, b.currency_after, b.close_before,
  b.close_after
FROM (
  SELECT deal_id, sum(contribution) AS contribution, (array_agg(before ORDER BY version))[1] AS before,
    (array_agg(currency_before ORDER BY version))[1] AS currency_before,
    (array_agg(after ORDER BY version DESC))[1] AS after,
    (array_agg(currency_after ORDER BY version DESC))[1] AS currency_after,
    (array_agg(close_before ORDER BY version))[1] AS close_before,
    (array_agg(close_after ORDER BY version DESC))[1] AS close_after
  FROM (SELECT deal_id, version, contribution, {shown} FROM bar WHERE bar = $17 AND money = $18) each GROUP BY deal_id
) b JOIN read.deal d ON d.id = b.deal_id
WHERE $19::uuid IS NULL OR b.deal_id > $19 ORDER BY b.deal_id LIMIT $20
"""
STOOD = """
{rates}
, stood AS (SELECT s.*, {currency} AS money, {amount} AS worth FROM selected s {rated} WHERE s.closed_at IS NULL)
SELECT s.id AS deal_id, s.name, s.worth AS contribution, s.worth AS before, s.money AS currency_before,
  s.worth AS after, s.money AS currency_after, s.expected_close AS close_before, s.expected_close AS close_after
FROM stood s
WHERE s.money = $19 AND coalesce($17::date IS NULL AND $18::date IS NULL
  OR s.expected_close BETWEEN coalesce($17::date, '-infinity') AND coalesce($18::date, 'infinity'), false)
  AND ($20::uuid IS NULL OR s.id > $20) AND {chosen} ORDER BY s.id LIMIT $21
"""
EVENTS = """
SELECT b.event_id, b.event_type, b.at, b.deal_id, b.version, b.bar, d.name, b.contribution, {shown}
FROM bar b JOIN read.deal d ON d.id = b.deal_id
WHERE b.money = $18 AND {chosen}
  AND ($19::timestamptz IS NULL OR (b.at, b.deal_id, b.version, b.bar) > ($19, $20::uuid, $21::int, $22::text))
ORDER BY b.at, b.deal_id, b.version, b.bar LIMIT $23
"""
OF_DEALS = """
SELECT b.event_id, b.event_type, b.at, b.deal_id, b.version, b.bar, d.name, b.contribution, {shown}
FROM bar b JOIN read.deal d ON d.id = b.deal_id
WHERE b.deal_id = ANY($17::uuid[]) AND b.money = $18 ORDER BY b.deal_id, b.version, b.bar
"""
OWN_WORTH = {"rates": "", "rated": "", "currency": "s.currency", "amount": "s.amount"}
BASE_WORTH = OWN_WORTH | {"currency": "s.base_currency", "amount": "s.base_amount"}
RESTATED_WORTH = {"rates": f", rate AS ({RATES})", "rated": "LEFT JOIN rate r ON r.currency = s.currency"} | {
    "currency": "coalesce(r.base, s.currency)",
    "amount": "s.amount * coalesce(r.rate, 1)",
}
OF_BAR = "SELECT deal_id FROM bar WHERE bar = $17 AND money = $18"


@dataclass(frozen=True, slots=True)
class Asked:
    """A bar of a waterfall in one currency; `without`: of deals that have no owner or the like."""

    stretch: Stretch
    basis: Basis
    bar: Bar
    currency: str
    without: tuple[Without, ...] = ()

    @property
    def split(self) -> Split:
        """Which deals' moves."""
        return Split(without=self.without)


@dataclass(frozen=True, slots=True, kw_only=True)
class BarDeal:
    """A deal in a bar: what it adds there and how it looked before and after; None for what the asker may not see."""

    deal_id: UUID
    name: str
    contribution: str
    currency: str
    before: Money | None
    after: Money | None
    expected_close_before: date | None
    expected_close_after: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BarEvent(BarDeal):
    """An event that moved a deal: the bar that it adds to by itself."""

    event_id: UUID
    event_type: str
    occurred_at: datetime
    version: int
    bar: Bar


async def deals_in(question: Question, asked: Asked, after: UUID | None, limit: int) -> list[BarDeal]:
    """At most `limit` deals of a bar with ids above `after`, by id."""
    if asked.bar in ("start", "end"):
        return await _stood(question, asked, after, limit)
    statement, place = DEALS.format(shown=SHOWN), (asked.bar, asked.currency, after, limit)
    rows = await moved(question, asked.stretch, asked.basis, statement, *place, split=asked.split)
    return [BarDeal(**_shown(row, asked.currency)) for row in rows]


async def _stood(question: Question, asked: Asked, after: UUID | None, limit: int) -> list[BarDeal]:
    stretch = asked.stretch
    then = at(question, stretch.start if asked.bar == "start" else stretch.end)
    window = (stretch.close_from, stretch.close_to)
    rows = await then.rows(over_deals(_worth(asked)), *window, asked.currency, after, limit)
    return [BarDeal(**_shown(row, asked.currency)) for row in rows]


def _worth(asked: Asked) -> str:
    """SQL of the deals that stood, in the money asked for."""
    coins, chosen = asked.stretch.coins, lacking(asked.without)
    if coins.day:
        return STOOD.format(**RESTATED_WORTH, chosen=chosen).format(day=f"'{coins.day}'::date")
    return STOOD.format(**(OWN_WORTH if asked.stretch.is_own else BASE_WORTH), chosen=chosen)


async def events_in(question: Question, asked: Asked, after: Sequence[Any] | None, limit: int) -> list[BarEvent]:
    """At most `limit` events after the one with this (time, deal, version, bar).

    Gross: those that add to the bar; net: all that moved the value of the bar's deals, each with its own bar.
    """
    of_net = moves(asked.stretch, "net", OF_BAR, split=asked.split)
    chosen = "b.bar = $17" if asked.basis == "gross" else f"b.deal_id IN ({of_net})"
    statement = EVENTS.format(shown=SHOWN, chosen=chosen)
    place = (asked.bar, asked.currency, *(after or (None, None, None, None)), limit)
    rows = await moved(question, asked.stretch, "gross", statement, *place, split=asked.split)
    return [_event(row, asked.currency) for row in rows]


async def moves_of(question: Question, asked: Asked, deals: Sequence[UUID]) -> dict[UUID, list[BarEvent]]:
    """All events between start and end that moved the value of these deals, by deal, each with its own bar."""
    statement, wanted = OF_DEALS.format(shown=SHOWN), (deals, asked.currency)
    found: dict[UUID, list[BarEvent]] = {}
    for row in await moved(question, asked.stretch, "gross", statement, *wanted, split=asked.split) if deals else ():
        found.setdefault(row["deal_id"], []).append(_event(row, asked.currency))
    return found


def _event(row: Any, currency: str) -> BarEvent:
    return BarEvent(
        **_shown(row, currency),
        event_id=row["event_id"],
        event_type=row["event_type"],
        occurred_at=row["at"],
        version=row["version"],
        bar=row["bar"],
    )


def _shown(row: Any, currency: str) -> dict[str, Any]:
    return {
        "deal_id": row["deal_id"],
        "name": row["name"],
        "contribution": exactly(row["contribution"] or Decimal(0), currency),
        "currency": currency,
        "before": _money(row["before"], row["currency_before"]),
        "after": _money(row["after"], row["currency_after"]),
        "expected_close_before": row["close_before"],
        "expected_close_after": row["close_after"],
    }


def _money(amount: Decimal | None, currency: str | None) -> Money | None:
    return money(amount, currency) if amount is not None and currency else None
