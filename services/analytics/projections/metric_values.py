"""The values of metrics' versions: built over all history in one step, read by month, compared version by version."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from services.analytics.domain.metric.formula import Formula, parsed, value_of
from services.analytics.projections.base_counts import Counted, base_counts
from services.analytics.projections.figures import ratio
from shared.eventstore.read_model import Connection, Pool

ONE_BY_ONE = "SELECT pg_advisory_xact_lock(hashtextextended('flowline-metric/' || $1::text, 0))"
FORGET = "DELETE FROM metric.value WHERE metric_id = $1 AND version = $2"
NOTE = """
INSERT INTO metric.build VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (metric_id, version) DO UPDATE SET formula = $3, as_of = $4, built_at = $5
"""
SERIES = """
SELECT v.month, v.process_id, p.name AS process, v.value
FROM metric.value v LEFT JOIN read.sales_process p ON p.id = v.process_id
WHERE v.metric_id = $1 AND v.version = $2
  AND v.month BETWEEN date_trunc('month', coalesce($3::date, '0001-01-01')) AND coalesce($4::date, '9999-12-31')
ORDER BY v.month, v.process_id NULLS FIRST
"""
KEPT_FRESH = """
SELECT b.metric_id, b.version, b.formula
FROM metric.build b JOIN read.metric_kept m ON m.id = b.metric_id
WHERE NOT m.versions @> jsonb_build_array(jsonb_build_object('number', b.version, 'stand', 'dropped'))
ORDER BY b.metric_id, b.version
"""
BUILT = "SELECT as_of, built_at FROM metric.build WHERE metric_id = $1 AND version = $2"


@dataclass(frozen=True, slots=True)
class Build:
    """What a build has made: so many values of these months, of the deals as they were at `as_of`."""

    values: int
    as_of: datetime
    first_month: date | None
    last_month: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value; `process_id` None = all processes, from their summed counts; `value` None = nothing to divide by."""

    month: date
    process_id: UUID | None
    process: str | None
    value: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedValue:
    """One month and process in two versions; `relative` = difference / |left|, four decimals."""

    month: date
    process_id: UUID | None
    process: str | None
    left: str | None
    right: str | None
    difference: str | None
    relative: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The values of a version by month; `built_at` None = it was never built."""

    as_of: datetime | None
    built_at: datetime | None
    values: list[Value]


@dataclass(frozen=True, slots=True)
class MetricValues:
    """Where the values are; months begin by `time_zone`."""

    pool: Pool
    time_zone: str
    today: Callable[[], date]

    async def build(self, metric: UUID, version: int, formula: str) -> Build:
        """Make all values of a version anew, in one step for readers; the formula was accepted before."""
        async with self.pool.acquire() as connection:
            counted = await base_counts(connection, self.time_zone, self.today())
            return await _replace(connection, (metric, version, formula), counted)

    async def refresh(self) -> int:
        """Make every version that was ever built and not dropped anew from the deals as they stand; how many."""
        async with self.pool.acquire() as connection:
            built = await connection.fetch(KEPT_FRESH)
            if built:
                counted = await base_counts(connection, self.time_zone, self.today())
                for row in built:
                    await _replace(connection, (row["metric_id"], row["version"], row["formula"]), counted)
        return len(built)

    async def series(self, metric: UUID, version: int, first: date | None, last: date | None) -> Series:
        """The values of a version in the months that these days lie in."""
        built = await self.pool.fetchrow(BUILT, metric, version)
        rows = await self.pool.fetch(SERIES, metric, version, first, last)
        as_of, built_at = (built["as_of"], built["built_at"]) if built else (None, None)
        return Series(as_of=as_of, built_at=built_at, values=[_value(row) for row in rows])


async def _replace(connection: Connection, which: tuple[UUID, int, str], counted: Counted) -> Build:
    metric, version, formula = which
    rows = values_of(parsed(formula), counted)
    async with connection.transaction():
        await connection.execute(ONE_BY_ONE, str(metric))
        await connection.execute(NOTE, metric, version, formula, counted.as_of, datetime.now(UTC))
        await connection.execute(FORGET, metric, version)
        records = [(metric, version, *row) for row in rows]
        await connection.copy_records_to_table("value", schema_name="metric", records=records)
    months = [month for month, _, _ in rows]
    return Build(len(rows), counted.as_of, min(months, default=None), max(months, default=None))


def values_of(formula: Formula, counted: Counted) -> list[tuple[date, UUID | None, Decimal | None]]:
    """The value of a formula in every cell, rounded to six decimals."""
    return [(month, process, _rounded(value_of(formula, counts))) for (month, process), counts in counted.cells.items()]


def compared(left: Sequence[Value], right: Sequence[Value]) -> list[ComparedValue]:
    """Two versions month by month and process by process; what only one has is compared with nothing."""
    there = {(value.month, value.process_id): value for value in right}
    here = {(value.month, value.process_id): value for value in left}
    places = sorted({*here, *there}, key=lambda place: (place[0], str(place[1] or "")))
    return [_compared(here.get(place), there.get(place)) for place in places]


def _compared(left: Value | None, right: Value | None) -> ComparedValue:
    known = left or right
    if known is None:
        raise ValueError("a place of the comparison comes from one of the two")
    before, after = (Decimal(one.value) if one and one.value is not None else None for one in (left, right))
    difference = after - before if before is not None and after is not None else None
    return ComparedValue(
        month=known.month,
        process_id=known.process_id,
        process=known.process,
        left=left.value if left else None,
        right=right.value if right else None,
        difference=None if difference is None else str(difference),
        relative=None if difference is None or before is None else ratio(difference, abs(before)),
    )


def _value(row: Any) -> Value:
    value = None if row["value"] is None else str(row["value"])
    return Value(month=row["month"], process_id=row["process_id"], process=row["process"], value=value)


def _rounded(value: Fraction | None) -> Decimal | None:
    """Half away from zero to six decimals, exactly, however many digits are before them."""
    if value is None:
        return None
    scaled = abs(value) * 10**6
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Decimal(f"{'-' if value < 0 and whole else ''}{whole}E-6")
