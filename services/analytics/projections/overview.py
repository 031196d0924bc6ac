"""The first look: how many deals stand where, what was won when and by whom, how often and how fast we win."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.analytics.projections import sales_cycle, win_rate, won
from services.analytics.projections.drawings import Drawings, drawings
from services.analytics.projections.figures import Money, only, sums
from services.analytics.projections.grouping import WHOLE, Cut, Group
from services.analytics.projections.report import Question, Report
from services.analytics.projections.standing import standing

DEFINITION = (
    "deals_total and by_stage count every deal that is not deleted in its present stage; the other figures are about "
    "deals closed in the period. win_rate = won / (won + lost) by count. sales_cycle_days = business days from the day "
    "a won deal was opened to the day it was won. Won value is credited to the owner at closing and is never added "
    "up over currencies."
)
TOP_OWNERS = 10

BY = ("process_id", "stage_key", "category", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFigure:
    """The deals in one stage of one process; `amount` only where all amounts are in one currency."""

    stage: str
    category: str
    count: int
    amount: Money | None
    amounts: list[Money]
    process: str | None
    process_id: UUID
    stage_key: str
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStage(StageFigure):
    """Of one group."""

    group: str | None
    group_id: UUID | None


@dataclass(frozen=True, slots=True)
class QuarterValue:
    """What was won in a quarter, in one currency."""

    quarter: str
    amount: str
    currency: str
    drill: str


@dataclass(frozen=True, slots=True)
class OwnerValue:
    """What an owner has won, in one currency."""

    owner: str
    amount: str
    currency: str
    owner_id: UUID
    drill: str


@dataclass(frozen=True, slots=True)
class CycleDays:
    """Days from opening to winning."""

    mean: str | None
    median: str | None


@dataclass(frozen=True, kw_only=True)
class Overview(Report):
    """The answer."""

    deals_total: int
    by_stage: list[StageFigure]
    won_value: list[Money]
    won_value_by_quarter: list[QuarterValue]
    win_rate: str | None
    sales_cycle_days: CycleDays
    top_owners: list[OwnerValue]


async def overview(question: Question) -> Overview:
    """Answer all of it from one snapshot."""
    stages = await by_stage(question)
    values = await won.values(question, TOP_OWNERS + 1)  # one of them may be nobody
    cycle = await sales_cycle.measured(question)
    return Overview(
        **question.about(DEFINITION),
        deals_total=sum(stage.count for stage in stages),
        by_stage=stages,
        won_value=[Money(value.amount, value.currency) for value in values.total],
        won_value_by_quarter=[QuarterValue(v.quarter, v.amount, v.currency, v.drill) for v in values.by_quarter],
        win_rate=await win_rate.by_count(question),
        sales_cycle_days=CycleDays(cycle.mean, cycle.median),
        top_owners=list(_top(values.by_owner)),
    )


async def by_stage(question: Question) -> list[StageFigure]:
    """A figure per process and stage, in the order of the process."""
    return [StageFigure(**told) for _, told in await _figures(question, WHOLE)]


async def by_group(question: Question, cut: Cut) -> list[GroupStage]:
    """A figure per group, process and stage."""
    found = [GroupStage(group=group.name, group_id=group.id, **told) for group, told in await _figures(question, cut)]
    return sorted(found, key=lambda one: (one.group is None, one.group or "", str(one.group_id)))


async def _figures(question: Question, cut: Cut) -> list[tuple[Group, dict[str, Any]]]:
    drawn = await drawings(question)
    places: dict[tuple[Group, UUID, str, str], list[Any]] = defaultdict(list)
    for row in await standing(question, *dict.fromkeys((*BY, *cut.columns))):
        places[cut.of(row), row["process_id"], row["stage_key"], row["category"]].append(row)
    in_order = sorted(places, key=lambda place: _place(place[1:], drawn))
    return [(place[0], _figure(question, place, places[place], drawn)) for place in in_order]


def _place(place: tuple[UUID, str, str], drawn: Drawings) -> tuple[Any, ...]:
    process, key, category = place
    stage = drawn.newest.get((process, key))
    return (drawn.processes.get(process) or "", process, stage.rank if stage else 1 << 30, key, category)


def _figure(
    question: Question, place: tuple[Group, UUID, str, str], rows: list[Any], drawn: Drawings
) -> dict[str, Any]:
    group, process_id, key, category = place
    stage, amounts = drawn.newest.get((process_id, key)), sums((row["amount"], row["currency"]) for row in rows)
    drill = {"process": process_id, "stage": key, "category": category, "by": "any"}
    return {
        "stage": stage.name if stage else key,
        "category": category,
        "count": sum(row["deals"] for row in rows),
        "amount": only(amounts),
        "amounts": amounts,
        "process": drawn.processes.get(process_id),
        "process_id": process_id,
        "stage_key": key,
        "drill": question.selection.drill(**drill | dict(group.drill)),
    }


def _top(values: Iterable[won.OwnerFigure]) -> Iterable[OwnerValue]:
    shown: dict[str, int] = {}
    for value in values:
        owner, place = value.owner_id, shown.get(value.currency, 0)
        if owner is not None and place < TOP_OWNERS:
            shown[value.currency] = place + 1
            yield OwnerValue(value.owner or str(owner), value.amount, value.currency, owner, value.drill)
