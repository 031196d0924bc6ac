"""What is asked about activities: of a customer, of an owner, still open, due; one of them; who is visible."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.customer.domain.activity.decider import ActivityNotFound
from services.customer.projections.activities import ActivityRow
from services.customer.projections.facts import rows_of
from services.customer.projections.scope import Scope
from shared.eventstore.read_model import Pool


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFilter:
    """Which activities are asked for; None = does not matter; due in [`due_from`, `due_before`)."""

    customer_id: UUID | None = None
    owner_id: UUID | None = None
    kind: str | None = None
    status: str | None = None
    due_from: datetime | None = None
    due_before: datetime | None = None


# One's own are visible; others' (and nobody's) where their customer is, or where they have none, as any record.
LIST = """
SELECT activities.* FROM read.activities AS activities
LEFT JOIN read.customers AS customers ON customers.id = activities.customer_id AND NOT customers.deleted
WHERE (activities.owner_id = ANY($2) OR CASE WHEN $1::boolean OR activities.customer_id IS NULL
       THEN read.visible(activities.owner_id, $1, $2, $3)
       ELSE customers.id IS NOT NULL AND read.visible(customers.owner_id, $1, $2, $3) END)
  AND ($4::uuid IS NULL OR activities.customer_id = $4)
  AND ($5::uuid IS NULL OR activities.owner_id = $5)
  AND ($6::text IS NULL OR activities.kind = $6)
  AND ($7::text IS NULL OR activities.status = $7)
  AND ($8::timestamptz IS NULL OR activities.due_at >= $8)
  AND ($9::timestamptz IS NULL OR activities.due_at < $9)
  AND ($10::timestamptz IS NULL OR (activities.updated_at, activities.id) < ($10, $11::uuid))
ORDER BY activities.updated_at DESC, activities.id DESC
LIMIT $12
"""

BY_ID = """
SELECT activities.* FROM read.activities AS activities
LEFT JOIN read.customers AS customers ON customers.id = activities.customer_id AND NOT customers.deleted
WHERE activities.id = ANY($4)
  AND (activities.owner_id = ANY($2) OR CASE WHEN $1::boolean OR activities.customer_id IS NULL
       THEN read.visible(activities.owner_id, $1, $2, $3)
       ELSE customers.id IS NOT NULL AND read.visible(customers.owner_id, $1, $2, $3) END)
"""


class Activities:
    """The activities as they are now, as far as a scope reaches."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def page(
        self, scope: Scope, wanted: ActivityFilter, *, after: Sequence[object] | None, limit: int
    ) -> list[ActivityRow]:
        """Latest change first; `after` is the (updated_at, id) of the last row seen."""
        rows = await self._pool.fetch(
            LIST,
            *scope.arguments,
            wanted.customer_id,
            wanted.owner_id,
            wanted.kind,
            wanted.status,
            wanted.due_from,
            wanted.due_before,
            *(after or (None, None)),
            limit,
        )
        return rows_of(ActivityRow, rows)

    async def one(self, scope: Scope, activity_id: UUID) -> ActivityRow:
        """Raises ActivityNotFound, also for one that is not visible."""
        rows = rows_of(ActivityRow, await self._pool.fetch(BY_ID, *scope.arguments, [activity_id]))
        if not rows:
            raise ActivityNotFound
        return rows[0]

    async def visible(self, scope: Scope, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the ids that the scope reaches."""
        return frozenset(row["id"] for row in await self._pool.fetch(BY_ID, *scope.arguments, ids))
