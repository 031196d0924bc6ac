"""How far each quota is: what was won of it, what is coming, and whose or what part of the business brought it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, repeat
from typing import Any
from uuid import UUID

from services.analytics.projections import scope
from services.analytics.projections.attainment import (
    COMMITTED,
    PIPELINE,
    SUMS,
    Attainment,
    Holder,
    Sum,
    attained,
    in_its_money,
)
from services.analytics.projections.closings import closings
from services.analytics.projections.coins import Coins, worth
from services.analytics.projections.grouping import WHOLE, Cut, Grouping, grouping
from services.analytics.projections.pipeline_moves import at
from services.analytics.projections.quota_periods import bounds
from services.analytics.projections.report import Question, Report
from services.analytics.projections.standing import standing

DEFINITION = (
    "Per quota of a person, or of a team (its members and those of the teams below, as they stand today): attainment = "
    "won in the period / quota, by the owner at closing; commit_attainment = (won + open deals in commit that are "
    "expected to close in it) / quota; coverage = open pipeline (pipeline, best case, most likely, commit) expected to "
    "close in it / quota; remaining_coverage = the same / (quota - won). Amounts in the quota's currency; where deals "
    "have another, all count in the company's currency if the quota is in that, at the rates of the days on which they "
    "were set or, with rates=<day>, at those of one day; else nothing is said and `reason` says why: "
    "different-currencies, without-rate. group_by tells of each quota what every owner, team, process, source or "
    "region brought: their parts of won, commit and open pipeline, and of the ratios, add up to the quota's. By "
    "product a deal counts whole for each product that it has lines of, so these parts overlap. There are no "
    "months, because a quota has its period, and no stages, because what was won stands in none."
)
QUOTAS = """
SELECT q.holder, q.holder_id, q.period, q.amount, q.currency, coalesce(p.name, t.name) AS name
FROM read.quota q
LEFT JOIN read.person p ON q.holder = 'person' AND p.id = q.holder_id
LEFT JOIN read.team t ON q.holder = 'team' AND t.id = q.holder_id
WHERE ($1::text[] IS NULL OR q.period = ANY($1)) AND ($2::text IS NULL OR q.holder = $2)
ORDER BY q.period, q.holder, name, q.holder_id
"""


@dataclass(frozen=True, kw_only=True)
class QuotaReport(Report):
    """The answer."""

    rates: str
    group_by: str | None
    quotas: list[Attainment]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which quotas, and how they are told.

    `periods`: none = all that the question's own days touch; `holder`: None = of people and of teams; `day`: whose
    rates make the company's money, None = those of the events.
    """

    periods: tuple[str, ...] = ()
    holder: Holder | None = None
    day: date | None = None
    group_by: Grouping | None = None


async def quota(question: Question, wish: Wish) -> QuotaReport:
    """Answer all of it from one snapshot."""
    valued, cut = await worth(question, Coins(base=True, day=wish.day)), await grouping(question, wish.group_by)
    rows = await question.connection.fetch(QUOTAS, list(wish.periods) or None, wish.holder)
    asked = question.selection.filters
    wanted = [row for row in rows if _touches(row["period"], asked.from_date, asked.to_date)]
    people = {row["holder_id"]: await _people(question, row) for row in wanted}
    seen = [row for row in wanted if _is_seen(question, row, people[row["holder_id"]])]
    everybody = sorted({person for row in seen for person in people[row["holder_id"]]})
    parts = await _sums(question, everybody, _stretch(seen), cut) if everybody else {}
    overlap = bool(everybody) and wish.group_by == "product"
    whole = await _sums(question, everybody, _stretch(seen), WHOLE) if overlap else parts
    everywhen, found = at(question, question.selection.as_of), []
    for row in seen:
        brought = in_its_money(row["currency"], _within(whole, people[row["holder_id"]], row["period"]), valued)
        told = _within(parts, people[row["holder_id"]], row["period"]) if overlap else ()
        by_parts = in_its_money(row["currency"], told, valued) if overlap else brought
        found.append(attained(everywhen, row, brought, cut, by_parts))
    return QuotaReport(
        **question.about(DEFINITION), rates=valued.coins.rates or "event", group_by=wish.group_by, quotas=found
    )


def _touches(period: str, first: date | None, last: date | None) -> bool:
    if re.fullmatch(r"\d{4}(-Q[1-4]|-(0[1-9]|1[0-2]))?", period) is None:
        return False
    begins, ends = bounds(period)
    return (first is None or ends >= first) and (last is None or begins <= last)


async def _people(question: Question, row: Any) -> tuple[UUID, ...]:
    if row["holder"] == "person":
        return (row["holder_id"],)
    return await scope.members(question.connection, [row["holder_id"]])


def _is_seen(question: Question, row: Any, people: tuple[UUID, ...]) -> bool:
    """Whether the asker sees all of its people and asked about nobody else."""
    selection = question.selection
    seen = selection.scope.everything or set(people) <= set(selection.scope.owners)
    if selection.filters.team and row["holder"] == "team":
        return seen and row["holder_id"] in selection.filters.team
    owners = selection.owners()
    return seen and (owners is None or (bool(people) and set(people) <= set(owners)))


def _stretch(quotas: Iterable[Any]) -> tuple[date, date]:
    """The first and the last day of all of them."""
    days = [bounds(row["period"]) for row in quotas]
    return min(first for first, _ in days), max(last for _, last in days)


async def _sums(question: Question, people: list[UUID], days: tuple[date, date], cut: Cut) -> dict[UUID, list[Sum]]:
    """Won and open sums by owner, month and the cut's columns, each with what it is: won, commit or pipeline."""
    everywhen = at(question, question.selection.as_of)
    filters = replace(everywhen.selection.filters, owner=tuple(people), team=())
    asked = replace(everywhen, selection=replace(everywhen.selection, filters=filters, team_members=None))
    filters = replace(filters, from_date=days[0], to_date=days[1])
    closed_then = replace(asked, selection=replace(asked.selection, filters=filters))
    month = "date_trunc('month', bucket)::date AS close_month"
    told = dict.fromkeys(("currency", "base_currency", "owner_id", *cut.columns))
    won = await closings(closed_then, month, *told, by_owner=True, only="won")
    columns = ("category", "close_month", "forecast_category", *told)
    is_open = await standing(asked, *columns, where=_expected(days))
    committed = [row for row in is_open if row["forecast_category"] in COMMITTED]
    pipeline = [row for row in is_open if row["forecast_category"] in PIPELINE]
    sums = zip(SUMS, (won, committed, pipeline), strict=True)
    return _by_owner(chain(*(zip(repeat(what), rows) for what, rows in sums)))


def _expected(days: tuple[date, date]) -> str:
    """SQL: open deals that are expected to close in these days, which are whole months."""
    return f"category IN ('open', 'on_hold') AND close_month BETWEEN '{days[0]}' AND '{days[1]}'"


def _by_owner(sums: Iterable[tuple[str, Any]]) -> dict[UUID, list[Sum]]:
    found: dict[UUID, list[Sum]] = defaultdict(list)
    for what, row in sums:
        if row["close_month"] and row["currency"]:
            found[row["owner_id"]].append(Sum(what, row["close_month"], row))
    return found


def _within(sums: dict[UUID, list[Sum]], people: tuple[UUID, ...], period: str) -> list[Sum]:
    first, last = bounds(period)
    return [one for person in people for one in sums.get(person, ()) if first <= one.month <= last]
