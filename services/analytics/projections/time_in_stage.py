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
from services.analytics.projections.grouping import Group, Grouping, grouping
from services.analytics.projections.report import Question, Report
from services.analytics.projections.time_spent import DAY, ages, days_of, spent

DEFINITION = (
    "Days in stages that are not won or lost. latest: a deal's last finished stay in the stage; cumulative: all its "
    "finished stays there together; both in days of 24 hours, of the deals that last left the stage in the period. "
    "current_age: calendar days from entry to now, of the deals that are there now, whatever the period. Medians and "
    "90th percentiles of the first two are within 3 %. A skipped stage is no stay, not a stay of zero. In groups by "
    "product a deal counts for each product that it has lines of; there are no months, because current_age has none."
)


@dataclass(frozen=True, slots=True)
class Clock:
    """Days over so many deals; None over none."""

    deals: int
    mean_days: str | None
    median_days: str | None
    p90_days: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTime:
    """The three clocks of one stage, for all deals or those of one group."""

    group: str | None
    group_id: UUID | None
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
    group_by: str | None
    stages: list[StageTime]


Place = tuple[Group, UUID, str]


async def time_in_stage(question: Question, now: datetime, group_by: Grouping | None = None) -> TimeInStage:
    """Answer all of it from one snapshot."""
    now, drawn, cut = question.selection.as_of or now, await drawings(question), await grouping(question, group_by)
    today = now.astimezone(ZoneInfo(question.selection.time_zone)).date()
    places: dict[Place, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in await spent(question, cut):
        places[cut.of(row), row["process_id"], row["stage_key"]][row["clock"]].append(row)
    for row in await ages(question, today, cut):
        places[cut.of(row), row["process_id"], row["stage_key"]]["current_age"].append(row)
    stages = [_stage(question, place, places[place], drawn) for place in sorted(places, key=lambda p: _rank(p, drawn))]
    return TimeInStage(**question.about(DEFINITION), now=now, group_by=group_by, stages=stages)


def _rank(place: Place, drawn: Drawings) -> tuple[Any, ...]:
    group, process, key = place
    stage = drawn.newest.get((process, key))
    called = (group.name is None, group.name or "", str(group.id))
    return (*called, drawn.processes.get(process) or "", process, stage.rank if stage else 1 << 30, key)


def _stage(question: Question, place: Place, clocks: Mapping[str, list[Any]], drawn: Drawings) -> StageTime:
    group, process_id, key = place
    stage, drill = drawn.newest.get((process_id, key)), question.selection.drill
    return StageTime(
        group=group.name,
        group_id=group.id,
        stage=stage.name if stage else key,
        stage_key=key,
        category=stage.category if stage else "open",
        process=drawn.processes.get(process_id),
        process_id=process_id,
        latest=_measured(clocks.get("latest", [])),
        cumulative=_measured(clocks.get("cumulative", [])),
        current_age=_aged(clocks.get("current_age", [])),
        drill=drill(**{"process": process_id, "left": key, "by": "left"} | dict(group.drill)),
        drill_now=drill(**{"process": process_id, "stage": key, "by": "any"} | dict(group.drill)),
    )


def _measured(rows: list[Any]) -> Clock:
    """Days out of histograms that are added up."""
    counted = [(days_of(duration), deals) for duration, deals in _added_up(rows, "durations")]
    return _clock(counted, Decimal(sum(row["milliseconds"] for row in rows)) / DAY)


def _aged(rows: list[Any]) -> Clock:
    """Whole days."""
    counted = _added_up(rows, "days")
    return _clock(counted, Decimal(sum(days * deals for days, deals in counted)))


def _added_up(rows: list[Any], name: str) -> list[tuple[int, int]]:
    """(value, deals) by rising value; one value may come more than once."""
    return sorted(pair for row in rows for pair in zip(row[name], row["counts"], strict=True))


def _clock(counted: Sequence[tuple[float, int]], days: Decimal) -> Clock:
    deals = sum(deals for _, deals in counted)
    middle, p90 = (percentile(percentile_of(counted, share)) for share in (0.5, 0.9))
    return Clock(deals, mean(days, deals), middle, p90)
