"""What people did and are to do: activities with customers and tasks, per owner, kind and day, week or month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.report import Question, Report

Every = Literal["day", "week", "month"]
DEFINITION = (
    "Per owner, kind (call, visit, meeting, note; task) and day, week (its Monday) or month: planned = due in it and "
    "not cancelled, done = done in it (each time that a task that comes again was done), overdue = due in it and not "
    "done up to now. An activity is its owner's; a task that is done is whose it was then, an open one its assignee's."
)
# $1 sees everything, $2 owners seen, $3 time zone, $4 owners, $5 customers, $6 $7 the period, $8 now, $9 $10 the
# period's first instant and the one after it, by which indexes find activities. `time`: which of a task's completions
# it is, 0 = the open task or the activity itself. {whose}: said in full, because some people's have an index.
FACTS = """
WITH fact AS (
  SELECT id, 0 AS time, kind, owner_id, customer_id, (due_at AT TIME ZONE $3)::date AS day, 1 AS planned, 0 AS done,
    (done_at IS NULL AND due_at < $8::timestamptz)::int AS overdue, (due_at AT TIME ZONE $3)::date AS due, done_at
  FROM read.activity WHERE due_at >= $9 AND due_at < $10 AND NOT cancelled
  UNION ALL
  SELECT id, 0, kind, owner_id, customer_id, (done_at AT TIME ZONE $3)::date, 0, 1, 0, (due_at AT TIME ZONE $3)::date,
    done_at
  FROM read.activity WHERE done_at >= $9 AND done_at < $10
  UNION ALL
  SELECT id, 0, 'task', assignee_id, customer_id, due, 1, 0, (due < ($8::timestamptz AT TIME ZONE $3)::date)::int, due,
    NULL
  FROM read.task WHERE state = 'open'
  UNION ALL
  SELECT id, n::int, 'task', (d->>'assignee_id')::uuid, customer_id, (d->>'due')::date, 1, 0, 0, (d->>'due')::date,
    (d->>'done_at')::timestamptz
  FROM read.task CROSS JOIN LATERAL jsonb_array_elements(done) WITH ORDINALITY AS e(d, n)
  UNION ALL
  SELECT id, n::int, 'task', (d->>'assignee_id')::uuid, customer_id,
    ((d->>'done_at')::timestamptz AT TIME ZONE $3)::date, 0, 1, 0, (d->>'due')::date, (d->>'done_at')::timestamptz
  FROM read.task CROSS JOIN LATERAL jsonb_array_elements(done) WITH ORDINALITY AS e(d, n)
), counted AS (
  SELECT * FROM fact
  WHERE read.visible(owner_id, $1::boolean, $2::uuid[]) AND {whose}
    AND ($5::uuid[] IS NULL OR customer_id = ANY($5))
    AND day BETWEEN coalesce($6::date, '-infinity') AND coalesce($7::date, 'infinity')
)
"""
# $11 day, week or month. Added up before they get names and an order: there are far fewer sums than facts.
SUMS = f"""{FACTS}
, summed AS MATERIALIZED (
  SELECT date_trunc($11, f.day)::date AS first_day, f.kind, f.owner_id, sum(f.planned)::bigint AS planned,
    sum(f.done)::bigint AS done, sum(f.overdue)::bigint AS overdue
  FROM counted f GROUP BY 1, 2, 3
)
SELECT s.first_day, s.kind, s.owner_id, p.name AS owner, s.planned, s.done, s.overdue
FROM summed s LEFT JOIN read.person p ON p.id = s.owner_id ORDER BY 1, owner NULLS LAST, owner_id, kind
"""  # noqa: S608
EVERYBODYS, OF_SOME = "$4::uuid[] IS NULL", "owner_id = ANY($4)"
WORK_PATH = "/api/v1/reports/activity/work"


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
    drill_planned: str
    drill_done: str
    drill_overdue: str


@dataclass(frozen=True, kw_only=True)
class Activity(Report):
    """The answer; `now`: up to when something is overdue."""

    now: datetime
    every: Every
    planned: int
    done: int
    overdue: int
    drill_planned: str
    drill_done: str
    drill_overdue: str
    rows: list[Busy]


async def activity(question: Question, now: datetime, every: Every) -> Activity:
    """Answer all of it from one snapshot."""
    found = await question.connection.fetch(about(question, SUMS), *asked_of(question, now), every)
    rows = [Busy(**dict(row), **_drills(question, **_place(question, row, every))) for row in found]
    return Activity(
        **question.about(DEFINITION),
        now=now,
        every=every,
        planned=sum(row.planned for row in rows),
        done=sum(row.done for row in rows),
        overdue=sum(row.overdue for row in rows),
        **_drills(question),
        rows=rows,
    )


def about(question: Question, statement: str) -> str:
    """SQL over `FACTS` of the people asked about."""
    return statement.replace("{whose}", EVERYBODYS if question.selection.owners() is None else OF_SOME)


def asked_of(question: Question, now: datetime) -> tuple[Any, ...]:
    """The values of $1 to $10 in `FACTS`."""
    selection = question.selection
    asked, scope = selection.filters, selection.scope
    whose = (scope.everything, scope.owners, selection.time_zone, selection.owners(), asked.customer or None)
    return (*whose, asked.from_date, asked.to_date, now, *selection.instants())


def _drills(question: Question, **narrower: Any) -> dict[str, Any]:
    """The addresses of what is behind the three numbers; what they have in common is put together once."""
    path, _, asked = question.selection.listed(WORK_PATH, **narrower).partition("?")
    rest = f"&{asked}" if asked else ""
    return {f"drill_{what}": f"{path}?what={what}{rest}" for what in ("planned", "done", "overdue")}


def _place(question: Question, row: Any, every: Every) -> dict[str, Any]:
    """What narrows the list to a row: its owner, kind and days, as far as they lie in the period."""
    asked, first, owner = question.selection.filters, row["first_day"], row["owner_id"]
    last = first if every == "day" else _last_of(first, every)
    days = {"from": max(first, asked.from_date or first), "to": min(last, asked.to_date or last)}
    return {"kind": row["kind"], **days, **({"owner": owner} if owner else {"without_owner": "true"})}


def _last_of(first: date, every: Every) -> date:
    """The last day of the week or month that begins on this one."""
    after = first + timedelta(days=7) if every == "week" else (first + timedelta(days=31)).replace(day=1)
    return after - timedelta(days=1)
