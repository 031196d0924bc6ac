"""Two builds of a read model, row by row."""

from __future__ import annotations

from dataclasses import dataclass

from shared.eventstore import instances
from shared.eventstore.read_model import Connection, ReadModel

COMPARE = """
WITH live AS ({live}), built AS ({built}),
     lost AS (TABLE live EXCEPT ALL TABLE built), extra AS (TABLE built EXCEPT ALL TABLE live)
SELECT (SELECT count(*) FROM live) AS rows, (SELECT count(*) FROM built) AS rebuilt_rows,
  (SELECT count(*) FROM lost) AS only_live, (SELECT count(*) FROM extra) AS only_rebuilt,
  array(SELECT 'live: ' || row FROM lost LIMIT 3) || array(SELECT 'rebuilt: ' || row FROM extra LIMIT 3) AS examples
"""
ROWS = 'SELECT t::text AS row FROM {schema}."{table}" t WHERE NOT ({nothing})'
NO_ROWS = "SELECT NULL::text AS row WHERE false"
READ_SHAPES = """
SELECT c.relname::text, array_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped GROUP BY c.relname
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
    """Compare all tables of two builds as the connection's snapshot sees them.

    They may be of two versions of the code: a table that only one of them has is an empty one in the other, and rows
    that come to nothing are left out only where both have the same columns.
    """
    old, new = instances.schema_of(model.name, live), instances.schema_of(model.name, built)
    shapes = {schema: await _shapes(connection, schema) for schema in (old, new)}
    found = []
    for table in sorted({*shapes[old], *shapes[new]}):
        alike = shapes[old].get(table) == shapes[new].get(table)
        nothing = dict(model.nothing).get(table, "false") if alike else "false"
        before, after = (_rows(schema, table, nothing, there=table in shapes[schema]) for schema in (old, new))
        found.append(await _compared(connection, table, before, after))
    return tuple(found)


async def _shapes(connection: Connection, schema: str) -> dict[str, list[str]]:
    """The columns of each table of a build, with their types."""
    return {row[0]: row[1] for row in await connection.fetch(READ_SHAPES, schema)}


async def _compared(connection: Connection, table: str, live: str, built: str) -> TableDifference:
    row = await connection.fetchrow(COMPARE.format(live=live, built=built))
    assert row is not None
    return TableDifference(table, *row.values())


def _rows(schema: str, table: str, nothing: str, *, there: bool) -> str:
    """SQL of a table's rows as text."""
    return ROWS.format(schema=schema, table=table, nothing=nothing) if there else NO_ROWS
