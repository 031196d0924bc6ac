"""The activities and tasks behind a number of the activity report, one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.activity import FACTS, about, asked_of
from services.analytics.projections.report import Question

What = Literal["planned", "done", "overdue"]
DEFINITION = (
    "The activities and tasks that were planned, done or overdue in the period, by day. A task that comes again stands "
    "here as often as it was due or done. href: where the service that owns it tells all about it."
)
# $11 what, $12 kinds, $13 of nobody, $14 to $16 the place after which the list goes on, $17 how many.
WORK = f"""{FACTS}
SELECT f.id, f.time, f.kind, f.owner_id, p.name AS owner, f.customer_id, c.name AS customer, f.day, f.due, f.done_at,
  CASE f.kind WHEN 'task' THEN '/api/v1/tasks/' ELSE '/api/v1/activities/' END || f.id AS href
FROM counted f LEFT JOIN read.person p ON p.id = f.owner_id LEFT JOIN read.customer c ON c.id = f.customer_id
WHERE CASE $11::text WHEN 'planned' THEN f.planned WHEN 'done' THEN f.done ELSE f.overdue END > 0
  AND ($12::text[] IS NULL OR f.kind = ANY($12)) AND (NOT $13::boolean OR f.owner_id IS NULL)
  AND ($14::date IS NULL OR (f.day, f.id, f.time) > ($14, $15::uuid, $16::int))
ORDER BY f.day, f.id, f.time LIMIT $17
"""  # noqa: S608


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """An activity or task; `day`: on which it counts, `time`: which time of one that comes again."""

    id: UUID
    time: int
    kind: str
    owner: str | None
    owner_id: UUID | None
    customer: str | None
    customer_id: UUID | None
    day: date
    due: date | None
    done_at: datetime | None
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Which of them; `kind`: none = all."""

    what: What
    kind: tuple[str, ...] = ()
    without_owner: bool = False


async def work_of(
    question: Question, now: datetime, listed: Listed, after: Sequence[Any] | None, limit: int
) -> list[Work]:
    """At most `limit` after the one with this (day, id, time); `now`: up to when something is overdue."""
    told = (listed.what, listed.kind or None, listed.without_owner, *(after or (None, None, None)), limit)
    rows = await question.connection.fetch(about(question, WORK), *asked_of(question, now), *told)
    return [Work(**dict(row)) for row in rows]
