"""Open deals that nothing has happened to for longer than their stage allows."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.analytics.projections.coins import SAYS, Coins, Worth, worth
from services.analytics.projections.figures import Money, money
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_deals

DEFINITION = (
    "Open deals whose last change by anybody (an automation alone is none) is longer ago than the idle days of their "
    "stage in their version of the process; stages without idle days, or with 0, are left out. idle_deals and amounts "
    "are of the rotting ones, deals of all that are in the stage." + SAYS
)
ROTTING = over_deals("""
SELECT s.process_id, p.name AS process, s.process_version, s.stage_key, st.name AS stage, st.idle_days,
  s.credited_owner_id AS owner_id, o.name AS owner, s.currency, s.base_currency,
  s.changed_at < $17::timestamptz - make_interval(days => st.idle_days) AS idle,
  count(*) AS deals, coalesce(sum(s.amount), 0) AS amount, coalesce(sum(s.base_amount), 0) AS base_amount
FROM selected s
JOIN read.process_stage st
  ON st.process_id = s.process_id AND st.number = s.process_version AND st.key = s.stage_key AND st.idle_days > 0
LEFT JOIN read.person o ON o.id = s.credited_owner_id
LEFT JOIN read.sales_process p ON p.id = s.process_id
WHERE s.closed_at IS NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class RottingStage:
    """The deals of one owner in one stage of one version."""

    process: str | None
    process_id: UUID
    process_version: int
    stage: str
    stage_key: str
    idle_days: int
    owner: str | None
    owner_id: UUID | None
    deals: int
    idle_deals: int
    amounts: list[Money]
    drill: str


@dataclass(frozen=True, kw_only=True)
class Rotting(Report):
    """The answer; `now`: up to when the silence is counted."""

    now: datetime
    idle_deals: int
    stages: list[RottingStage]


async def rotting(question: Question, now: datetime, coins: Coins) -> Rotting:
    """Answer all of it from one snapshot; `now`: the instant asked for, or the present one."""
    valued, instant = await worth(question, coins), question.selection.as_of or now
    places: dict[tuple[Any, ...], list[Any]] = defaultdict(list)
    for row in await question.rows(ROTTING, instant):
        places[tuple(row[name] for name in ("process_id", "process_version", "stage_key", "owner_id"))].append(row)
    stages = [_stage(question, rows, instant, valued) for rows in places.values()]
    return Rotting(
        **question.about(DEFINITION),
        now=instant,
        idle_deals=sum(one.idle_deals for one in stages),
        stages=sorted(stages, key=lambda one: (-one.idle_deals, one.process or "", one.stage_key, str(one.owner_id))),
    )


def _stage(question: Question, rows: list[Any], now: datetime, valued: Worth) -> RottingStage:
    first, idle = rows[0], [row for row in rows if row["idle"]]
    owner = {"owner": first["owner_id"]} if first["owner_id"] else {"without_owner": "true"}
    since = now - timedelta(days=first["idle_days"])
    place = {"process": first["process_id"], "process_version": first["process_version"], "stage": first["stage_key"]}
    return RottingStage(
        process=first["process"],
        process_id=first["process_id"],
        process_version=first["process_version"],
        stage=first["stage"],
        stage_key=first["stage_key"],
        idle_days=first["idle_days"],
        owner=first["owner"],
        owner_id=first["owner_id"],
        deals=sum(row["deals"] for row in rows),
        idle_deals=sum(row["deals"] for row in idle),
        amounts=[money(amount, currency) for currency, amount in sorted(valued.total(idle).items())],
        drill=question.selection.drill(by="any", changed_before=since.isoformat(), **place, **owner),
    )
