"""Which tasks there are: by filter, in an order, page by page; and which of them somebody may touch."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

import asyncpg

from services.pipeline.projections.deal_list import containing
from services.pipeline.projections.scope import Scope
from services.pipeline.projections.tasks import COLUMNS, Status, TaskRow

Sort = Literal["due", "-due", "updated_at", "-updated_at"]
When = Literal["overdue", "today", "upcoming"]

KEYS: Mapping[str, tuple[str, str]] = {"due": ("t.due", "date"), "updated_at": ("t.updated_at", "timestamptz")}

# Whoever sees the person who is to do it, or the deal it is for; a task of a deleted deal is hidden like the deal.
VISIBLE = """
    ((t.assignee_id IS NOT NULL OR t.deal_id IS NULL) AND read.visible(t.assignee_id, $1, $2, $3)
     OR t.deal_id IS NOT NULL AND read.visible(d.owner_id, $1, $2, $3))
    AND d.deleted IS NOT TRUE
"""
JOINED = """
read.tasks t LEFT JOIN read.deals d ON d.id = t.deal_id LEFT JOIN read.people p ON p.id = t.assignee_id
LEFT JOIN read.customers c ON c.id = t.customer_id
"""
SHOWN = ", ".join(f"t.{column.strip()}" for column in COLUMNS.split(","))
NAMED = f"{SHOWN}, p.name AS assignee_name, d.name AS deal_name, c.name AS customer_name"
LIST = """
SELECT {columns}, {key} AS sort_key FROM {joined} WHERE {visible}
    AND ($4::text IS NULL OR t.status = $4)
    AND ($5::uuid IS NULL OR t.assignee_id = $5)
    AND ($6::uuid[] IS NULL OR t.assignee_id = ANY($6))
    AND ($7::uuid IS NULL OR t.deal_id = $7)
    AND ($8::uuid IS NULL OR t.customer_id = $8)
    AND ($9::date IS NULL OR t.due >= $9)
    AND ($10::date IS NULL OR t.due <= $10)
    AND ($11::text IS NULL OR t.title ILIKE $11)
    AND ($12::{type} IS NULL OR ({key}, t.id) {beyond} ($12, $13::uuid))
ORDER BY {key} {direction}, t.id {direction} LIMIT $14
"""
ONE = f"SELECT {NAMED}, NULL AS sort_key FROM {JOINED} WHERE t.id = $4 AND {VISIBLE}"  # noqa: S608 - constants
SEEN = f"SELECT t.id FROM {JOINED} WHERE t.id = ANY($4) AND {VISIBLE}"  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks are asked for; None = does not matter. `team`: the ids of its people."""

    status: Status | None = None
    assignee_id: UUID | None = None
    team: Sequence[UUID] | None = None
    deal_id: UUID | None = None
    customer_id: UUID | None = None
    due_from: date | None = None
    due_to: date | None = None
    text: str | None = None

    @property
    def arguments(self) -> tuple[object, ...]:
        """$4 to $11 of the list."""
        return (
            self.status,
            self.assignee_id,
            self.team,
            self.deal_id,
            self.customer_id,
            self.due_from,
            self.due_to,
            containing(self.text),
        )


@dataclass(frozen=True, slots=True)
class NamedTask:
    """A task with the names that other streams hold, and where it stands in the list's order."""

    task: TaskRow
    assignee_name: str | None
    deal_name: str | None
    customer_name: str | None
    sort_key: object


class TaskList:
    """The tasks as they are now, as far as a scope reaches."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self._pool = pool

    async def page(
        self, scope: Scope, wanted: TaskFilter, sort: Sort, *, after: Sequence[object] | None, limit: int
    ) -> list[NamedTask]:
        """In the order of `sort`; `after` is the (sort key, id) of the last task seen."""
        after = after or (None, None)
        rows = await self._pool.fetch(LISTS[sort], *scope.arguments, *wanted.arguments, *after, limit)
        return [_named(row) for row in rows]

    async def one(self, scope: Scope, task_id: UUID) -> NamedTask | None:
        """The task, unless it is out of reach."""
        row = await self._pool.fetchrow(ONE, *scope.arguments, task_id)
        return _named(row) if row else None

    async def seen(self, scope: Scope, ids: Collection[UUID]) -> frozenset[UUID]:
        """Those of the ids that are tasks within reach."""
        rows = await self._pool.fetch(SEEN, *scope.arguments, ids) if ids else []
        return frozenset(row["id"] for row in rows)


def _ordered(sort: str) -> str:
    """The list in one order; every word put in is one of ours, never from a request."""
    key, type_ = KEYS[sort.removeprefix("-")]
    descending = sort.startswith("-")
    words = {"columns": NAMED, "joined": JOINED, "visible": VISIBLE, "key": key, "type": type_}
    words |= {"beyond": "<", "direction": "DESC"} if descending else {"beyond": ">", "direction": "ASC"}
    return LIST.format_map(words)


LISTS: Mapping[str, str] = {sort: _ordered(sort) for key in KEYS for sort in (key, f"-{key}")}


def _named(row: asyncpg.Record) -> NamedTask:
    values = dict(row)
    names = {name: values.pop(name) for name in ("assignee_name", "deal_name", "customer_name", "sort_key")}
    return NamedTask(TaskRow(**values), **names)
