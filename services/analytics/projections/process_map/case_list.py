"""The deals behind a stage, a way, a variant or a violation of the map."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.figures import Money, money
from services.analytics.projections.process_map.asking import Asked, Conditions
from services.analytics.projections.process_map.drawn import Drawings, drawings_of
from services.analytics.projections.process_map.judging import verdict_of
from services.analytics.projections.process_map.past_ways import GONE, PastWay, began
from services.analytics.projections.process_map.path import decoded
from services.analytics.projections.process_map.paths import deals_chosen
from services.analytics.projections.process_map.tally import copied

DEFINITION = (
    "Deals of the process as they are now, by id; with as_of those that counted then. activity: they entered this "
    "stage; step_from, step_to: they went from this stage, to that stage, or both in one step; each in the days asked "
    "about, if by=activity. at: they are there now. variant: they have gone just this way. violation: they left the "
    "drawing like this. With as_of all of this is as of then."
)
ENTERED = """
c.path_id IN (SELECT s.path_id FROM read.process_path_step s WHERE {told})
AND EXISTS (
  SELECT FROM unnest(c.ats, c.waits) WITH ORDINALITY AS u(at, wait, ord)
  JOIN read.process_path_step s ON s.path_id = c.path_id AND s.ord = u.ord WHERE {told} AND {days})
"""
BEHIND = """
SELECT c.id, c.version, c.name, c.process_version, c.stage, c.outcome, c.path_id, c.owner_id, owner.name AS owner,
  c.credited_owner_id, credited.name AS credited_owner, c.customer_id, customer.name AS customer, c.amount, c.currency,
  c.source, coalesce(c.region, customer.region) AS region, c.opened_at, c.entered_at, c.closed_at,
  cardinality(c.ats) AS entries, p.path
FROM read.process_case c JOIN read.process_path p ON p.id = c.path_id
LEFT JOIN read.person owner ON owner.id = c.owner_id
LEFT JOIN read.person credited ON credited.id = c.credited_owner_id
LEFT JOIN read.customer customer ON customer.id = c.customer_id
WHERE {where} ORDER BY c.id LIMIT {limit}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """What the deals did; what is None was not asked.

    `longer_than_days`: they stayed in `source` for longer before; `paths`: they have gone one of these ways; `then`:
    they had gone one of these at the instant asked for.
    """

    activity: str | None = None
    source: str | None = None
    target: str | None = None
    longer_than_days: int | None = None
    at: str | None = None
    outcome: Literal["open", "won", "lost"] | None = None
    paths: tuple[UUID, ...] | None = None
    then: Sequence[PastWay] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedDeal:
    """One deal as it is now; `variant`: the way it has gone, of so many `entries` of stages.

    `fits`, `cost`: beside the versions it ran on, see the conformance of the process; None where one is not drawn here.
    """

    id: UUID
    version: int
    name: str
    process_version: int
    stage: str
    outcome: str
    variant: UUID
    entries: int
    fits: bool | None
    cost: int | None
    owner: str | None
    owner_id: UUID | None
    credited_owner: str | None
    credited_owner_id: UUID | None
    customer: str | None
    customer_id: UUID | None
    amount: Money | None
    source: str | None
    region: str | None
    opened_at: datetime
    entered_at: datetime
    closed_at: datetime | None


async def deals_passed(asked: Asked, passed: Passed, after: UUID | None, limit: int) -> list[MappedDeal]:
    """At most `limit` deals with ids above `after`, by id."""
    conditions = narrowed(asked, passed)
    if after is not None:
        conditions.add("c.id > {}", after)
    rows = await asked.rows(BEHIND.format(where=conditions.where, limit=limit), conditions.values)
    drawings = await drawings_of(asked.connection, asked.process_id)
    return [_deal(row, drawings) for row in rows]


def narrowed(asked: Asked, passed: Passed) -> Conditions:
    """The deals that count and did this, as conditions on `read.process_case c`."""
    stepped = passed.activity or passed.source or passed.target
    conditions = deals_chosen(asked) if not stepped and passed.then is None else copied(asked.chosen())
    if passed.activity:
        _entered(asked, conditions, [("s.kind IN ('start', 'in', 'step') AND s.target = {}", passed.activity)])
    if passed.source or passed.target:
        named = (("s.source = {}", passed.source), ("s.target = {}", passed.target))
        wanted = [("s.kind = {}", "step"), *((text, value) for text, value in named if value)]
        _entered(asked, conditions, wanted, passed.longer_than_days)
    for column, value in (("c.stage", passed.at), ("c.outcome", passed.outcome)):
        if value is not None:
            conditions.add(f"{column} = {{}}", value)
    if passed.paths is not None:
        conditions.add("c.path_id = ANY({}::uuid[])", passed.paths)
    if passed.then is not None:
        conditions.add(GONE, asked.filters.as_of, *began(passed.then))
    return conditions


def _entered(
    asked: Asked, conditions: Conditions, wanted: Sequence[tuple[str, str]], longer_than_days: int | None = None
) -> None:
    if asked.filters.by == "activity":
        asked.active_within(conditions)
    told, days = Conditions(values=conditions.values), Conditions(values=conditions.values)
    for text, value in wanted:
        told.add(text, value)
    if asked.filters.version is not None:
        told.add("s.process_version = {}", asked.filters.version)
    if asked.filters.by == "activity":
        asked.within(days, "u.at")
    asked.until(days, "u.at")
    if longer_than_days is not None:
        days.add("u.wait > {}::bigint * 86400000", longer_than_days)
    conditions.texts.append(ENTERED.format(told=told.where, days=days.where))


def _deal(row: Any, drawings: Drawings) -> MappedDeal:
    told = dict(row)
    amount, currency, verdict = (
        told.pop("amount"),
        told.pop("currency"),
        verdict_of(decoded(told.pop("path")), drawings),
    )
    worth = money(amount, currency) if amount is not None else None
    fits, cost = (verdict.fits, verdict.cost) if verdict.judged else (None, None)
    return MappedDeal(amount=worth, variant=told.pop("path_id"), fits=fits, cost=cost, **told)
