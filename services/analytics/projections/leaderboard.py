"""Who did what in a period: everything is credited to the owner at the time of the event, not to today's."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.attainment import won_of
from services.analytics.projections.closings import closings
from services.analytics.projections.coins import OWN, SAYS, Coins, worth
from services.analytics.projections.deeds import DEEDS
from services.analytics.projections.figures import Money, money, ratio
from services.analytics.projections.quota import QUOTAS
from services.analytics.projections.quota_periods import period_of
from services.analytics.projections.report import Question, Report
from services.analytics.projections.selection import Scope, over_deals
from services.analytics.projections.sums import can_sum, summed

DEFINITION = (
    "Per owner at the event: deals won and lost in the period and their win rate, the won value per currency, deals "
    "opened, and moves forward (to a stage of a higher rank in the deal's version). attainment = won / quota where the "
    "period is that of a quota of the person. By falling won value, currency by currency." + SAYS
)
# What was done in the period ($18 $19), by whom, and between which stages; the deals are everybody's that are chosen.
DONE = """
FROM selected s
JOIN read.deal_change c ON c.deal_id = s.id AND (c.since IS NULL OR c.event_type = 'DealStageChanged')
  AND ($15::timestamptz IS NULL OR c.at <= $15 AND c.recorded_at <= $16)
  AND c.at >= $18::timestamptz AND c.at < $19::timestamptz
LEFT JOIN read.process_stage here
  ON here.process_id = c.process_id AND here.number = c.process_version AND here.key = c.stage_key
LEFT JOIN read.process_stage there
  ON there.process_id = c.process_id AND there.number = c.then_process_version AND there.key = c.then_stage_key
CROSS JOIN LATERAL (SELECT CASE WHEN c.since IS NULL THEN c.then_owner_id ELSE c.owner_id END AS id) doer
"""
# $17: owners that may be shown, NULL = all.
SINGLE = over_deals(f"""
SELECT doer.id AS owner_id, count(*) FILTER (WHERE c.since IS NULL) AS opened,
  count(*) FILTER (WHERE there.rank > here.rank) AS forward
{DONE}
WHERE $17::uuid[] IS NULL OR doer.id = ANY($17) GROUP BY 1
""")
DEEDS_PATH = "/api/v1/reports/leaderboard/deeds"
# Of kept sums: openings, and moves that went forward by the ranks in the version that they were made in.
OPENED_OR_FORWARD = """
(c.next_stage IS NULL OR (c.process_id, c.move_version, c.stage_key, c.next_stage) IN (
  SELECT here.process_id, here.number, here.key, there.key
  FROM read.process_stage here JOIN read.process_stage there USING (process_id, number) WHERE there.rank > here.rank))
"""
NAMES = "SELECT id, name FROM read.person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One owner; None = deals of nobody. `drill`: what was won; deeds have lists of their own."""

    owner: str | None
    owner_id: UUID | None
    won: int
    lost: int
    win_rate: str | None
    won_value: list[Money]
    opened: int
    moves_forward: int
    attainment: str | None
    drill: str
    drill_lost: str
    drill_opened: str
    drill_moves_forward: str


@dataclass(frozen=True, kw_only=True)
class Leaderboard(Report):
    """The answer."""

    money: Literal["own", "base"]
    rates: str | None
    places: list[Place]


async def leaderboard(question: Question, coins: Coins = OWN) -> Leaderboard:
    """Answer all of it from one snapshot."""
    valued, rows = await worth(question, coins), defaultdict[UUID | None, list[Any]](list)
    for row in await closings(question, "category", "owner_id", "currency", "base_currency", by_owner=True):
        rows[row["owner_id"]].append(row)
    deeds = await _deeds(question)
    names = {row["id"]: row["name"] for row in await question.connection.fetch(NAMES)}
    quotas = await _attainments(question, rows, coins.day)
    places = [
        _place(question, owner, rows[owner], deeds.get(owner, (0, 0)), (names, quotas, valued))
        for owner in {*rows, *deeds}
    ]
    return Leaderboard(
        **question.about(DEFINITION), money=coins.money, rates=coins.rates, places=sorted(places, key=_rank)
    )


def _rank(place: Place) -> tuple[Any, ...]:
    best = tuple((one.currency, -Decimal(one.amount)) for one in place.won_value)
    return (not best, best, -place.won, place.owner is None, place.owner or "", str(place.owner_id))


async def _deeds(question: Question) -> dict[UUID | None, tuple[int, int]]:
    """How many deals each owner opened and how many moves forward he made."""
    if not can_sum(question, DEEDS, by_owner=True):
        return {row["owner_id"]: (row["opened"], row["forward"]) for row in await _of_single_deals(question)}
    counted: dict[UUID | None, tuple[int, int]] = {}
    by = ("owner_id", "(c.next_stage IS NULL) AS is_opening")
    for row in await summed(question, DEEDS, by, by_owner=True, where=OPENED_OR_FORWARD):
        opened, forward = counted.get(row["owner_id"], (0, 0))
        is_opening, deals = row["is_opening"], row["deals"]
        counted[row["owner_id"]] = (opened + deals, forward) if is_opening else (opened, forward + deals)
    return counted


async def _of_single_deals(question: Question) -> list[Any]:
    return await of_everybody(question).rows(SINGLE, doers(question), *question.selection.instants())


def of_everybody(question: Question) -> Question:
    """What owners did with deals that are theirs no more counts too: only the doer is narrowed."""
    selection = question.selection
    filters = replace(selection.filters, owner=(), team=())
    everybodys = replace(selection, filters=filters, scope=Scope(everything=True), team_members=None)
    return replace(question, selection=everybodys)


def doers(question: Question) -> list[UUID] | None:
    """The owners asked for that the asker sees; None = all, and nobody."""
    asked, scope = question.selection.owners(), question.selection.scope
    if scope.everything:
        return asked
    return sorted(scope.owners if asked is None else set(asked) & set(scope.owners))


async def _attainments(
    question: Question, rows: Mapping[UUID | None, list[Any]], day: date | None
) -> dict[UUID, str | None]:
    """What each person won of the quota for the period, in the quota's currency; `rows`: closed deals by owner."""
    asked, seen = question.selection.filters, doers(question)
    period = period_of(asked.from_date, asked.to_date)
    if period is None:
        return {}
    valued, quotas = await worth(question, Coins(base=True, day=day)), {}
    for row in await question.connection.fetch(QUOTAS, [period], "person"):
        if seen is None or row["holder_id"] in seen:
            quotas[row["holder_id"]] = won_of(row, rows.get(row["holder_id"], ()), valued)
    return quotas


def _place(question: Question, owner: UUID | None, rows: list[Any], deed: tuple[int, int], told: Any) -> Place:
    names, quotas, valued = told
    won = sum(row["deals"] for row in rows if row["category"] == "won")
    lost = sum(row["deals"] for row in rows if row["category"] == "lost")
    values = valued.total(row for row in rows if row["category"] == "won")
    narrower = {"owner": owner} if owner else {"without_owner": "true"}
    return Place(
        owner=names.get(owner),
        owner_id=owner,
        won=won,
        lost=lost,
        win_rate=ratio(won, won + lost),
        won_value=[money(values[currency], currency) for currency in sorted(values)],
        opened=deed[0],
        moves_forward=deed[1],
        attainment=quotas.get(owner),
        drill=question.selection.drill(by="closed", category="won", **narrower),
        drill_lost=question.selection.drill(by="closed", category="lost", **narrower),
        drill_opened=question.selection.listed(DEEDS_PATH, deed="opened", **narrower),
        drill_moves_forward=question.selection.listed(DEEDS_PATH, deed="moved_forward", **narrower),
    )
