"""Open deals that nothing has happened to for longer than their stage allows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.coins import OWN, SAYS, Coins, Worth, worth
from services.analytics.projections.drawings import Drawings, Drawn, drawings
from services.analytics.projections.figures import Money, money
from services.analytics.projections.grouping import Cut, Group, StageGrouping, grouping
from services.analytics.projections.open_deals import WAITING, open_deals, silent_since
from services.analytics.projections.report import Question, Report

DEFINITION = (
    "Open deals whose last change by anybody (an automation alone is none) was more days ago than the idle days of "
    "their stage in their version of the process; days begin by the company's time zone. Stages without idle days, or "
    "with 0, are left out. idle_deals and amounts are of the rotting ones, deals of all that are in the stage. In "
    "groups by product a deal counts whole for each product that it has lines of, and once in the whole; there "
    "are no months, because what is open is of one instant." + SAYS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RottingStage:
    """The deals of one stage of one version, all of them or of one group."""

    group: str | None
    group_id: UUID | None
    process: str | None
    process_id: UUID
    process_version: int
    stage: str
    stage_key: str
    idle_days: int
    deals: int
    idle_deals: int
    amounts: list[Money]
    drill: str
    drill_deals: str


@dataclass(frozen=True, kw_only=True)
class Rotting(Report):
    """The answer; `now`: up to when the silence is counted."""

    now: datetime
    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    idle_deals: int
    stages: list[RottingStage]


Place = tuple[Group, UUID, int, str]
Rows = dict[Place, list[Any]]


async def rotting(question: Question, now: datetime, coins: Coins, group_by: StageGrouping | None = None) -> Rotting:
    """Answer all of it from one snapshot; `now`: the instant asked for, or the present one."""
    valued, cut, drawn = await worth(question, coins), await grouping(question, group_by), await drawings(question)
    instant = question.selection.as_of or now
    today = instant.astimezone(ZoneInfo(question.selection.time_zone)).date()
    standing = await _placed(question, cut, None)
    idle = [await _idle(question, cut, drawn, (today, days)) for days in _allowances(drawn)]
    rotten: Rows = {place: rows for some in idle for place, rows in some.items()}
    stages = [
        _stage(question, today, (place, stage), (rows, rotten.get(place, [])), (drawn, valued))
        for place, rows in standing.items()
        if (stage := _drawn(drawn, place)) and stage.idle_days
    ]
    return Rotting(
        **question.about(DEFINITION),
        now=instant,
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        idle_deals=await _whole(question, now, stages, group_by),
        stages=sorted(stages, key=_rank),
    )


async def _whole(question: Question, now: datetime, stages: list[RottingStage], group_by: StageGrouping | None) -> int:
    """Each rotting deal once."""
    if group_by == "product":
        return (await rotting(question, now, OWN)).idle_deals
    return sum(one.idle_deals for one in stages)


def _rank(one: RottingStage) -> tuple[Any, ...]:
    return (-one.idle_deals, one.process or "", one.process_version, one.stage_key, one.group or "", str(one.group_id))


def _allowances(drawn: Drawings) -> list[int]:
    return sorted({stage.idle_days for stage in _stages(drawn) if stage.idle_days})


def _stages(drawn: Drawings) -> Iterator[Drawn]:
    return (stage for stages in drawn.versions.values() for stage in stages.values())


def _drawn(drawn: Drawings, place: Place) -> Drawn | None:
    _, process, version, key = place
    return drawn.versions.get((process, version), {}).get(key)


async def _placed(question: Question, cut: Cut, until: date | None) -> Rows:
    """The open deals by group and stage; `until`: those that were left alone since this day or longer."""
    told = ("process_id", "process_version", "stage_key", "currency", "base_currency")
    rows = await open_deals(question, WAITING, until, *dict.fromkeys((*told, *cut.columns)))
    places: Rows = defaultdict(list)
    for row in rows:
        places[cut.of(row), row["process_id"], row["process_version"], row["stage_key"]].append(row)
    return places


async def _idle(question: Question, cut: Cut, drawn: Drawings, when: tuple[date, int]) -> Rows:
    """The rotting deals of the stages that allow so many days."""
    today, days = when
    found = await _placed(question, cut, silent_since(today, days))
    return {place: rows for place, rows in found.items() if (at := _drawn(drawn, place)) and at.idle_days == days}


def _stage(
    question: Question,
    today: date,
    where: tuple[Place, Drawn],
    counted: tuple[list[Any], list[Any]],
    told: tuple[Drawings, Worth],
) -> RottingStage:
    ((group, process, version, key), stage), (standing, idle), (drawn, valued) = where, counted, told
    place = {"process": process, "process_version": version, "stage": key}
    listed = {"by": "any", "category": ("open", "on_hold")} | dict(group.drill) | place
    return RottingStage(
        group=group.name,
        group_id=group.id,
        process=drawn.processes.get(process),
        process_id=process,
        process_version=version,
        stage=stage.name,
        stage_key=key,
        idle_days=stage.idle_days or 0,
        deals=_count(standing),
        idle_deals=_count(idle),
        amounts=[money(amount, currency) for currency, amount in sorted(valued.total(idle).items())],
        drill=question.selection.drill(**listed, changed_before=_since(question, today, stage)),
        drill_deals=question.selection.drill(**listed),
    )


def _count(rows: Iterable[Any]) -> int:
    return sum(row["deals"] for row in rows)


def _since(question: Question, today: date, stage: Drawn) -> str:
    """The instant from which on nobody may have done anything."""
    day = silent_since(today, stage.idle_days or 0) + timedelta(days=1)
    return datetime.combine(day, datetime.min.time(), ZoneInfo(question.selection.time_zone)).isoformat()
