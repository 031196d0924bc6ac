"""Questions about the past and about the way: stages at an instant, and the process map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from bench.analytics.asking import Asked, Scope, mapped, report
from bench.analytics.dashboard import stood
from services.analytics.projections.overview import by_stage
from services.analytics.projections.process_map.map_answer import ProcessMap

AS_OF_BUDGET, MAP_BUDGET, FILTERED_MAP_BUDGET = 20.0, 50.0, 300.0
# What a field was at an instant is what the first change after it replaced.
WAS = """
LEFT JOIN LATERAL (SELECT true AS found, old FROM field_history f
  WHERE f.deal_id = d.id AND f.field = '{field}' AND f.at > '{at}' ORDER BY f.at, f.version LIMIT 1
) {field} ON true"""
AT = "CASE WHEN {field}.found THEN {field}.old::{type} ELSE d.{field} END"
AMOUNT, CURRENCY, OWNER, DELETED = (
    AT.format(field=field, type=type_)
    for field, type_ in (("amount", "numeric"), ("currency", "text"), ("owner_id", "uuid"), ("deleted", "boolean"))
)
BY_STAGE = f"""
SELECT h.stage, h.category, {CURRENCY} AS currency, count(*) AS deals, sum({AMOUNT}) AS amount
FROM stage_history h JOIN deals d ON d.id = h.deal_id {{was}}
WHERE h.entered_at <= '{{at}}' AND (h.left_at IS NULL OR h.left_at > '{{at}}') AND NOT {DELETED} AND {{owned}}
GROUP BY 1, 2, 3"""  # noqa: S608
STEPS = """
SELECT h.stage, n.stage AS next_stage, count(*) AS times, count(DISTINCT h.deal_id) AS deals,
  percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM h.left_at - h.entered_at)) AS took,
  avg(h.left_at - h.entered_at) AS mean
FROM stage_history h JOIN stage_history n ON n.deal_id = h.deal_id AND n.number = h.number + 1
JOIN deals d ON d.id = h.deal_id
WHERE n.entered_by <> 'migrated' AND {where} GROUP BY 1, 2"""
STARTS = """
SELECT h.stage, count(*) FROM stage_history h JOIN deals d ON d.id = h.deal_id
WHERE h.number = 1 AND {where} GROUP BY 1"""
ENDS = "SELECT d.stage, count(*) FROM deals d WHERE d.closed_at IS NOT NULL AND {where} GROUP BY 1"


def stages_at(scope: Scope, instants: Sequence[tuple[str, datetime]]) -> Iterator[Asked]:
    """How many deals stood in which stage, at each of these instants."""
    for name, at in instants:
        fields = ("amount", "currency", "deleted", *(("owner_id",) if scope.owners else ()))
        was = "".join(WAS.format(field=field, at=at.isoformat()) for field in fields)
        owned = f"{OWNER} = ANY('{{{','.join(map(str, scope.owners))}}}'::uuid[])" if scope.owners else "true"
        peer = BY_STAGE.format(was=was, at=at.isoformat(), owned=owned)
        yield Asked(f"by stage, as of {name} · {scope.name}", AS_OF_BUDGET, report(scope, by_stage, at), peer, stood)


def maps(scope: Scope) -> Asked:
    """The process map: how often deals went from where to where, how long they took, where they began and ended."""
    peer = ";\n".join(
        (
            STARTS.format(where=scope.where(day="h.entered_at")),
            ENDS.format(where=scope.where(day="d.closed_at")),
            STEPS.format(where=scope.where(day="n.entered_at")),
        )
    )
    budget = FILTERED_MAP_BUDGET if scope.of_the_map.query() else MAP_BUDGET
    return Asked(f"process map · {scope.name}", budget, mapped(scope), peer, _same_flows)


def _same_flows(answer: ProcessMap, rows: Sequence[Any]) -> tuple[Any, Any]:
    ours = {(flow.source, flow.target): flow.times for flow in answer.flows}
    return ours, {(row["stage"], row["next_stage"]): row["times"] for row in rows}
