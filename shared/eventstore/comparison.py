"""Two builds of a read model, row by row."""

from __future__ import annotations

from dataclasses import dataclass

from shared.eventstore import instances
from shared.eventstore.read_model import Connection, ReadModel

COMPARE = """
WITH live AS (SELECT t::text AS row FROM {live}."{table}" t WHERE NOT ({nothing})),
     built AS (SELECT t::text AS row FROM {built}."{table}" t WHERE NOT ({nothing})),
     lost AS (TABLE live EXCEPT ALL TABLE built), extra AS (TABLE built EXCEPT ALL TABLE live)
SELECT (SELECT count(*) FROM live) AS rows, (SELECT count(*) FROM built) AS rebuilt_rows,
  (SELECT count(*) FROM lost) AS only_live, (SELECT count(*) FROM extra) AS only_rebuilt,
  array(SELECT 'live: ' || row FROM lost LIMIT 3) || array(SELECT 'rebuilt: ' || row FROM extra LIMIT 3) AS examples
"""


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One table: rows in the live build, in the rebuilt one, in only one of them, and up to 3 + 3 examples as text."""

    table: str
    rows: int
    rebuilt_rows: int
    only_live: int
    only_rebuilt: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Live and rebuilt at the same `position`; `swapped` = the rebuilt one is live now, else it was dropped."""

    name: str
    position: int
    tables: tuple[TableDifference, ...]
    swapped: bool = False

    @property
    def equal(self) -> bool:
        """True when no row differs."""
        return not any(table.only_live or table.only_rebuilt for table in self.tables)


async def compare(connection: Connection, model: ReadModel, *, live: int, built: int) -> tuple[TableDifference, ...]:
    """Compare all tables of two builds as the connection's snapshot sees them."""
    tables = set(await instances.tables_of(connection, model.name, live)) | set(
        await instances.tables_of(connection, model.name, built)
    )
    return tuple([await _compare_table(connection, model, table, live, built) for table in sorted(tables)])


async def _compare_table(
    connection: Connection, model: ReadModel, table: str, live: int, built: int
) -> TableDifference:
    schemas = {"live": instances.schema_of(model.name, live), "built": instances.schema_of(model.name, built)}
    nothing = dict(model.nothing).get(table, "false")
    row = await connection.fetchrow(COMPARE.format(table=table, nothing=nothing, **schemas))
    assert row is not None
    return TableDifference(table, *row.values())
