"""How long deals stay in a stage, by three clocks that are never mixed: latest, all stays together, present age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.analytics.projections.figures import mean, percentile
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import over_stays

DEFINITION = (
    "Days (24 hours) in stages that are not won or lost, over stays that began in the period. latest: a deal's last "
    "finished stay in the stage; cumulative: all its stays there together, a present one up to now; current_age: from "
    "entry to now, for deals that are there now. A skipped stage is no stay, not a stay of zero."
)

CLOCKS = over_stays("""
, timed AS (
  SELECT s.process_id, s.stage_key, s.stage_name, s.category, s.rank, s.deal_id, s.left_at,
    extract(epoch FROM coalesce(s.left_at, $17::timestamptz) - s.entered_at) / 86400 AS days,
    row_number() OVER (
      PARTITION BY s.deal_id, s.process_id, s.stage_key, s.left_at IS NULL ORDER BY s.number DESC) AS back
  FROM stays s WHERE s.category NOT IN ('won', 'lost') AND s.entered_in_period
), per_deal AS (
  SELECT process_id, stage_key, deal_id, max(stage_name) AS stage_name, max(category) AS category, max(rank) AS rank,
    max(days) FILTER (WHERE left_at IS NOT NULL AND back = 1) AS latest,
    sum(days) AS cumulative,
    max(days) FILTER (WHERE left_at IS NULL) AS age
  FROM timed GROUP BY process_id, stage_key, deal_id
)
SELECT d.process_id, p.name AS process, d.stage_key, max(d.stage_name) AS stage_name, max(d.category) AS category,
  count(latest) AS latest_deals, sum(latest) AS latest_days,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY latest) AS latest_median,
  count(*) AS cumulative_deals, sum(cumulative) AS cumulative_days,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY cumulative) AS cumulative_median,
  count(age) AS age_deals, sum(age) AS age_days,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY age) AS age_median
FROM per_deal d LEFT JOIN read.sales_process p ON p.id = d.process_id
GROUP BY d.process_id, p.name, d.stage_key
ORDER BY process, d.process_id, max(d.rank), d.stage_key
""")


@dataclass(frozen=True, slots=True)
class Clock:
    """Days over so many deals; None over none."""

    deals: int
    mean_days: str | None
    median_days: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """The three clocks of one stage."""

    stage: str
    stage_key: str
    category: str
    process: str | None
    process_id: UUID
    latest: Clock
    cumulative: Clock
    current_age: Clock
    drill: str


@dataclass(frozen=True, kw_only=True)
class TimeInStage(Report):
    """The answer; `now` is the instant up to which present stays count."""

    now: datetime
    stages: list[StageTime]


async def time_in_stage(question: Question, now: datetime) -> TimeInStage:
    """Answer all of it from one snapshot."""
    rows = await question.rows(CLOCKS, now)
    return TimeInStage(**question.about(DEFINITION), now=now, stages=[_stage(question, row) for row in rows])


def _stage(question: Question, row: Any) -> StageTime:
    return StageTime(
        stage=row["stage_name"],
        stage_key=row["stage_key"],
        category=row["category"],
        process=row["process"],
        process_id=row["process_id"],
        latest=_clock(row, "latest"),
        cumulative=_clock(row, "cumulative"),
        current_age=_clock(row, "age"),
        drill=question.selection.drill(process=row["process_id"], stayed=row["stage_key"], by="entered"),
    )


def _clock(row: Any, name: str) -> Clock:
    days: Decimal | None = row[f"{name}_days"]
    deals: int = row[f"{name}_deals"]
    return Clock(deals, mean(days, deals), percentile(row[f"{name}_median"]))
