"""Deals whose expected close somebody moved to a later day, deals past their day, and how often they were moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.analytics.projections.coins import SAYS, Coins, Worth, worth
from services.analytics.projections.figures import Money, money
from services.analytics.projections.grouping import DatedGrouping, Group, grouping
from services.analytics.projections.open_deals import DUE, open_deals
from services.analytics.projections.report import Question, Report
from services.analytics.projections.slips import Window, newest_slips, slips

DEFINITION = (
    "slips: how often somebody moved the expected close of a deal, in the period from `from` to `to`, from a day "
    "inside the close window to a day after it (without a window: to any later day), with the amounts at that moment; "
    "owners and teams are those of the moment. newest: the newest of these moves, those of one instant together; "
    "`before` gives older ones. overdue: open deals whose expected close is before today. by_pushes: open deals by how "
    "often their expected close ever went to a later day. group_by cuts the slips, also by owners of the moment, by "
    "months and by the products that the deals have lines of: there a slip counts whole for each product." + SAYS
)
MOST_SLIPS = 100
MOVES_PATH = "/api/v1/reports/slipped/moves"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A move: `owner` and `amount` at that moment, from the day `was` to `became`; `expected_close`: of now."""

    deal_id: UUID
    name: str
    at: datetime
    owner: str | None
    owner_id: UUID | None
    amount: Money | None
    was: date
    became: date
    expected_close: date | None
    pushes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """Open deals whose expected close went to a later day so often."""

    pushes: int
    deals: int
    amounts: list[Money]
    drill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSlips:
    """The slips of one group."""

    group: str | None
    group_id: UUID | None
    slips: int
    slipped_amounts: list[Money]
    drill: str


@dataclass(frozen=True, kw_only=True)
class Slipped(Report):
    """The answer."""

    group_by: str | None
    groups: list[GroupSlips]
    slips: int
    slipped_amounts: list[Money]
    drill_slipped: str
    overdue_deals: int
    overdue_amounts: list[Money]
    drill_overdue: str
    by_pushes: list[Pushed]
    newest: list[Slip]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """By what the slips are cut, and before which instant those lie that are listed."""

    group_by: DatedGrouping | None = None
    before: datetime | None = None


NO_WISH = Wish()


async def slipped(question: Question, today: date, window: Window, coins: Coins, wish: Wish = NO_WISH) -> Slipped:
    """Answer all of it from one snapshot; `window`: the days on which the deals were expected to close."""
    valued, yesterday = await worth(question, coins), today - timedelta(days=1)
    moved = await slips(question, window)
    overdue = await open_deals(question, DUE, yesterday, "currency", "base_currency")
    late = {"by": "any", "category": ("open", "on_hold"), "expected_to": yesterday}
    return Slipped(
        **question.about(DEFINITION),
        group_by=wish.group_by,
        groups=await _groups(question, window, valued, wish.group_by) if wish.group_by else [],
        slips=sum(row["deals"] for row in moved),
        slipped_amounts=_amounts(valued, moved),
        drill_slipped=_listed(question, window),
        overdue_deals=sum(row["deals"] for row in overdue),
        overdue_amounts=_amounts(valued, overdue),
        drill_overdue=question.selection.drill(**late),
        by_pushes=await _by_pushes(question, valued),
        newest=[Slip(**told(row, valued)) for row in await newest_slips(question, window, wish.before, MOST_SLIPS)],
    )


async def _groups(question: Question, window: Window, valued: Worth, group_by: DatedGrouping) -> list[GroupSlips]:
    cut, groups = await grouping(question, group_by), defaultdict[Group, list[Any]](list)
    for row in await slips(question, window, cut):
        groups[cut.of(row)].append(row)
    found = [
        GroupSlips(
            group=group.name,
            group_id=group.id,
            slips=sum(row["deals"] for row in rows),
            slipped_amounts=_amounts(valued, rows),
            drill=_listed(question, window, **group.drill),
        )
        for group, rows in groups.items()
    ]
    return sorted(found, key=lambda one: (one.group is None, one.group or "", str(one.group_id)))


def _listed(question: Question, window: Window, **narrower: Any) -> str:
    """The address of the slips themselves."""
    within = {"close_from": window[0], "close_to": window[1]}
    return question.selection.listed(MOVES_PATH, **within | narrower)


async def _by_pushes(question: Question, valued: Worth) -> list[Pushed]:
    by_pushes: dict[int, list[Any]] = defaultdict(list)
    for row in await open_deals(question, DUE, None, "pushes", "currency", "base_currency"):
        by_pushes[row["pushes"]].append(row)
    return [
        Pushed(
            pushes=pushes,
            deals=sum(row["deals"] for row in rows),
            amounts=_amounts(valued, rows),
            drill=question.selection.drill(by="any", category=("open", "on_hold"), pushed=pushes),
        )
        for pushes, rows in sorted(by_pushes.items())
    ]


def _amounts(valued: Worth, rows: Iterable[Any]) -> list[Money]:
    return [money(amount, currency) for currency, amount in sorted(valued.total(rows).items())]


def told(row: Any, valued: Worth) -> dict[str, Any]:
    """The fields of a slip."""
    alike = ("deal_id", "name", "at", "owner", "owner_id", "was", "became", "expected_close", "pushes")
    amount = None if row["amount"] is None else _amounts(valued, [row])[0]
    return {"amount": amount, **{name: row[name] for name in alike}}
