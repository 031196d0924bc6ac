"""How deals go through the stages of a process, in three labelled kinds: cohort, flow and snapshot."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, assert_never
from uuid import UUID

from services.analytics.projections import overview
from services.analytics.projections.drawings import Drawings, Drawn, drawings
from services.analytics.projections.figures import ratio
from services.analytics.projections.flow import reaches, stays
from services.analytics.projections.grouping import Cut, DatedGrouping, Group, grouping
from services.analytics.projections.report import Question, Report

Kind = Literal["cohort", "flow", "snapshot"]

IDENTITY = (
    " Every stay has exactly one outcome so far: entered = advanced + lost + moved_back + migrated + still_there; "
    "advanced is to a later stage or to won, moved_back to an earlier stage or out of won or lost by reopening, "
    "migrated to another version of the process. entered counts stays, deals those by which a deal was in the stage "
    "for the first time, re_entries = entered - deals."
)
DEFINITIONS: dict[Kind, str] = {
    "cohort": "Deals opened in the period, wherever they went since. reached: deals that got to this open or won "
    "stage or to a later one (skipped stages count as passed), for on-hold and lost stages deals that were there; "
    "from_first and from_previous are shares of the first and of the previous stage's reached." + IDENTITY,
    "flow": "Stays that began in the period, of deals opened at any time, and what became of them so far." + IDENTITY,
    "snapshot": "Deals in each stage now, with their amounts per currency; the period does not matter.",
}

END_OF_PATH = 1 << 31
ON_PATH = ("open", "won")
Place = tuple[Group, UUID, str]
OUTCOMES = ("advanced", "lost", "moved_back", "migrated", "still_there")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One stage of a funnel; `reached` and the shares only in a cohort; `drill_entered`: whoever was there."""

    stage: str
    stage_key: str
    category: str
    entered: int
    deals: int
    re_entries: int
    advanced: int
    lost: int
    moved_back: int
    migrated: int
    still_there: int
    reached: int | None
    from_first: str | None
    from_previous: str | None
    drill: str
    drill_entered: str
    drill_outcomes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessFunnel:
    """The stages of one process, all deals or those of one group, in their order."""

    group: str | None
    group_id: UUID | None
    process: str | None
    process_id: UUID
    steps: list[Step]


@dataclass(frozen=True, kw_only=True)
class Funnel(Report):
    """The answer: `processes` for cohort and flow, `stages` for a snapshot."""

    kind: Kind
    group_by: str | None
    processes: list[ProcessFunnel]
    stages: list[overview.GroupStage]


async def funnel(question: Question, kind: Kind, group_by: DatedGrouping | None = None) -> Funnel:
    """Answer all of it from one snapshot; a snapshot is cut by no months."""
    about = {**question.about(DEFINITIONS[kind]), "kind": kind, "group_by": group_by}
    cut = await grouping(question, group_by)
    match kind:
        case "cohort" | "flow":
            return Funnel(**about, processes=await _processes(question, kind, cut), stages=[])
        case "snapshot":
            return Funnel(**about, processes=[], stages=await overview.by_group(question, cut))
        case _:
            assert_never(kind)


async def _processes(question: Question, kind: Kind, cut: Cut) -> list[ProcessFunnel]:
    drawn = await drawings(question)
    by_process: dict[tuple[Group, UUID], list[dict[str, Any]]] = defaultdict(list)
    for stage in await _stages(question, kind, drawn, cut):
        by_process[stage["group"], stage["process_id"]].append(stage)
    found = [
        _process(question, kind, place, drawn.processes.get(place[1]), sorted(steps, key=_rank))
        for place, steps in by_process.items()
    ]
    return sorted(found, key=_called)


def _called(one: ProcessFunnel) -> tuple[Any, ...]:
    return (one.group is None, one.group or "", str(one.group_id), one.process or "", one.process_id)


async def _stages(question: Question, kind: Kind, drawn: Drawings, cut: Cut) -> list[dict[str, Any]]:
    """What flowed, and in a cohort also stages that were skipped by everybody but count as reached."""
    counts: dict[Place, Counter[str]] = defaultdict(Counter)
    categories: dict[Place, str] = {}
    for row in await stays(question, cut, of_cohort=kind == "cohort"):
        place = cut.of(row), row["process_id"], row["stage_key"]
        if row["left_by"] is None:
            first = 0 if row["again"] else row["deals"]
            counts[place].update({"entered": row["deals"], "still_there": row["deals"], "deals": first})
        else:
            counts[place].update({_outcome(row, drawn): row["deals"], "still_there": -row["deals"]})
        categories[place] = row["category"]
    if kind == "cohort":
        for row in await reaches(question, cut):
            for stage in _reached(row, drawn):
                place = cut.of(row), row["process_id"], stage.key
                counts[place]["reached"] += row["deals"]
                categories.setdefault(place, stage.category)
    return [_stage(place, categories[place], count, drawn) for place, count in counts.items()]


def _outcome(row: Any, drawn: Drawings) -> str:
    """What became of a finished stay: forward or back by the ranks in the version it was on."""
    match row["left_by"]:
        case "won":
            return "advanced"
        case "reopened":
            return "moved_back"
        case "lost" | "migrated" as how:
            return str(how)
        case _:
            version = row["process_id"], row["stay_version"]
            here, there = (drawn.rank(version, row[key]) for key in ("stage_key", "next_stage"))
            return "moved_back" if here is not None and there is not None and there < here else "advanced"


def _reached(row: Any, drawn: Drawings) -> list[Drawn]:
    """The open and won stages that deals which were in these stages have got to or passed, by their version."""
    path = [stage for stage in drawn.stages(row["process_id"], row["process_version"]) if stage.category in ON_PATH]
    visited = set(row["visited"].split())
    furthest = max((_progress(stage) for stage in path if stage.key in visited), default=0)
    return [stage for stage in path if _progress(stage) <= furthest]


def _progress(stage: Drawn) -> int:
    return END_OF_PATH if stage.category == "won" else stage.rank


def _stage(place: Place, category: str, count: Counter[str], drawn: Drawings) -> dict[str, Any]:
    group, process, key = place
    newest = drawn.newest.get((process, key))
    shown = {"stage_name": newest.name if newest else key, "rank": newest.rank if newest else None}
    return {"group": group, "process_id": process, "stage_key": key, "category": category, **shown, **count}


def _rank(stage: dict[str, Any]) -> tuple[Any, ...]:
    return (stage["rank"] if stage["rank"] is not None else END_OF_PATH, stage["stage_key"])


def _process(
    question: Question, kind: Kind, place: tuple[Group, UUID], name: str | None, stages: Sequence[dict[str, Any]]
) -> ProcessFunnel:
    steps, first, previous = [], 0, 0
    for stage in stages:
        steps.append(_step(question, kind, stage, (first, previous)))
        if kind == "cohort" and stage["category"] in ("open", "won"):
            previous = steps[-1].reached or 0
            first = first or previous
    group, process = place
    return ProcessFunnel(group=group.name, group_id=group.id, process=name, process_id=process, steps=steps)


def _step(question: Question, kind: Kind, stage: dict[str, Any], before: tuple[int, int]) -> Step:
    path = stage["category"] in ("open", "won")
    reached = stage.get("reached", 0 if path else stage["deals"]) if kind == "cohort" else None
    shares = [ratio(reached, whole or reached) if path and reached is not None else None for whole in before]
    counted = {name: stage.get(name, 0) for name in ("entered", "deals", *OUTCOMES)}
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
        drill_entered=_drill(question, kind, stage, "entered"),
        drill_outcomes={outcome: _drill(question, kind, stage, outcome) for outcome in OUTCOMES},
    )


def _drill(question: Question, kind: Kind, stage: dict[str, Any], outcome: str | None) -> str:
    by = "opened" if kind == "cohort" else "entered"
    reached = kind == "cohort" and outcome is None and stage["category"] in ("open", "won")
    where = {"reached" if reached else "stayed": stage["stage_key"]}
    first = {} if reached or outcome else {"first_time": "true"}
    ended = outcome if outcome in OUTCOMES else None
    flowed = {"process": stage["process_id"], "by": by, "outcome": ended, **where, **first}
    return question.selection.drill(**flowed | dict(stage["group"].drill))
