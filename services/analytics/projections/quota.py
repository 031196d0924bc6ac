"""Deals that were to close in a period and are expected later now, deals past their day, and how often they slip."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import chain, repeat
from typing import Any, Literal, NamedTuple
from uuid import UUID

from services.analytics.projections import scope
from services.analytics.projections.closings import closings
from services.analytics.projections.coins import OWN, Coins, Worth, worth
from services.analytics.projections.figures import money, ratio
from services.analytics.projections.pipeline_moves import at
from services.analytics.projections.report import Question, Report
from services.analytics.projections.standing import standing

DEFINITION = (
    "Per quota of a person, or of a team (its members and those of the teams below, as they stand today): attainment = "
    "won in the period / quota, by the owner at closing; commit_attainment = (won + open deals in commit that are "
    "expected to close in it) / quota; coverage = open pipeline (pipeline, best case, most likely, commit) expected to "
    "close in it / quota; remaining_coverage = the same / (quota - won). Amounts in the quota's currency; where deals "
    "have another, all count in the company's currency if the quota is in that, at the rates of the days on which they "
    "were set or, with rates=<day>, at those of one day; else nothing is said and `reason` says why: "
    "different-currencies, without-rate."
)
QUOTAS = """
SELECT q.holder, q.holder_id, q.period, q.amount, q.currency, coalesce(p.name, t.name) AS name
FROM read.quota q
LEFT JOIN read.person p ON q.holder = 'person' AND p.id = q.holder_id
LEFT JOIN read.team t ON q.holder = 'team' AND t.id = q.holder_id
WHERE $1::text[] IS NULL OR q.period = ANY($1) ORDER BY q.period, q.holder, name, q.holder_id
"""
PIPELINE = ("pipeline", "best_case", "most_likely", "commit", "closed")
SUMS = ("won", "commit", "pipeline")


class Sum(NamedTuple):
    """What somebody won in a month, or is to close in it."""

    what: str
    month: date
    row: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """One quota and how far it is; None where `reason` says why it cannot be told."""

    holder: Literal["person", "team"]
    holder_id: UUID
    name: str | None
    period: str
    quota: str
    currency: str
    won: str | None
    commit: str | None
    open_pipeline: str | None
    attainment: str | None
    commit_attainment: str | None
    coverage: str | None
    remaining_coverage: str | None
    reason: str | None
    drill: str


@dataclass(frozen=True, kw_only=True)
class QuotaReport(Report):
    """The answer."""

    rates: str
    quotas: list[Attainment]


async def quota(question: Question, periods: tuple[str, ...], day: date | None = None) -> QuotaReport:
    """Answer all of it from one snapshot; `periods`: which, none = all that the question's own days touch.

    `day`: whose rates make the company's money, None = those of the events.
    """
    valued = await worth(question, Coins(base=True, day=day))
    rows = await question.connection.fetch(QUOTAS, list(periods) or None)
    asked = question.selection.filters
    wanted = [row for row in rows if _touches(row["period"], asked.from_date, asked.to_date)]
    people = {row["holder_id"]: await _people(question, row) for row in wanted}
    seen = [row for row in wanted if _is_seen(question, row, people[row["holder_id"]])]
    everybody = sorted({person for row in seen for person in people[row["holder_id"]]})
    sums = await _sums(question, everybody, _stretch(seen)) if everybody else ()
    everywhen, by_owner = at(question, question.selection.as_of), _by_owner(sums)
    found = []
    for row in seen:
        theirs = _within(by_owner, people[row["holder_id"]], row["period"])
        found.append(_attained(everywhen, row, _in_its_money(row["currency"], theirs, valued)))
    return QuotaReport(**question.about(DEFINITION), rates=valued.coins.rates or "event", quotas=found)


@lru_cache(maxsize=1024)
def bounds(period: str) -> tuple[date, date]:
    """First and last day of 2026, 2026-Q3 or 2026-07."""
    year, _, part = period.partition("-")
    first, months = 1, 12
    if part:
        first, months = ((int(part[1]) - 1) * 3 + 1, 3) if part.startswith("Q") else (int(part), 1)
    after = int(year) * 12 + first - 1 + months
    return date(int(year), first, 1), date.fromordinal(date(after // 12, after % 12 + 1, 1).toordinal() - 1)


def period_of(first: date | None, last: date | None) -> str | None:
    """The name of the period that has exactly these days."""
    if first is None or last is None:
        return None
    names = (f"{first.year}", f"{first.year}-Q{(first.month + 2) // 3}", f"{first:%Y-%m}")
    return next((name for name in names if bounds(name) == (first, last)), None)


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


async def _sums(question: Question, people: list[UUID], days: tuple[date, date]) -> Iterator[tuple[str, Any]]:
    """Won and open sums by owner and month, each with what it is: won, commit or pipeline."""
    everywhen = at(question, question.selection.as_of)
    filters = replace(everywhen.selection.filters, owner=tuple(people), team=())
    asked = replace(everywhen, selection=replace(everywhen.selection, filters=filters, team_members=None))
    filters = replace(filters, from_date=days[0], to_date=days[1])
    closed_then = replace(asked, selection=replace(asked.selection, filters=filters))
    month = "date_trunc('month', bucket)::date AS close_month"
    won = await closings(closed_then, month, "currency", "base_currency", "owner_id", by_owner=True, only="won")
    columns = ("category", "close_month", "forecast_category", "currency", "base_currency", "owner_id")
    is_open = await standing(asked, *columns, where=_expected(days))
    committed = [row for row in is_open if row["forecast_category"] in ("commit", "closed")]
    pipeline = [row for row in is_open if row["forecast_category"] in PIPELINE]
    return chain(*(zip(repeat(what), rows) for what, rows in zip(SUMS, (won, committed, pipeline), strict=True)))


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


Found = tuple[dict[str, Decimal] | None, str | None]


def _attained(question: Question, row: Any, told: Found) -> Attainment:
    first, last = bounds(row["period"])
    holder = {"owner": row["holder_id"]} if row["holder"] == "person" else {"team": row["holder_id"]}
    drill = question.selection.drill(**{"by": "closed", "category": "won", "from": first, "to": last, **holder})
    found, reason = told
    return Attainment(
        holder=row["holder"],
        holder_id=row["holder_id"],
        name=row["name"],
        period=row["period"],
        quota=money(row["amount"], row["currency"]).amount,
        currency=row["currency"],
        reason=reason,
        drill=drill,
        **_shares(row["amount"], row["currency"], found),
    )


def _in_its_money(currency: str, sums: list[Sum], valued: Worth) -> Found:
    """The sums in the quota's currency, or why there are none."""
    totals = dict.fromkeys(SUMS, Decimal(0))
    own = all(one.row["currency"] == currency for one in sums)
    read = replace(valued, coins=OWN) if own else valued
    worths = [(one.what, *read.of(one.row)) for one in sums]
    if any(theirs != currency for _, _, theirs in worths):
        is_base = any(theirs == currency for _, _, theirs in worths)
        return None, "without-rate" if is_base else "different-currencies"
    for what, amount, _ in worths:
        totals[what] += amount
    return totals, None


def _shares(whole: Decimal, currency: str, found: dict[str, Decimal] | None) -> dict[str, str | None]:
    if found is None:
        names = ("won", "commit", "open_pipeline", "attainment", "commit_attainment", "coverage", "remaining_coverage")
        return dict.fromkeys(names)
    won, commit, pipeline = found["won"], found["commit"], found["pipeline"]
    return {
        "won": money(won, currency).amount,
        "commit": money(commit, currency).amount,
        "open_pipeline": money(pipeline, currency).amount,
        "attainment": ratio(won, whole),
        "commit_attainment": ratio(won + commit, whole),
        "coverage": ratio(pipeline, whole),
        "remaining_coverage": ratio(pipeline, whole - won) if whole > won else None,
    }
