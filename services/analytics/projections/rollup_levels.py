"""How a batch is added to a rollup: level by level, each made of the next finer one, then written in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from services.analytics.projections.rollup import Rollup

# Postgres adds up the longer stretches and all owners, each out of the next finer one: in Python every cell of a step
# would cost as much as the first. With less memory it would sort on disk what it adds up. Rows of an earlier batch are
# there where several are applied in one transaction, as when one of them is searched for the event at fault.
BESIDE = """
SET LOCAL work_mem = '64MB';
CREATE TEMP TABLE IF NOT EXISTS new_{table} ({columns}) ON COMMIT DELETE ROWS;
DELETE FROM new_{table}
"""
ADD = """
WITH {levels}
INSERT INTO {table} AS c SELECT {key}, {kept} FROM ({all_levels}) new ORDER BY {key}
ON CONFLICT ({key}) DO UPDATE SET {added}
"""
LEVEL = """
"{name}" AS (
  SELECT {by_owner} AS by_owner, {owner} AS owner_id, '{grain}'::"char" AS grain, {bucket} AS bucket, {dims}, {sums}
  FROM "{source}" GROUP BY {owners}{bucket}, {dims} HAVING {something}
)
""".strip()
BUCKETS = {
    "d": "bucket",
    "m": "date_trunc('month', bucket::timestamp)::date",
    "y": "date_trunc('year', bucket::timestamp)::date",
    "e": "'1900-01-01'::date",
    "-": "'1900-01-01'::date",
}


@cache
def adding(rollup: Rollup) -> str:
    """SQL that adds what waits beside a rollup to its cells."""
    levels = dict(_levels(rollup))
    return ADD.format(
        table=rollup.name,
        levels=", ".join(levels.values()),
        all_levels=" UNION ALL ".join(f'SELECT * FROM "{name}"' for name in levels),  # noqa: S608
        key=", ".join(rollup.key),
        kept=", ".join(f"{name} * 0.000001" if type_ == "numeric" else name for name, type_ in rollup.measures),
        added=", ".join(f"{name} = c.{name} + excluded.{name}" for name, _ in rollup.measures),
    )


def _levels(rollup: Rollup) -> Iterator[tuple[str, str]]:
    """Each level's name and SQL: what a batch adds to the cells of one length, of all deals or of owners."""
    finest = f"new_{rollup.name}"
    if rollup.days and not rollup.timeless:
        yield "all_d", _level(rollup, "all_d", finest)
    for whose in ("owner", "all") if rollup.owners else ("all",):
        source = f"owner_{rollup.grains[0]}" if rollup.owners and whose == "all" else finest
        for grain in rollup.grains:
            name = f"{whose}_{grain}"
            yield name, _level(rollup, name, source)
            source = name


def _level(rollup: Rollup, name: str, source: str) -> str:
    whose, grain = name.split("_")
    owned = whose == "owner"
    return LEVEL.format(
        name=name,
        by_owner=owned,
        owner="owner_id" if owned else "NULL::uuid",
        grain=grain,
        bucket=BUCKETS[grain],
        dims=", ".join(name for name, _ in rollup.dims),
        sums=", ".join(f"sum({name})::{type_} AS {name}" for name, type_ in rollup.measures),
        source=source,
        owners="owner_id, " if owned else "",
        something=" OR ".join(f"sum({name}) <> 0" for name, _ in rollup.measures),
    )
