"""By which clock durations are told: all hours, or only those in which the company works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from services.analytics.projections.process_map.asking import Asked
from services.analytics.projections.process_map.durations import Durations
from services.analytics.projections.process_map.tally import Tally, Way, copied
from shared.errors import Invalid
from shared.mining.calendar import WorkingCalendar
from shared.mining.histogram import milliseconds_of

MOST_STEPS = 200_000
STEPS = """
SELECT s.source, s.target, u.at, u.wait
FROM read.process_case c CROSS JOIN LATERAL unnest(c.ats, c.waits) WITH ORDINALITY AS u(at, wait, ord)
JOIN read.process_path_step s ON s.path_id = c.path_id AND s.ord = u.ord AND s.kind = 'step'
WHERE {where} LIMIT {limit}
"""


class TooManySteps(Invalid):
    """Working hours are told step by step, of at most 200,000 steps; ask about fewer days or fewer deals."""

    code = "too-many-steps"


class Clock(Protocol):
    """Tells how long steps took; `day` is what a day of an SLA means on it."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def day(self) -> timedelta: ...  # noqa: D102
    async def durations(self, asked: Asked, counted: Tally) -> dict[Way, Durations]: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class AllHours:
    """Every hour counts."""

    name: ClassVar[str] = "all_hours"
    day: ClassVar[timedelta] = timedelta(days=1)

    async def durations(self, asked: Asked, counted: Tally) -> dict[Way, Durations]:  # noqa: ARG002 - a Clock's promise
        """As they are counted."""
        return {way: Durations.counted(line.ms, line.buckets) for way, line in counted.of("step").items()}


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """Only working hours count; a day of an SLA is a working day of `day` hours."""

    calendar: WorkingCalendar
    day: timedelta
    name: ClassVar[str] = "working_hours"

    async def durations(self, asked: Asked, counted: Tally) -> dict[Way, Durations]:
        """Each step by the calendar, exactly; raises TooManySteps."""
        if sum(line.n for line in counted.of("step").values()) > MOST_STEPS:
            raise TooManySteps(field="/calendar")
        found: dict[Way, list[int]] = {}
        for source, target, at, wait in await self._steps(asked):
            found.setdefault(Way("step", source, target), []).append(self._worked(at, wait))
        return {way: Durations.of(each) for way, each in found.items()}

    async def _steps(self, asked: Asked) -> list[tuple[str, str, datetime, int]]:
        conditions = copied(asked.chosen())
        if asked.filters.by == "activity":
            asked.active_within(conditions)
            asked.within(conditions, "u.at")
        asked.until(conditions, "u.at")
        if asked.filters.version is not None:
            conditions.add("s.process_version = {}", asked.filters.version)
        rows = await asked.rows(STEPS.format(where=conditions.where, limit=MOST_STEPS + 1), conditions.values)
        return [tuple(row) for row in rows]

    def _worked(self, until: datetime, wait: int) -> int:
        return milliseconds_of(self.calendar.working_time(until - timedelta(milliseconds=wait), until))
