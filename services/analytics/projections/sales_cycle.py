"""How long it takes from opening a deal to winning it."""

from __future__ import annotations

from dataclasses import dataclass

from services.analytics.projections.figures import mean, percentile
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_deals

DEFINITION = (
    "For deals won in the period: the day a deal was won minus the day it was opened, in calendar days of the "
    "company's time zone (0 = the same day). Mean, median and 90th percentile (interpolated); a deal won again after "
    "reopening counts to its last win."
)

CYCLE = over_deals("""
SELECT count(*) AS deals, sum(closed_on - opened_on) AS days,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY closed_on - opened_on) AS median,
       percentile_cont(0.9) WITHIN GROUP (ORDER BY closed_on - opened_on) AS p90
FROM selected WHERE category = 'won' AND closed_in_period
""")


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
    row = (await question.rows(CYCLE))[0]
    return Measured(row["deals"], mean(row["days"], row["deals"]), percentile(row["median"]), percentile(row["p90"]))
