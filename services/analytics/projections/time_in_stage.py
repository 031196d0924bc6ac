"""How long deals stay in a stage, by three clocks that are never mixed: latest, all stays together, present age."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from services.analytics.projections.drawings import Drawings, drawings
from services.analytics.projections.figures import mean, percentile, percentile_of
from services.analytics.projections.report import Question, Report
from services.analytics.projections.time_spent import DAY, ages, days_of, spent

DEFINITION = (
    "Days in stages that are not won or lost. latest: a deal's last finished stay in the stage; cumulative: all its "
    "finished stays there together; both in days of 24 hours, of the deals that last left the stage in the period. "
    "current_age: calendar days from entry to now, of the deals that are there now, whatever the period. Medians and "
    "90th percentiles of the first two are within 3 %. A skipped stage is no stay, not a stay of zero."
)


@dataclass(frozen=True, slots=True)
class Clock:
    """Days over so many deals; None over none."""

    deals: int
    mean_days: str | None
    median_days: str | None
    p90_days: str | None


NOTHING = Clock(0, None, None, None)


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
    drill_now: str


@dataclass(frozen=True, kw_only=True)
class TimeInStage(Report):
    """The answer; `now` is the instant up to which present stays count."""

    now: datetime
    stages: list[StageTime]


async def time_in_stage(question: Question, now: datetime) -> TimeInStage:
    """Answer all of it from one snapshot."""
    now, drawn = question.selection.as_of or now, await drawings(question)
    today = now.astimezone(ZoneInfo(question.selection.time_zone)).date()
    places: dict[tuple[UUID, str], dict[str, Any]] = defaultdict(dict)
    for row in await spent(question):
        places[row["process_id"], row["stage_key"]][row["clock"]] = row
    for row in await ages(question, today):
        places[row["process_id"], row["stage_key"]]["current_age"] = row
    stages = [_stage(question, place, clocks, drawn) for place, clocks in places.items()]
    ranks = {place: stage.rank for place, stage in drawn.newest.items()}
    stages.sort(
        key=lambda one: (one.process or "", one.process_id, ranks.get((one.process_id, one.stage_key), 1 << 30))
    )
    return TimeInStage(**question.about(DEFINITION), now=now, stages=stages)


def _stage(question: Question, place: tuple[UUID, str], clocks: Mapping[str, Any], drawn: Drawings) -> StageTime:
    process_id, key = place
    stage = drawn.newest.get(place)
    return StageTime(
        stage=stage.name if stage else key,
        stage_key=key,
        category=stage.category if stage else "open",
        process=drawn.processes.get(process_id),
        process_id=process_id,
        latest=_measured(clocks.get("latest")),
        cumulative=_measured(clocks.get("cumulative")),
        current_age=_aged(clocks.get("current_age")),
        drill=question.selection.drill(process=process_id, left=key, by="left"),
        drill_now=question.selection.drill(process=process_id, stage=key, by="any"),
    )


def _measured(row: Any) -> Clock:
    """Days out of a histogram; None = of no deals."""
    if row is None:
        return NOTHING
    counted = [
        (days_of(duration), deals) for duration, deals in sorted(zip(row["durations"], row["counts"], strict=True))
    ]
    return _clock(counted, Decimal(row["milliseconds"]) / DAY)


def _aged(row: Any) -> Clock:
    """Whole days; None = of no deals."""
    if row is None:
        return NOTHING
    counted = sorted(zip(row["days"], row["counts"], strict=True))
    return _clock(counted, Decimal(sum(days * deals for days, deals in counted)))


def _clock(counted: Sequence[tuple[float, int]], days: Decimal) -> Clock:
    deals = sum(deals for _, deals in counted)
    middle, p90 = (percentile(percentile_of(counted, share)) for share in (0.5, 0.9))
    return Clock(deals, mean(days, deals), middle, p90)
