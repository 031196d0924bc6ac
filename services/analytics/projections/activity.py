"""What people did and are to do: activities with customers and tasks, per owner, kind and day, week or month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.analytics.projections.report import Question, Report

Every = Literal["day", "week", "month"]
DEFINITION = (
    "Per owner, kind (call, visit, meeting, note; task) and day, week (its Monday) or month: planned = due in it and "
    "not cancelled, done = done in it (each time that a task that comes again was done), overdue = due in it and not "
    "done up to now. An activity is its owner's; a task that is done is whose it was then, an open one its assignee's."
)
# $1 sees everything, $2 owners seen, $3 time zone, $4 owners, $5 customers, $6 $7 the period, $8 now, $9 day/week/month
FACTS = """
WITH fact AS (
  SELECT kind, owner_id, customer_id, (due_at AT TIME ZONE $3)::date AS day, 1 AS planned, 0 AS done,
    (done_at IS NULL AND due_at < $8::timestamptz)::int AS overdue
  FROM read.activity WHERE due_at IS NOT NULL AND NOT cancelled
  UNION ALL
  SELECT kind, owner_id, customer_id, (done_at AT TIME ZONE $3)::date, 0, 1, 0
  FROM read.activity WHERE done_at IS NOT NULL
  UNION ALL
  SELECT 'task', assignee_id, customer_id, due, 1, 0, (due < ($8::timestamptz AT TIME ZONE $3)::date)::int
  FROM read.task WHERE state = 'open'
  UNION ALL
  SELECT 'task', (d->>'assignee_id')::uuid, customer_id, (d->>'due')::date, 1, 0, 0
  FROM read.task CROSS JOIN LATERAL jsonb_array_elements(done) d
  UNION ALL
  SELECT 'task', (d->>'assignee_id')::uuid, customer_id, ((d->>'done_at')::timestamptz AT TIME ZONE $3)::date, 0, 1, 0
  FROM read.task CROSS JOIN LATERAL jsonb_array_elements(done) d
)
SELECT date_trunc($9, f.day)::date AS first_day, f.kind, f.owner_id, p.name AS owner, sum(f.planned)::bigint AS planned,
  sum(f.done)::bigint AS done, sum(f.overdue)::bigint AS overdue
FROM fact f LEFT JOIN read.person p ON p.id = f.owner_id
WHERE read.visible(f.owner_id, $1::boolean, $2::uuid[]) AND ($4::uuid[] IS NULL OR f.owner_id = ANY($4))
  AND ($5::uuid[] IS NULL OR f.customer_id = ANY($5))
  AND f.day BETWEEN coalesce($6::date, '-infinity') AND coalesce($7::date, 'infinity')
GROUP BY 1, 2, 3, 4 ORDER BY 1, owner NULLS LAST, owner_id, kind
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """What one owner did of one kind in one day, week or month; `first_day` is its first."""

    first_day: date
    kind: str
    owner: str | None
    owner_id: UUID | None
    planned: int
    done: int
    overdue: int


@dataclass(frozen=True, kw_only=True)
class Activity(Report):
    """The answer; `now`: up to when something is overdue."""

    now: datetime
    every: Every
    planned: int
    done: int
    overdue: int
    rows: list[Busy]


async def activity(question: Question, now: datetime, every: Every) -> Activity:
    """Answer all of it from one snapshot."""
    selection = question.selection
    asked, scope = selection.filters, selection.scope
    whose = (scope.everything, scope.owners, selection.time_zone, selection.owners(), asked.customer or None)
    found = await question.connection.fetch(FACTS, *whose, asked.from_date, asked.to_date, now, every)
    rows = [Busy(**dict(row)) for row in found]
    return Activity(
        **question.about(DEFINITION),
        now=now,
        every=every,
        planned=sum(row.planned for row in rows),
        done=sum(row.done for row in rows),
        overdue=sum(row.overdue for row in rows),
        rows=rows,
    )
