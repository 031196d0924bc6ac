"""How deals went: the most frequent ways, how many went as it is drawn, and that month by month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any

from bench.analytics.asking import Asked, Scope, of_the_process
from bench.analytics.dashboard import BUDGET
from flowline.generation.process import VERSIONS
from services.analytics.projections.process_map import asking
from services.analytics.projections.process_map.conformance import Conformance, conformance
from services.analytics.projections.process_map.paths import Variants, variants
from services.analytics.projections.process_map.trend import Trend, trend

Answer = Callable[[asking.Asked], Awaitable[Any]]
TOP = 20
WAYS = """
SELECT way, count(*) AS deals, count(closed_at) AS closed, avg(closed_at - opened_at) AS took,
  sum(count(*)) OVER () AS whole
FROM (
  SELECT d.id, d.closed_at, d.opened_at, string_agg(h.entered_by || ' ' || h.stage, ' ' ORDER BY h.number) AS way
  FROM deals d JOIN stage_history h ON h.deal_id = d.id WHERE {where} GROUP BY d.id) ways
GROUP BY 1 ORDER BY 2 DESC LIMIT 20"""
ARROWS = ", ".join(
    f"({drawn.version}, '{move.from_stage}', '{move.to_stage}')" for drawn in VERSIONS for move in drawn.moves
)
# A move that has no arrow in the version that the deal runs on.
ASTRAY = """
SELECT DISTINCT n.deal_id FROM stage_history n JOIN stage_history h ON h.deal_id = n.deal_id AND h.number = n.number - 1
JOIN deals m ON m.id = n.deal_id
LEFT JOIN (VALUES {arrows}) a(number, here, there) ON a.here = h.stage AND a.there = n.stage
WHERE a.here IS NULL AND n.entered_by IN ('moved', 'won', 'lost')"""
FITTING = """
SELECT count(*) AS deals, count(*) FILTER (WHERE a.deal_id IS NULL) AS fitting
FROM deals d LEFT JOIN ({astray}) a ON a.deal_id = d.id WHERE {where}"""
MONTHS = """
SELECT date_trunc('month', d.closed_at AT TIME ZONE '{zone}')::date AS begins, count(*) AS deals,
  count(*) FILTER (WHERE a.deal_id IS NULL) AS fitting
FROM deals d LEFT JOIN ({astray}) a ON a.deal_id = d.id WHERE d.closed_at IS NOT NULL AND {where} GROUP BY 1"""


def ways(scope: Scope) -> Iterator[Asked]:
    """For one choice of deals; days are those on which deals were opened, of the trend those of closing."""
    opened, closed = scope.where(day="d.opened_at"), scope.where(day="d.closed_at")
    astray = ASTRAY.format(arrows=ARROWS)

    def asked(name: str, answer: Answer, peer: str, same: Any, by: asking.By = "opened") -> Asked:
        return Asked(f"{name} · {scope.name}", BUDGET, of_the_process(scope, answer, by), peer, same)

    yield asked("variants", lambda a: variants(a, TOP), WAYS.format(where=opened), _same_ways)
    fitting = FITTING.format(where=opened, astray=astray)
    yield asked("conformance", conformance, fitting, _same_fitting)
    months = MONTHS.format(where=closed, astray=astray, zone=scope.zone)
    yield asked("conformance trend", lambda a: trend(a, "month"), months, _same_months, "activity")


def _same_ways(answer: Variants, rows: Sequence[Any]) -> tuple[Any, Any]:
    """Ways are other ones where versions are told apart: the deals in all of them are the same."""
    return answer.deals, rows[0]["whole"] if rows else 0


def _same_fitting(answer: Conformance, rows: Sequence[Any]) -> tuple[Any, Any]:
    return (answer.deals, answer.fitting), (rows[0]["deals"], rows[0]["fitting"])


def _same_months(answer: Trend, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = Counter({one.begins: one.deals for one in answer.periods})
    return ours, Counter({row["begins"]: row["deals"] for row in rows})
