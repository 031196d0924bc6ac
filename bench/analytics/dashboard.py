"""The questions of a dashboard: what stands where, what was won, how often, how fast, and how deals go on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bench.analytics.asking import Asked, Scope, report
from services.analytics.projections import overview, sales_cycle, time_in_stage, win_rate, won
from services.analytics.projections.funnel import Funnel, funnel

BUDGET = 20.0
CENT = Decimal("0.011")
STAGES = """
SELECT d.stage, d.category, d.currency, count(*) AS deals, sum(d.amount) AS amount
FROM deals d WHERE {where} GROUP BY 1, 2, 3"""
QUARTERS = """
SELECT date_trunc('quarter', d.closed_at AT TIME ZONE '{zone}')::date AS quarter, d.currency, count(*) AS deals,
  sum(d.amount) AS amount
FROM deals d WHERE d.category = 'won' AND d.currency IS NOT NULL AND {where} GROUP BY 1, 2"""
OWNERS = """
SELECT d.owner_id, d.currency, count(*) AS deals, sum(d.amount) AS amount
FROM deals d WHERE d.category = 'won' AND {where} GROUP BY 1, 2 ORDER BY 4 DESC NULLS LAST"""
RATE = """
SELECT d.category, d.currency, count(*) AS deals, sum(d.amount) AS amount
FROM deals d WHERE d.category IN ('won', 'lost') AND {where} GROUP BY 1, 2"""
RATE_OF_OWNERS = """
SELECT d.owner_id, d.category, count(*) FROM deals d WHERE d.category IN ('won', 'lost') AND {where} GROUP BY 1, 2"""
CYCLE = """
SELECT count(*) AS deals, avg(days) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS median
FROM (SELECT (d.closed_at AT TIME ZONE '{zone}')::date - (d.opened_at AT TIME ZONE '{zone}')::date AS days
  FROM deals d WHERE d.category = 'won' AND {where}) won"""
TIMES = """
SELECT stage, count(*) AS deals, avg(took) / 86400 AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS median,
  percentile_cont(0.9) WITHIN GROUP (ORDER BY took) AS p90
FROM (SELECT DISTINCT ON (h.deal_id, h.stage) h.stage, h.left_at, extract(epoch FROM h.left_at - h.entered_at) AS took
  FROM stage_history h JOIN deals d ON d.id = h.deal_id
  WHERE h.left_at IS NOT NULL AND h.category NOT IN ('won', 'lost') AND {owned}
  ORDER BY h.deal_id, h.stage, h.number DESC) last
WHERE {where} GROUP BY 1"""
FLOW = """
SELECT h.stage, n.entered_by, n.stage AS next_stage, count(*) AS stays, count(DISTINCT h.deal_id) AS deals
FROM deals d JOIN stage_history h ON h.deal_id = d.id
LEFT JOIN stage_history n ON n.deal_id = h.deal_id AND n.number = h.number + 1
WHERE {where} GROUP BY 1, 2, 3"""


def dashboard(scope: Scope) -> Iterator[Asked]:
    """Every question of the dashboard for one choice of deals and days."""
    closed, opened = scope.where(day="d.closed_at"), scope.where(day="d.opened_at")
    stages = STAGES.format(where=scope.where())
    quarters, rate, cycle = (each.format(where=closed, zone=scope.zone) for each in (QUARTERS, RATE, CYCLE))
    owners, of_owners = (each.format(where=closed) for each in (OWNERS, RATE_OF_OWNERS))
    times = TIMES.format(owned=scope.where(), where=_left_in(scope))
    everything = f"{quarters};\n{owners};\n{rate};\n{cycle};\n{stages}"

    def asked(name: str, answer: Any, peer: str, same: Any) -> Asked:
        return Asked(f"{name} · {scope.name}", BUDGET, report(scope, answer), peer, same)

    yield asked("overview", overview.overview, everything, lambda a, rows: stood(a.by_stage, rows))
    yield asked("by stage", overview.by_stage, stages, stood)
    yield asked("won by quarter and owner", won.values, f"{owners};\n{quarters}", _same_quarters)
    yield asked("win rate", win_rate.win_rate, f"{of_owners};\n{rate}", _same_rate)
    yield asked("sales cycle", sales_cycle.sales_cycle, cycle, _same_cycle)
    yield asked("time in stage", lambda q: time_in_stage.time_in_stage(q, datetime.now(UTC)), times, _same_times)
    yield asked("funnel, cohort", lambda q: funnel(q, "cohort"), FLOW.format(where=opened), _same_entered)
    entered = FLOW.format(where=scope.where(day="h.entered_at"))
    yield asked("funnel, flow", lambda q: funnel(q, "flow"), entered, _same_entered)
    yield asked("funnel, snapshot", lambda q: funnel(q, "snapshot"), stages, lambda a, rows: stood(a.stages, rows))


def _left_in(scope: Scope) -> str:
    said = scope.where(day="left_at").split(" AND ")
    return " AND ".join(condition for condition in said if condition.startswith("left_at")) or "true"


def stood(stages: Sequence[overview.StageFigure], rows: Sequence[Any]) -> tuple[Any, Any]:
    """Counts and amounts per stage."""
    ours = {(one.stage_key, one.category): (one.count, _money(one.amounts)) for one in stages}
    counts: Counter[Any] = Counter()
    amounts: dict[Any, dict[str, Decimal]] = defaultdict(dict)
    for row in rows:
        counts[row["stage"], row["category"]] += row["deals"]
        if row["currency"]:
            amounts[row["stage"], row["category"]][row["currency"]] = row["amount"]
    return ours, {place: (count, amounts[place]) for place, count in counts.items()}


def _money(amounts: Sequence[Any]) -> dict[str, Decimal]:
    return {one.currency: Decimal(one.amount) for one in amounts}


def _same_quarters(values: won.Values, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {(one.quarter, one.currency): (one.deals, Decimal(one.amount)) for one in values.by_quarter}
    return ours, {(won.quarter_name(row["quarter"]), row["currency"]): (row["deals"], row["amount"]) for row in rows}


def _same_rate(rate: win_rate.WinRate, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {"won": rate.by_count.won, "lost": rate.by_count.lost}
    values = {(how, one.currency): Decimal(getattr(one, how)) for one in rate.by_value for how in ("won", "lost")}
    counts = {how: sum(row["deals"] for row in rows if row["category"] == how) for how in ("won", "lost")}
    sums = {(row["category"], row["currency"]): row["amount"] for row in rows if row["currency"]}
    return (ours, {place: value for place, value in values.items() if value}), (counts, sums)


def _same_cycle(cycle: sales_cycle.SalesCycle, rows: Sequence[Any]) -> tuple[Any, Any]:
    (row,) = rows
    means = (Decimal(cycle.mean_days or 0), row["mean"] or 0), (Decimal(cycle.median_days or 0), row["median"] or 0)
    near = all(abs(mine - Decimal(theirs)) <= CENT for mine, theirs in means)
    return (cycle.deals, near), (row["deals"], True)


def _same_times(times: time_in_stage.TimeInStage, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {one.stage_key: (one.latest.deals, Decimal(one.latest.mean_days or 0)) for one in times.stages}
    theirs = {row["stage"]: (row["deals"], row["mean"]) for row in rows}
    counts = {key: deals for key, (deals, _) in ours.items() if deals}
    near = all(abs(ours[key][1] - mean) <= CENT for key, (_, mean) in theirs.items() if key in ours)
    return (counts, near), ({key: deals for key, (deals, _) in theirs.items()}, True)


def _same_entered(answer: Funnel, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours: Counter[str] = Counter()
    for process in answer.processes:
        ours.update({step.stage_key: step.entered for step in process.steps})
    theirs: Counter[str] = Counter()
    for row in rows:
        theirs[row["stage"]] += row["stays"]
    return +ours, theirs
