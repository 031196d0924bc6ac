"""What the customers' table is asked: lists, one customer, who is visible, what stands above whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from services.customer.domain.customer.state import CustomerNotFound
from services.customer.projections.customers import CustomerRow
from services.customer.projections.facts import rows_of
from services.customer.projections.scope import Scope
from shared.eventstore.read_model import Pool

Sort = Literal["name", "-name", "created_at", "-created_at", "updated_at", "-updated_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerFilter:
    """Which customers are asked for; None = does not matter.

    `team`: its people; `names`: exactly these, whether in capitals or not.
    """

    owner_id: UUID | None = None
    kind: str | None = None
    industry: str | None = None
    region: str | None = None
    source: str | None = None
    parent_id: UUID | None = None
    archived: bool | None = None
    deleted: bool = False
    text: str | None = None
    team: Sequence[UUID] | None = None
    names: Sequence[str] | None = None


LIST = """
SELECT * FROM read.customers
WHERE read.visible(owner_id, $1, $2, $3)
  AND ($4::uuid IS NULL OR owner_id = $4)
  AND ($5::text IS NULL OR kind = $5)
  AND ($6::text IS NULL OR industry = $6)
  AND ($7::text IS NULL OR region = $7)
  AND ($8::text IS NULL OR source = $8)
  AND ($9::uuid IS NULL OR parent_id = $9)
  AND ($10::boolean IS NULL OR archived = $10)
  AND deleted = $11
  AND ($12::text IS NULL OR search LIKE $12)
  AND ($13::uuid[] IS NULL OR owner_id = ANY($13))
  AND ($14::text[] IS NULL OR search = ANY($14))
  AND ($15::{type} IS NULL OR ({column}, id) {beyond} ($15, $16::uuid))
ORDER BY {column} {direction}, id {direction}
LIMIT $17
"""

ONE = "SELECT * FROM read.customers WHERE id = $4 AND NOT deleted AND read.visible(owner_id, $1, $2, $3)"

VISIBLE = """
SELECT id FROM read.customers
WHERE id = ANY($4) AND (NOT deleted OR $5) AND read.visible(owner_id, $1, $2, $3)
"""

# UNION drops what was seen before, so a circle that two people closed at the same moment ends here.
ABOVE = """
WITH RECURSIVE above AS (
    SELECT id AS start, id, parent_id FROM read.customers WHERE id = ANY($1)
    UNION
    SELECT above.start, customers.id, customers.parent_id
    FROM read.customers AS customers JOIN above ON customers.id = above.parent_id
)
SELECT start, id FROM above
"""


def ordered(column: str, type: str, *, descending: bool) -> str:
    """The list in one order; `column` and `type` are names of ours, never from a request."""
    words = {"column": column, "type": type, "beyond": "<" if descending else ">"}
    words["direction"] = "DESC" if descending else "ASC"
    sql = LIST
    for word, meaning in words.items():
        sql = sql.replace("{" + word + "}", meaning)
    return sql


LISTS: dict[Sort, str] = {
    "name": ordered("search", "text", descending=False),
    "-name": ordered("search", "text", descending=True),
    "created_at": ordered("created_at", "timestamptz", descending=False),
    "-created_at": ordered("created_at", "timestamptz", descending=True),
    "updated_at": ordered("updated_at", "timestamptz", descending=False),
    "-updated_at": ordered("updated_at", "timestamptz", descending=True),
}


def sort_key(row: CustomerRow, sort: Sort) -> tuple[object, UUID]:
    """Where a row stands in a list: what the next page's `after` is made of."""
    column = sort.removeprefix("-")
    return getattr(row, "search" if column == "name" else column), row.id


def containing(text: str | None) -> str | None:
    """A LIKE pattern for names that contain the text as it is."""
    if text is None:
        return None
    literal = text.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{literal}%"


class Customers:
    """The customers as they are now, as far as a scope reaches."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(
        self, scope: Scope, wanted: CustomerFilter, sort: Sort, *, after: Sequence[object] | None, limit: int
    ) -> list[CustomerRow]:
        """In the order of `sort`; `after` is the sort key of the last row seen."""
        rows = await self._pool.fetch(
            LISTS[sort],
            *scope.arguments,
            wanted.owner_id,
            wanted.kind,
            wanted.industry,
            wanted.region,
            wanted.source,
            wanted.parent_id,
            wanted.archived,
            wanted.deleted,
            containing(wanted.text),
            wanted.team,
            None if wanted.names is None else [name.casefold() for name in wanted.names],
            *(after or (None, None)),
            limit,
        )
        return rows_of(CustomerRow, rows)

    async def one(self, scope: Scope, customer_id: UUID) -> CustomerRow:
        """Raises CustomerNotFound, also for what is deleted or not visible."""
        row = await self._pool.fetchrow(ONE, *scope.arguments, customer_id)
        if row is None:
            raise CustomerNotFound
        return rows_of(CustomerRow, [row])[0]

    async def visible(self, scope: Scope, ids: Collection[UUID], *, deleted: bool = False) -> frozenset[UUID]:
        """Those of the ids that the scope reaches; deleted ones only where asked for."""
        rows = await self._pool.fetch(VISIBLE, *scope.arguments, ids, deleted)
        return frozenset(row["id"] for row in rows)

    async def above(self, ids: Collection[UUID]) -> dict[UUID, tuple[UUID, ...]]:
        """Each of the customers → itself and all customers above it."""
        lines: defaultdict[UUID, tuple[UUID, ...]] = defaultdict(tuple)
        for row in await self._pool.fetch(ABOVE, ids):
            lines[row["start"]] += (row["id"],)
        return dict(lines)
