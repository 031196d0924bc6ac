"""How a batch is added to a rollup: level by level, each made of the next finer one, then written in one statement."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from services.analytics.projections.rollup import Rollup

Whose = Literal["all", "owner"]
Grain = Literal["day", "month", "quarter", "year", "ever"]


class Level(NamedTuple):
    """Cells that have a table of their own: of all deals or of each owner, all of one length."""

    whose: Whose
    grain: Grain

    @property
    def name(self) -> str:
        """Such as owner_month."""
        return f"{self.whose}_{self.grain}"


# Postgres adds up the longer stretches and all owners, each out of the next finer one: in Python every cell of a step
# would cost as much as the first. With less memory it would sort on disk what it adds up. Rows of an earlier batch are
# there where several are applied in one transaction, as when one of them is searched for the event at fault.
BESIDE = """
SET LOCAL work_mem = '64MB';
CREATE TEMP TABLE IF NOT EXISTS new_{table} ({columns}) ON COMMIT DELETE ROWS;
DELETE FROM new_{table}
"""
SUMMED = """
{name} AS (
  SELECT {bucket} AS bucket, {owner}{dims}, {sums} FROM {source} GROUP BY {owner}{bucket}, {dims} HAVING {something}
)
""".strip()
ADDED = """
added_{name} AS (
  INSERT INTO {table} AS c SELECT {key}, {kept} FROM {name} ORDER BY {key}
  ON CONFLICT ({key}) DO UPDATE SET {added}
)
""".strip()
BUCKETS: dict[Grain, str] = {
    "day": "bucket",
    "month": "date_trunc('month', bucket::timestamp)::date",
    "quarter": "date_trunc('quarter', bucket::timestamp)::date",
    "year": "date_trunc('year', bucket::timestamp)::date",
    "ever": "'1900-01-01'::date",
}


@cache
def adding(rollup: Rollup) -> str:
    """SQL that adds what waits beside a rollup to its cells: one statement, level after level."""
    levels = [
        sql for level, source in _sources(rollup) for sql in (_summed(rollup, level, source), _added(rollup, level))
    ]
    return f"WITH {', '.join(levels)} SELECT"


def _sources(rollup: Rollup) -> Iterator[tuple[Level, str]]:
    """Each level and what it is added up from: the next finer one."""
    finest, before = f"new_{rollup.name}", dict[str, str]()
    for level in rollup.levels:
        begins = f"owner_{rollup.grains[0]}" if rollup.owners and level.whose == "all" else finest
        yield level, finest if level.grain == "day" else before.get(level.whose, begins)
        if level.grain != "day":
            before[level.whose] = level.name


def _summed(rollup: Rollup, level: Level, source: str) -> str:
    return SUMMED.format(
        name=level.name,
        owner="owner_id, " if level.whose == "owner" else "",
        bucket=BUCKETS[level.grain],
        dims=", ".join(name for name, _ in rollup.dims),
        sums=", ".join(f"sum({name})::{type_} AS {name}" for name, type_ in rollup.measures),
        source=source,
        something=" OR ".join(f"sum({name}) <> 0" for name, _ in rollup.measures),
    )


def _added(rollup: Rollup, level: Level) -> str:
    return ADDED.format(
        name=level.name,
        table=rollup.table(level),
        key=", ".join(rollup.key(level)),
        kept=", ".join(f"{name} * 0.000001" if type_ == "numeric" else name for name, type_ in rollup.measures),
        added=", ".join(f"{name} = c.{name} + excluded.{name}" for name, _ in rollup.measures),
    )
