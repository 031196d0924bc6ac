"""What is going to be won and what is in its way: forecast, quotas, rotting and slipped deals."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from bench.analytics.asking import Asked, Scope, instant, report
from bench.analytics.dashboard import BUDGET
from bench.analytics.past import AT
from flowline.generation.process import VERSIONS
from services.analytics.projections.coins import OWN
from services.analytics.projections.forecast import Forecast, forecast
from services.analytics.projections.forecast_lists import Wish
from services.analytics.projections.quota import QuotaReport, quota
from services.analytics.projections.quota import Wish as QuotaWish
from services.analytics.projections.rotting import Rotting, rotting
from services.analytics.projections.slipped import Slipped, slipped

NOW, TODAY = datetime(2026, 10, 30, 4, tzinfo=UTC), date(2026, 10, 30)
PERIOD, BEGINS, NEXT = "2025-Q1", date(2025, 1, 1), date(2025, 4, 1)
IDLE = ", ".join(
    f"({drawn.version}, '{stage.key}', {stage.idle_days})"
    for drawn in VERSIONS
    for stage in drawn.stages
    if stage.idle_days
)
ROTTING = """
SELECT d.process_version, d.stage, d.currency, count(*) AS deals, sum(d.amount) AS amount,
  count(*) FILTER (WHERE (d.changed_at AT TIME ZONE '{zone}')::date < date '{today}' - s.idle_days) AS idle
FROM deals d JOIN (VALUES {stages}) s(number, key, idle_days) ON s.number = d.process_version AND s.key = d.stage
WHERE d.closed_at IS NULL AND {where} GROUP BY 1, 2, 3"""
FORECAST = """
SELECT date_trunc('month', d.expected_close)::date AS month, d.forecast_category, d.currency, count(*) AS deals,
  sum(d.amount) AS amount, sum(d.amount * d.probability / 100) AS weighted
FROM deals d WHERE d.closed_at IS NULL AND d.currency IS NOT NULL AND {where} AND {expected} GROUP BY 1, 2, 3
UNION ALL
SELECT date_trunc('month', d.closed_at AT TIME ZONE '{zone}')::date, 'closed', d.currency, count(*), sum(d.amount), 0
FROM deals d WHERE d.category = 'won' AND d.currency IS NOT NULL AND {closed} GROUP BY 1, 2, 3"""
QUOTA = """
SELECT d.owner_id, d.currency, d.category, d.forecast_category, sum(d.amount) AS amount
FROM deals d WHERE {owned} AND (
  d.category = 'won' AND d.closed_at >= '{begins}' AND d.closed_at < '{next}'
  OR d.closed_at IS NULL AND d.expected_close >= '{first}' AND d.expected_close < '{after}') GROUP BY 1, 2, 3, 4"""
# Who owned the deal at a move is what the first change of owner after it replaced.
OWNER = """
LEFT JOIN LATERAL (SELECT true AS found, old FROM field_history o
  WHERE o.deal_id = d.id AND o.field = 'owner_id' AND o.version > e.version ORDER BY o.version LIMIT 1
) owner_id ON true"""
OWNER_THEN = AT.format(field="owner_id", type="uuid")
SLIPS = """
FROM field_history e JOIN deals d ON d.id = e.deal_id {owner}
WHERE e.field = 'expected_close' AND e.new > e.old AND NOT d.deleted AND {days} AND {owned}"""
NEWEST = "SELECT d.id, d.name, e.old, e.new, e.at, d.expected_close {slips} ORDER BY e.at DESC LIMIT 100"
COUNTED = """
SELECT 'slips' AS what, 0::bigint AS pushes, count(*) AS deals {slips}
UNION ALL SELECT 'overdue', 0, count(*) FROM deals d
WHERE d.closed_at IS NULL AND d.expected_close < '{today}' AND {where}
UNION ALL SELECT 'pushed', p.pushes, count(*) FROM (
  SELECT d.id, count(e.deal_id) AS pushes FROM deals d
  LEFT JOIN field_history e ON e.deal_id = d.id AND e.field = 'expected_close' AND e.new > e.old
  WHERE d.closed_at IS NULL AND {where} GROUP BY d.id) p GROUP BY 2"""


def outlook(scope: Scope) -> Iterator[Asked]:
    """For one choice of deals and days."""

    def asked(name: str, answer: Any, peer: str, same: Any) -> Asked:
        return Asked(f"{name} · {scope.name}", BUDGET, report(scope, answer), peer, same)

    where, closed = scope.where(), scope.where(day="d.closed_at")
    expected = f"d.expected_close BETWEEN '{scope.first}' AND '{scope.last}'" if scope.first else "true"
    coming = FORECAST.format(where=where, closed=closed, expected=expected, zone=scope.zone)
    yield asked("forecast by month", lambda q: forecast(q, Wish()), coming, _same_forecast)
    begins, after = (instant(day, scope.zone).isoformat() for day in (BEGINS, NEXT))
    won = QUOTA.format(owned=where, begins=begins, next=after, first=BEGINS, after=NEXT)
    yield asked("quota attainment", lambda q: quota(q, QuotaWish(periods=(PERIOD,))), won, _same_quota)
    silent = ROTTING.format(where=where, stages=IDLE, zone=scope.zone, today=TODAY)
    yield asked("rotting deals", lambda q: rotting(q, NOW, OWN), silent, _same_rotting)
    yield asked("slipped deals", lambda q: slipped(q, TODAY, (None, None), OWN), _slips(scope), _same_slips)


def _slips(scope: Scope) -> str:
    days = [part for part in scope.where(day="e.at").split(" AND ") if part.startswith("e.at")]
    owners = ",".join(map(str, scope.owners))
    told = {"owner": OWNER, "owned": f"{OWNER_THEN} = ANY('{{{owners}}}'::uuid[])"} if owners else {}
    slips = SLIPS.format(**{"owner": "", "owned": "true", "days": " AND ".join(days) or "true"} | told)
    return f"{NEWEST.format(slips=slips)};\n{COUNTED.format(slips=slips, where=scope.where(), today=TODAY)}"


def _same_forecast(answer: Forecast, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {
        (one.period, figure.forecast_category, one.currency): (figure.deals, Decimal(figure.amount))
        for one in answer.periods
        for figure in one.categories
    }
    theirs = {
        (row["month"] and f"{row['month']:%Y-%m}", row["forecast_category"], row["currency"]): (
            row["deals"],
            row["amount"],
        )
        for row in rows
    }
    return ours, theirs


def _same_quota(answer: QuotaReport, rows: Sequence[Any]) -> tuple[Any, Any]:
    """Of people whose deals are all in the quota's currency; a system without quotas has nothing to compare."""
    won: dict[Any, Decimal] = defaultdict(Decimal)
    for row in rows:
        if row["category"] == "won" and row["currency"]:
            won[row["owner_id"], row["currency"]] += row["amount"]
    told = [one for one in answer.quotas if one.holder == "person" and one.won is not None]
    ours = {(one.holder_id, one.currency): Decimal(one.won or 0) for one in told}
    return ours, {place: won.get(place, Decimal(0)) for place in ours}


def _same_rotting(answer: Rotting, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {(one.process_version, one.stage_key): (one.deals, one.idle_deals) for one in answer.stages}
    deals, idle = Counter[Any](), Counter[Any]()
    for row in rows:
        deals[row["process_version"], row["stage"]] += row["deals"]
        idle[row["process_version"], row["stage"]] += row["idle"]
    return ours, {place: (count, idle[place]) for place, count in deals.items()}


def _same_slips(answer: Slipped, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {("slips", 0): answer.slips, ("overdue", 0): answer.overdue_deals}
    ours |= {("pushed", one.pushes): one.deals for one in answer.by_pushes}
    return ours, {(row["what"], row["pushes"]): row["deals"] for row in rows}
