"""The first look: how many deals stand where, what was won when and by whom, how often and how fast we win."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.analytics.projections import sales_cycle, win_rate, won
from services.analytics.projections.figures import Money, only, sums
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_deals

DEFINITION = (
    "deals_total and by_stage count every deal that is not deleted in its present stage; the other figures are about "
    "deals closed in the period. win_rate = won / (won + lost) by count. sales_cycle_days = business days from the day "
    "a won deal was opened to the day it was won. Won value is credited to the owner at closing and is never added "
    "up over currencies."
)
TOP_OWNERS = 10

# A row per stage and, inside it, one per currency; a stage is called and placed as in the newest version it is in.
BY_STAGE = over_deals("""
SELECT s.process_id, p.name AS process, s.stage_key, s.category, s.currency, grouping(s.currency) = 0 AS of_currency,
       (array_agg(s.stage_name ORDER BY s.process_version DESC))[1] AS stage_name,
       (array_agg(st.rank ORDER BY s.process_version DESC))[1] AS rank,
       count(*) AS deals, sum(s.amount) AS amount
FROM selected s
LEFT JOIN read.sales_process p ON p.id = s.process_id
LEFT JOIN read.process_stage st
  ON st.process_id = s.process_id AND st.number = s.process_version AND st.key = s.stage_key
GROUP BY GROUPING SETS (
  (s.process_id, p.name, s.stage_key, s.category), (s.process_id, p.name, s.stage_key, s.category, s.currency))
""")


@dataclass(frozen=True, slots=True)
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
    values = await won.values(question)
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
    rows = await question.rows(BY_STAGE)
    amounts: dict[tuple[Any, ...], list[tuple[Any, Any]]] = defaultdict(list)
    for row in rows:
        if row["of_currency"]:
            amounts[_stage(row)].append((row["amount"], row["currency"]))
    stages = sorted((row for row in rows if not row["of_currency"]), key=_place)
    return [_figure(question, row, sums(amounts[_stage(row)])) for row in stages]


def _stage(row: Any) -> tuple[Any, ...]:
    return (row["process_id"], row["stage_key"], row["category"])


def _place(row: Any) -> tuple[Any, ...]:
    rank = row["rank"] if row["rank"] is not None else 1 << 30
    return (row["process"] or "", row["process_id"], rank, row["stage_key"], row["category"])


def _figure(question: Question, row: Any, amounts: list[Money]) -> StageFigure:
    place = {"process": row["process_id"], "stage": row["stage_key"], "category": row["category"]}
    return StageFigure(
        stage=row["stage_name"],
        category=row["category"],
        count=row["deals"],
        amount=only(amounts),
        amounts=amounts,
        process=row["process"],
        process_id=row["process_id"],
        stage_key=row["stage_key"],
        drill=question.selection.drill(**place, by="any"),
    )


def _top(values: Iterable[won.OwnerFigure]) -> Iterable[OwnerValue]:
    shown: dict[str, int] = {}
    for value in values:
        owner, place = value.owner_id, shown.get(value.currency, 0)
        if owner is not None and place < TOP_OWNERS:
            shown[value.currency] = place + 1
            yield OwnerValue(value.owner or str(owner), value.amount, value.currency, owner, value.drill)
