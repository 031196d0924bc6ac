"""The deals behind a number: the same selection as the reports, narrowed to what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.figures import Money, money
from services.analytics.projections.report import Question
from services.analytics.projections.selection import over_stays
from services.analytics.projections.without import Without, lacking

Outcome = Literal["advanced", "lost", "moved_back", "migrated", "still_there"]
PeriodOf = Literal["opened", "closed", "entered", "left", "any"]

# {chosen}: what the deals are to lack.
BEHIND = """
SELECT s.*, owner.name AS owner, credited.name AS credited_owner, c.name AS customer, p.name AS process
FROM selected s
LEFT JOIN read.person owner ON owner.id = s.owner_id
LEFT JOIN read.person credited ON credited.id = s.credited_owner_id
LEFT JOIN read.customer c ON c.id = s.customer_id
LEFT JOIN read.sales_process p ON p.id = s.process_id
WHERE CASE $17 WHEN 'opened' THEN s.opened_in_period WHEN 'closed' THEN s.closed_in_period ELSE true END
  AND ($19::text[] IS NULL OR s.stage_key = ANY($19))
  AND ($21::int IS NULL OR s.pushes = $21)
  AND ($22::text IS NULL AND $23::text IS NULL OR s.id IN (
    SELECT st.deal_id FROM stays st
    WHERE ($22 IS NULL OR st.stage_key = $22) AND ($23 IS NULL OR st.outcome = $23) AND NOT ($27 AND st.again)
      AND ($17 <> 'entered' OR st.entered_in_period)))
  AND ($24::text IS NULL OR EXISTS (
    SELECT FROM stays st
    JOIN read.process_stage goal
      ON goal.process_id = s.process_id AND goal.number = s.process_version AND goal.key = $24
    LEFT JOIN read.process_stage here
      ON here.process_id = s.process_id AND here.number = s.process_version AND here.key = st.stage_key
    WHERE st.deal_id = s.id
      AND (st.category = 'won' OR st.category = 'open' AND goal.category = 'open' AND here.rank >= goal.rank)))
  AND ($28::text IS NULL OR (
    SELECT (max(st.left_at) AT TIME ZONE $3)::date FROM stays st WHERE st.deal_id = s.id AND st.stage_key = $28
  ) BETWEEN coalesce($13::date, '-infinity') AND coalesce($14::date, 'infinity'))
  AND (($18::text[] IS NULL OR s.category = ANY($18))
    AND ($29::date IS NULL OR s.expected_close >= $29) AND ($30::date IS NULL OR s.expected_close <= $30)
    AND (NOT $31::boolean OR s.expected_close IS NULL)
    AND ($32::text[] IS NULL OR s.forecast_category = ANY($32))
    OR $20::boolean AND s.category = 'won'
    AND s.closed_on BETWEEN coalesce($29::date, '-infinity') AND coalesce($30::date, 'infinity'))
  AND ($33::text[] IS NULL OR coalesce(left(s.lost_reason, 200), '') = ANY($33))
  AND ($34::text[] IS NULL OR coalesce(left(s.competitor, 200), '') = ANY($34))
  AND ($35::text[] IS NULL OR s.closed_from = ANY($35))
  AND ($36::timestamptz IS NULL OR s.changed_at < $36)
  AND ($37::int IS NULL OR s.pushes >= $37)
  AND ($25::uuid IS NULL OR s.id > $25) AND {chosen}
ORDER BY s.id LIMIT $26
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """What was counted.

    `by`: which day the period is about; `stayed` and `outcome`: a stage it was in and what became of that stay, with
    `first_time` its first one there; `left`: a stage that it last left in the period;
    `reached`: an open or won stage that it got to or beyond. `lost_reason`, `competitor`: "" = not known;
    `closed_from`: stages from which it was closed; `pushes`: its expected close went to a later day so often or more,
    `pushed`: just so often. `with_won`: beside the open deals that are expected on some days those that were won then.
    `without`: what it is to have none of.
    """

    by: PeriodOf = "opened"
    category: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    without: tuple[Without, ...] = ()
    stayed: str | None = None
    outcome: Outcome | None = None
    first_time: bool = False
    left: str | None = None
    reached: str | None = None
    expected_from: date | None = None
    expected_to: date | None = None
    without_expected: bool = False
    forecast_category: tuple[str, ...] = ()
    lost_reason: tuple[str, ...] = ()
    competitor: tuple[str, ...] = ()
    closed_from: tuple[str, ...] = ()
    changed_before: datetime | None = None
    pushes: int | None = None
    pushed: int | None = None
    with_won: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedDeal:
    """One deal as it is now; `credited_owner` has the number, `owner` looks after it today."""

    id: UUID
    version: int
    name: str
    process: str | None
    process_id: UUID
    process_version: int
    stage: str
    stage_key: str
    category: str
    owner: str | None
    owner_id: UUID | None
    credited_owner: str | None
    credited_owner_id: UUID | None
    customer: str | None
    customer_id: UUID | None
    amount: Money | None
    expected_close: date | None
    source: str | None
    region: str | None
    opened_at: datetime
    closed_at: datetime | None


async def deals_behind(question: Question, behind: Behind, after: UUID | None, limit: int) -> list[CountedDeal]:
    """At most `limit` deals with ids above `after`, by id."""
    return [counted(row) for row in await rows_behind(question, behind, after, limit)]


async def rows_behind(question: Question, behind: Behind, after: UUID | None, limit: int) -> Sequence[Any]:
    """The same as rows, with everything that is known of the deals."""
    return await question.rows(
        over_stays(BEHIND.replace("{chosen}", lacking(behind.without))),
        behind.by,
        behind.category or None,
        behind.stage or None,
        behind.with_won,
        behind.pushed,
        behind.stayed,
        behind.outcome,
        behind.reached,
        after,
        limit,
        behind.first_time,
        behind.left,
        behind.expected_from,
        behind.expected_to,
        behind.without_expected,
        behind.forecast_category or None,
        behind.lost_reason or None,
        behind.competitor or None,
        behind.closed_from or None,
        behind.changed_before,
        behind.pushes,
    )


def counted(row: Any) -> CountedDeal:
    """A row as it is told."""
    alike = ("id", "version", "name", "process", "process_id", "process_version", "stage_key", "category")
    dated = ("expected_close", "opened_at", "closed_at", "source", "region")
    people = ("owner", "owner_id", "credited_owner", "credited_owner_id", "customer", "customer_id")
    amount = money(row["amount"], row["currency"]) if row["amount"] is not None else None
    named = {name: row[name] for name in (*alike, *dated, *people)}
    return CountedDeal(stage=row["stage_name"], amount=amount, **named)
