"""How often the deals opened in a period were won so far, by count and by value, with the share that is still open."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.coins import SAYS, Coins, worth
from services.analytics.projections.figures import money, ratio
from services.analytics.projections.grouping import DatedGrouping, Group, grouping
from services.analytics.projections.opened import opened
from services.analytics.projections.report import Question, Report

DEFINITION = (
    "Of the deals opened in the period: won so far / opened, and the share that is still open; not final until none "
    "is. By count, and by value per currency with the amounts as they are now." + SAYS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRate:
    """Deals opened in the period, of everybody or of one group."""

    group: str | None
    group_id: UUID | None
    opened: int
    won: int
    lost: int
    open: int
    win_rate: str | None
    open_share: str | None
    drill: str
    by_value: list[CohortValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortValue:
    """The same by value, in one currency."""

    currency: str
    opened: str
    won: str
    win_rate: str | None
    open_share: str | None


@dataclass(frozen=True, kw_only=True)
class WinRateCohort(Report):
    """The answer: the `whole`, and with `group_by` its `cohorts`."""

    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    whole: CohortRate
    cohorts: list[CohortRate]


async def win_rate_cohort(question: Question, coins: Coins, group_by: DatedGrouping | None) -> WinRateCohort:
    """Answer all of it from one snapshot."""
    valued, cut = await worth(question, coins), await grouping(question, group_by)
    columns = ("category", "currency", "base_currency")
    rows = await opened(question, *columns, *cut.columns, by_owner=cut.by_owner)
    whole = await opened(question, *columns) if group_by == "product" else rows
    groups: dict[Group, list[Any]] = defaultdict(list)
    for row in rows:
        groups[cut.of(row)].append(row)
    found = [_rate(question, group, groups[group], valued) for group in groups] if group_by else []
    return WinRateCohort(
        **question.about(DEFINITION),
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        whole=_rate(question, Group(), whole, valued),
        cohorts=sorted(found, key=lambda one: (cut.is_dated or -one.opened, *_called(one))),
    )


def _called(one: CohortRate) -> tuple[Any, ...]:
    return one.group is None, one.group or "", str(one.group_id)


def _rate(question: Question, group: Group, rows: list[Any], valued: Any) -> CohortRate:
    whole = sum(row["deals"] for row in rows)
    won, lost = (sum(row["deals"] for row in rows if row["category"] == how) for how in ("won", "lost"))
    return CohortRate(
        group=group.name,
        group_id=group.id,
        opened=whole,
        won=won,
        lost=lost,
        open=whole - won - lost,
        win_rate=ratio(won, whole),
        open_share=ratio(whole - won - lost, whole),
        drill=question.selection.drill(by="opened", **group.drill),
        by_value=_values(rows, valued),
    )


def _values(rows: list[Any], valued: Any) -> list[CohortValue]:
    whole = valued.total(rows)
    won, lost = (valued.total([row for row in rows if row["category"] == how]) for how in ("won", "lost"))
    return [
        CohortValue(
            currency=currency,
            opened=money(amount, currency).amount,
            won=money(won.get(currency, Decimal(0)), currency).amount,
            win_rate=ratio(won.get(currency, Decimal(0)), amount),
            open_share=ratio(amount - won.get(currency, Decimal(0)) - lost.get(currency, Decimal(0)), amount),
        )
        for currency, amount in sorted(whole.items())
    ]
