"""Conformance by time: month by month or week by week, and whether of late too many deals leave the drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.accepted_deviations import accepted_in
from services.analytics.projections.figures import ratio
from services.analytics.projections.process_map.asking import IN_DAYS, Asked, By, Conditions
from services.analytics.projections.process_map.conformance import Judgement
from services.analytics.projections.process_map.drawn import drawings_of
from services.analytics.projections.process_map.judged_deals import IN_FULL, in_full, of_past
from services.analytics.projections.process_map.judging import Violation
from services.analytics.projections.process_map.past_ways import WHENEVER, ways_then
from services.analytics.projections.process_map.tally import is_everybodys
from services.analytics.projections.rollup import whole_months

Unit = Literal["month", "week"]

TREND_DEFINITION = (
    "Closed deals by the month or week (from Monday) of closing: how many conform. See the conformance of the process. "
    "as_of: the deals that were closed by then and their ways of then, beside the drawings and acceptances of now."
)
DRIFT_DEFINITION = (
    "Of the deals closed in the last days, the share that do not conform with their published drawing. drifting: the "
    "share is above the threshold, and there are enough deals to say so. as_of: the last days before that instant."
)
CLOSED = """
SELECT {period} AS period, p.verdict_id, count(*) AS deals
FROM read.process_case c JOIN read.process_path p ON p.id = c.path_id WHERE {where} GROUP BY 1, 2
"""
FROM_DAYS = """
SELECT date_trunc('{unit}', v.period::timestamp)::date AS period, v.verdict_id, sum(v.deals)::bigint AS deals
FROM read.process_verdict v
WHERE v.process_id = $1 AND v.day_of = 'closed' AND v.level = $2
  AND v.period BETWEEN coalesce($3::date, '-infinity') AND coalesce($4::date, 'infinity')
  AND ($5::int IS NULL OR v.process_version = $5)
GROUP BY 1, 2
"""
# Deals that were closed at a past instant, in the days asked about.
CLOSED_THEN: Mapping[By, str] = {
    "activity": "s.closed_in_period",
    "opened": "s.opened_in_period AND s.closed_at IS NOT NULL",
    "closed": "s.closed_in_period",
}
NOBODY = Judgement([], {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Deals closed in a month or week that begins on this day."""

    begins: date
    deals: int
    not_judged: int
    conforming: int
    rate: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The answer."""

    definition: str
    process_id: UUID
    process: str
    time_zone: str
    positions: dict[str, str]
    periods: list[Period]


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A violation of late and how many deals have it."""

    id: str
    kind: str
    process_version: int
    stage: str
    source: str | None
    target: str | None
    deals: int
    accepted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """The answer; `share` and `threshold` are of judged deals."""

    definition: str
    process_id: UUID
    process: str
    positions: dict[str, str]
    since: datetime
    days: int
    deals: int
    not_conforming: int
    share: str | None
    threshold: str
    least_deals: int
    drifting: bool
    departures: list[Departure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A process drifts: of `least_deals` or more closed in `days`, over `threshold` (0 to 1) do not conform."""

    days: int = 30
    threshold: float = 0.2
    least_deals: int = 20


async def trend(asked: Asked, unit: Unit) -> Trend:
    """Every month or week in which a deal was closed."""
    found, zone = list[Period](), asked.zone.key
    for begins, judgement in (await _closed(asked, unit)).items():
        deals, known = _deals(judgement), _deals(judgement, judged=True)
        conforming = sum(one.deals for one in judgement.found if judgement.conforms(one.verdict))
        told = {"deals": deals, "not_judged": deals - known, "conforming": conforming}
        found.append(Period(begins=begins, rate=ratio(conforming, known), **told))
    return Trend(definition=TREND_DEFINITION, time_zone=zone, periods=found, **asked.about())


async def _closed(asked: Asked, unit: Unit) -> dict[date, Judgement]:
    """The verdicts on closed deals, by month or week of closing."""
    filters = asked.filters
    if is_everybodys(asked) and not (filters.window and filters.by == "opened"):
        months = unit == "month" and whole_months(filters.from_date, filters.to_date)
        days = ("month" if months else "day", filters.from_date, filters.to_date)
        values = [asked.process_id, *days, filters.version]
        return await _judgements(asked, FROM_DAYS.format(unit=unit), values)
    period = f"date_trunc('{unit}', {{}}.closed_at AT TIME ZONE '{asked.zone.key}')::date"
    if filters.as_of is not None:
        return await _past(asked, CLOSED_THEN[filters.by], period.format("s"))
    conditions = asked.chosen()
    conditions.add("c.closed_at IS NOT NULL")
    if filters.by == "activity":
        asked.within(conditions, "c.closed_at")
    return await _judged(asked, conditions, period.format("c"))


async def drift(asked: Asked, alarm: Alarm, now: datetime) -> Drift:
    """Of late: deals closed in the alarm's days before now, or before the instant asked for."""
    since = (asked.filters.as_of or now) - timedelta(days=alarm.days)
    judgement = (await _of_late(asked, since, now)).get(None, NOBODY)
    deals = _deals(judgement, judged=True)
    off = deals - sum(one.deals for one in judgement.found if judgement.conforms(one.verdict))
    return Drift(
        definition=DRIFT_DEFINITION,
        since=since,
        days=alarm.days,
        deals=deals,
        not_conforming=off,
        share=ratio(off, deals),
        threshold=f"{alarm.threshold:.4f}",
        least_deals=alarm.least_deals,
        drifting=deals >= alarm.least_deals and off > alarm.threshold * deals,
        departures=_departures(judgement),
        **asked.about(),
    )


async def _of_late(asked: Asked, since: datetime, now: datetime) -> dict[Any, Judgement]:
    if asked.filters.as_of is not None:
        return await _past(asked, f"{IN_DAYS[asked.filters.by]} AND s.closed_at > $19", WHENEVER, since)
    conditions = asked.chosen()
    conditions.add("c.closed_at > {}", since)
    conditions.add("c.closed_at <= {}", now)
    return await _judged(asked, conditions, WHENEVER)


async def _past(asked: Asked, by: str, period: str, *further: Any) -> dict[Any, Judgement]:
    """The ways of then with their verdicts, by period."""
    drawings = await drawings_of(asked.connection, asked.process_id)
    accepted = {one.violation: one for one in await accepted_in(asked.connection, asked.process_id)}
    by_period = await ways_then(asked, by, period, *further)
    return {begins: Judgement(of_past(ways, drawings), accepted) for begins, ways in by_period.items()}


async def _judged(asked: Asked, conditions: Conditions, period: str) -> dict[Any, Judgement]:
    """The ways of the chosen deals with their verdicts, by period."""
    if asked.filters.version is not None:
        conditions.add("c.process_version = {}", asked.filters.version)
    return await _judgements(asked, CLOSED.format(period=period, where=conditions.where), conditions.values)


async def _judgements(asked: Asked, statement: str, values: Sequence[Any]) -> dict[Any, Judgement]:
    """The verdicts of rows of (period, verdict_id, deals), by period."""
    rows = await asked.rows(f"{IN_FULL.format(counted=statement)} ORDER BY counted.period", values)
    drawings = await drawings_of(asked.connection, asked.process_id)
    accepted = {one.violation: one for one in await accepted_in(asked.connection, asked.process_id)}
    found = dict[Any, Judgement]()
    for row in rows:
        judgement = found.setdefault(row["period"], Judgement([], accepted))
        judgement.found.append(in_full(row, drawings, row["deals"], 0, 0))
    return found


def _deals(judgement: Judgement, *, judged: bool = False) -> int:
    return sum(one.deals for one in judgement.found if one.verdict.judged or not judged)


def _departures(judgement: Judgement) -> list[Departure]:
    counts: dict[Violation, int] = {}
    for one in judgement.found:
        for violation in one.verdict.violations:
            counts[violation] = counts.get(violation, 0) + one.deals
    found = [_departure(violation, deals, judgement) for violation, deals in counts.items()]
    return sorted(found, key=lambda one: (-one.deals, one.id))


def _departure(violation: Violation, deals: int, judgement: Judgement) -> Departure:
    return Departure(
        id=violation.id,
        kind=violation.kind,
        process_version=violation.version,
        stage=violation.stage,
        source=violation.source or None,
        target=violation.target or None,
        deals=deals,
        accepted=violation.id in judgement.accepted,
    )
