"""How long it takes from opening a deal to winning it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.analytics.projections.closings import closings, cycles
from services.analytics.projections.figures import mean, percentile, percentile_of
from services.analytics.projections.grouping import DatedGrouping, Group, grouping
from services.analytics.projections.report import Question, Report

DEFINITION = (
    "For deals won in the period: the day a deal was won minus the day it was opened, in calendar days of the "
    "company's time zone (0 = the same day). Mean, median and 90th percentile (interpolated); a deal won again after "
    "reopening counts to its last win."
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Days over so many won deals; None without any."""

    deals: int
    mean: str | None
    median: str | None
    p90: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCycle:
    """Of one group; medians are told of the whole only."""

    group: str | None
    group_id: UUID | None
    deals: int
    mean_days: str | None
    drill: str


@dataclass(frozen=True, kw_only=True)
class SalesCycle(Report):
    """The answer."""

    deals: int
    mean_days: str | None
    median_days: str | None
    p90_days: str | None
    drill: str
    group_by: str | None
    groups: list[GroupCycle]


async def sales_cycle(question: Question, group_by: DatedGrouping | None = None) -> SalesCycle:
    """Answer all of it from one snapshot."""
    days = await measured(question)
    return SalesCycle(
        **question.about(DEFINITION),
        deals=days.deals,
        mean_days=days.mean,
        median_days=days.median,
        p90_days=days.p90,
        drill=question.selection.drill(category="won", by="closed"),
        group_by=group_by,
        groups=await _groups(question, group_by) if group_by else [],
    )


async def _groups(question: Question, group_by: DatedGrouping) -> list[GroupCycle]:
    cut, sums = await grouping(question, group_by), dict[Group, tuple[int, int]]()
    for row in await closings(question, *cut.columns, by_owner=cut.by_owner, only="won"):
        deals, days = sums.get(cut.of(row), (0, 0))
        sums[cut.of(row)] = (deals + row["deals"], days + row["days"])
    found = [
        GroupCycle(
            group=group.name,
            group_id=group.id,
            deals=deals,
            mean_days=mean(days, deals),
            drill=question.selection.drill(**{"category": "won", "by": "closed"} | dict(group.drill)),
        )
        for group, (deals, days) in sums.items()
        if deals
    ]
    return sorted(found, key=lambda one: (one.group is None, one.group or "", str(one.group_id)))


async def measured(question: Question) -> Measured:
    """The figures alone."""
    rows = [(row["days"], row["deals"]) for row in await cycles(question)]
    deals, days = sum(count for _, count in rows), sum(each * count for each, count in rows)
    return Measured(deals, mean(days, deals), *(percentile(percentile_of(rows, share)) for share in (0.5, 0.9)))
