"""The base counts of metrics, per month and process, from the deals and their stays as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from services.analytics.domain.metric.base_counts import BASE_COUNTS
from services.analytics.projections.snapshot import held, if_built
from shared.eventstore.read_model import Connection

# $1 the company's time zone, $2 its today. A deal stands in several months: where it was opened, closed and expected.
COUNTS = """
WITH days AS (
  SELECT d.process_id, d.category, d.base_amount, d.expected_close,
    (d.opened_at AT TIME ZONE $1)::date AS opened_on, (d.closed_at AT TIME ZONE $1)::date AS closed_on
  FROM read.deal d WHERE NOT d.deleted
), ended AS (
  SELECT f.left_by, d.process_id, (f.left_at AT TIME ZONE $1)::date AS left_on
  FROM read.finished_stay f JOIN read.deal d ON d.id = f.deal_id WHERE NOT d.deleted
), counted AS (
  SELECT process_id, opened_on AS day, 'opened' AS key, 1::numeric AS n FROM days
  UNION ALL
  SELECT process_id, opened_on, 'opened_amount', base_amount FROM days WHERE base_amount IS NOT NULL
  UNION ALL
  SELECT process_id, closed_on, category, 1 FROM days WHERE category IN ('won', 'lost')
  UNION ALL
  SELECT process_id, closed_on, category || '_amount', base_amount FROM days
  WHERE category IN ('won', 'lost') AND base_amount IS NOT NULL
  UNION ALL
  SELECT process_id, closed_on, 'cycle_days', closed_on - opened_on FROM days WHERE category = 'won'
  UNION ALL
  SELECT process_id, expected_close, 'overdue', 1 FROM days
  WHERE expected_close < $2 AND (closed_on IS NULL OR closed_on > expected_close)
  UNION ALL
  SELECT process_id, left_on, CASE left_by WHEN 'reopened' THEN 'reopened' ELSE 'moves' END, 1 FROM ended
  WHERE left_by IN ('moved', 'reopened')
)
SELECT date_trunc('month', day)::date AS month, process_id, key, sum(n) AS n
FROM counted GROUP BY 1, 2, 3
"""
AS_OF = "SELECT coalesce(max(recorded_at), transaction_timestamp()) FROM read.newest_deal_event"

Cell = tuple[date, UUID | None]
Counts = Mapping[str, Fraction]


@dataclass(frozen=True, slots=True)
class Counted:
    """The base counts by month and process (None = all of them); every month from the first to the last has a cell."""

    cells: Mapping[Cell, Counts]
    as_of: datetime


async def base_counts(connection: Connection, time_zone: str, today: date) -> Counted:
    """All base counts over all history, from one snapshot; raises NotBuiltYet."""
    with if_built():
        return await _counted(connection, time_zone, today)


async def _counted(connection: Connection, time_zone: str, today: date) -> Counted:
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute(held("deals"))
        rows = await connection.fetch(COUNTS, time_zone, today)
        as_of: datetime = await connection.fetchval(AS_OF)
    found: dict[Cell, dict[str, Fraction]] = {}
    for row in rows:
        for process in (row["process_id"], None):
            cell = found.setdefault((row["month"], process), {})
            cell[row["key"]] = cell.get(row["key"], Fraction(0)) + Fraction(row["n"])
    return Counted(_filled(found), as_of)


def _filled(found: Mapping[Cell, Mapping[str, Fraction]]) -> dict[Cell, Counts]:
    """A cell for every month and process, so that a month without anything is a month of zeros, not a hole."""
    nothing = dict.fromkeys(BASE_COUNTS, Fraction(0))
    months, processes = _months([month for month, _ in found]), {process for _, process in found}
    places = [(month, process) for month in months for process in processes]
    return {place: {**nothing, **found.get(place, {})} for place in places}


def _months(known: list[date]) -> list[date]:
    if not known:
        return []
    first, last = min(known), max(known)
    count = (last.year - first.year) * 12 + last.month - first.month
    return [_after(first, months) for months in range(count + 1)]


def _after(month: date, months: int) -> date:
    year, place = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, place + 1, 1)
