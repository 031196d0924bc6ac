"""How long it takes from opening a deal to winning it."""

from __future__ import annotations

from dataclasses import dataclass

from services.analytics.projections.closings import cycles
from services.analytics.projections.figures import mean, percentile, percentile_of
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


@dataclass(frozen=True, kw_only=True)
class SalesCycle(Report):
    """The answer."""

    deals: int
    mean_days: str | None
    median_days: str | None
    p90_days: str | None
    drill: str


async def sales_cycle(question: Question) -> SalesCycle:
    """Answer all of it from one snapshot."""
    days = await measured(question)
    return SalesCycle(
        **question.about(DEFINITION),
        deals=days.deals,
        mean_days=days.mean,
        median_days=days.median,
        p90_days=days.p90,
        drill=question.selection.drill(category="won", by="closed"),
    )


async def measured(question: Question) -> Measured:
    """The figures alone."""
    rows = [(row["days"], row["deals"]) for row in await cycles(question)]
    deals, days = sum(count for _, count in rows), sum(each * count for each, count in rows)
    return Measured(deals, mean(days, deals), *(percentile(percentile_of(rows, share)) for share in (0.5, 0.9)))
