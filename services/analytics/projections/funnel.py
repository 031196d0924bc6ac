"""How deals go through the stages of a process, in three labelled kinds: cohort, flow and snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, assert_never
from uuid import UUID

from services.analytics.projections import overview
from services.analytics.projections.figures import ratio
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_stays

Kind = Literal["cohort", "flow", "snapshot"]

IDENTITY = (
    " Every stay has exactly one outcome so far: entered = advanced + lost + moved_back + still_there; advanced is to "
    "a later stage or to won, moved_back to an earlier stage or out of won or lost by reopening. entered counts stays, "
    "deals counts distinct deals, re_entries = entered - deals."
)
DEFINITIONS: dict[Kind, str] = {
    "cohort": "Deals opened in the period, wherever they went since. reached: deals that got to this open or won "
    "stage or to a later one (skipped stages count as passed), for on-hold and lost stages deals that were there; "
    "from_first and from_previous are shares of the first and of the previous stage's reached." + IDENTITY,
    "flow": "Stays that began in the period, of deals opened at any time, and what became of them so far." + IDENTITY,
    "snapshot": "Deals in each stage now, with their amounts per currency; the period does not matter.",
}

FLOW = over_stays("""
SELECT s.process_id, s.stage_key, max(s.stage_name) AS stage_name, max(s.category) AS category, max(s.rank) AS rank,
  count(*) AS entered, count(DISTINCT s.deal_id) AS deals,
  count(*) FILTER (WHERE outcome = 'advanced') AS advanced, count(*) FILTER (WHERE outcome = 'lost') AS lost,
  count(*) FILTER (WHERE outcome = 'moved_back') AS moved_back,
  count(*) FILTER (WHERE outcome = 'still_there') AS still_there
FROM stays s
WHERE CASE WHEN $17 THEN s.opened_in_period ELSE s.entered_in_period END
GROUP BY s.process_id, s.stage_key
""")

# The furthest open or won stage of each deal, and every such stage up to it in the version it was on.
REACHED = over_stays("""
, furthest AS (
  SELECT s.deal_id, s.process_id, s.process_version,
    max(CASE s.category WHEN 'won' THEN 2147483647 WHEN 'open' THEN s.rank END) AS rank
  FROM stays s WHERE s.opened_in_period
  GROUP BY s.deal_id, s.process_id, s.process_version
)
SELECT f.process_id, st.key AS stage_key, max(st.name) AS stage_name, st.category, max(st.rank) AS rank,
  count(DISTINCT f.deal_id) AS reached
FROM furthest f
JOIN read.process_stage st ON st.process_id = f.process_id AND st.number = f.process_version
WHERE st.category = 'open' AND st.rank <= f.rank OR st.category = 'won' AND f.rank = 2147483647
GROUP BY f.process_id, st.key, st.category
""")
PROCESSES = "SELECT id, name FROM read.sales_process"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of a funnel; `reached` and the shares only in a cohort."""

    stage: str
    stage_key: str
    category: str
    entered: int
    deals: int
    re_entries: int
    advanced: int
    lost: int
    moved_back: int
    still_there: int
    reached: int | None
    from_first: str | None
    from_previous: str | None
    drill: str
    drill_outcomes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFunnel:
    """The stages of one process, in their order."""

    process: str | None
    process_id: UUID
    steps: list[Step]


@dataclass(frozen=True, kw_only=True)
class Funnel(Report):
    """The answer: `processes` for cohort and flow, `stages` for a snapshot."""

    kind: Kind
    processes: list[ProcessFunnel]
    stages: list[overview.StageFigure]


async def funnel(question: Question, kind: Kind) -> Funnel:
    """Answer all of it from one snapshot."""
    about = question.about(DEFINITIONS[kind])
    match kind:
        case "cohort" | "flow":
            return Funnel(**about, kind=kind, processes=await _processes(question, kind), stages=[])
        case "snapshot":
            return Funnel(**about, kind=kind, processes=[], stages=await overview.by_stage(question))
        case _:
            assert_never(kind)


async def _processes(question: Question, kind: Kind) -> list[ProcessFunnel]:
    names = {row["id"]: row["name"] for row in await question.connection.fetch(PROCESSES)}
    stages = await _stages(question, kind)
    by_process = groupby(sorted(stages, key=_place), key=lambda stage: stage["process_id"])
    found = [_process(question, kind, one, names.get(one), list(steps)) for one, steps in by_process]
    return sorted(found, key=lambda process: (process.process or "", process.process_id))


async def _stages(question: Question, kind: Kind) -> list[dict[str, Any]]:
    """What flowed, and in a cohort also stages that were skipped by everybody but count as reached."""
    cohort = kind == "cohort"
    flowed = [dict(row) for row in await question.rows(FLOW, cohort)]
    stages = {(row["process_id"], row["stage_key"]): row for row in flowed}
    reached = await question.rows(REACHED) if cohort else []
    for row in reached:
        stages.setdefault((row["process_id"], row["stage_key"]), dict(row))["reached"] = row["reached"]
    return list(stages.values())


def _place(stage: dict[str, Any]) -> tuple[Any, ...]:
    return (stage["process_id"], stage["rank"] if stage["rank"] is not None else 1 << 30, stage["stage_key"])


def _process(
    question: Question, kind: Kind, id: UUID, name: str | None, stages: Sequence[dict[str, Any]]
) -> ProcessFunnel:
    steps, first, previous = [], 0, 0
    for stage in stages:
        steps.append(_step(question, kind, stage, (first, previous)))
        if kind == "cohort" and stage["category"] in ("open", "won"):
            previous = steps[-1].reached or 0
            first = first or previous
    return ProcessFunnel(process=name, process_id=id, steps=steps)


def _step(question: Question, kind: Kind, stage: dict[str, Any], before: tuple[int, int]) -> Step:
    path = stage["category"] in ("open", "won")
    reached = stage.get("reached", 0 if path else stage["deals"]) if kind == "cohort" else None
    shares = [ratio(reached, whole or reached) if path and reached is not None else None for whole in before]
    counted = {
        name: stage.get(name, 0) for name in ("entered", "deals", "advanced", "lost", "moved_back", "still_there")
    }
    return Step(
        stage=stage["stage_name"],
        stage_key=stage["stage_key"],
        category=stage["category"],
        **counted,
        re_entries=counted["entered"] - counted["deals"],
        reached=reached,
        from_first=shares[0],
        from_previous=shares[1],
        drill=_drill(question, kind, stage, None),
        drill_outcomes={
            outcome: _drill(question, kind, stage, outcome)
            for outcome in ("advanced", "lost", "moved_back", "still_there")
        },
    )


def _drill(question: Question, kind: Kind, stage: dict[str, Any], outcome: str | None) -> str:
    by = "opened" if kind == "cohort" else "entered"
    reached = kind == "cohort" and outcome is None and stage["category"] in ("open", "won")
    where = {"reached" if reached else "stayed": stage["stage_key"]}
    return question.selection.drill(process=stage["process_id"], by=by, outcome=outcome, **where)
