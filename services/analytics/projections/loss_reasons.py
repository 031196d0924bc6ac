"""Why deals are lost: by reason, the stage they were lost from and the competitor; what nobody said is shown too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from services.analytics.projections.closings import closings
from services.analytics.projections.coins import SAYS, Coins, Worth, worth
from services.analytics.projections.drawings import Drawings, drawings
from services.analytics.projections.figures import Money, money, ratio
from services.analytics.projections.grouping import AnyGrouping, Group, grouping
from services.analytics.projections.report import Question, Report

DEFINITION = (
    "Deals lost in the period (by the day they were lost) by reason x stage lost from x competitor, by count and with "
    "their amounts when they were lost; None = not known. share is of all lost deals. In groups by product a deal "
    "counts whole for each product that it has lines of, and once in the whole." + SAYS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Deals lost for one reason, from one stage, to one competitor."""

    group: str | None
    group_id: UUID | None
    reason: str | None
    competitor: str | None
    process: str | None
    process_id: UUID
    stage: str | None
    stage_key: str | None
    deals: int
    share: str | None
    amounts: list[Money]
    drill: str


@dataclass(frozen=True, kw_only=True)
class LossReasons(Report):
    """The answer."""

    money: Literal["own", "base"]
    rates: str | None
    group_by: str | None
    lost: int
    losses: list[Loss]


Place = tuple[Group, str | None, str | None, UUID, str | None]


async def loss_reasons(question: Question, coins: Coins, group_by: AnyGrouping | None) -> LossReasons:
    """Answer all of it from one snapshot."""
    valued, cut, drawn = await worth(question, coins), await grouping(question, group_by), await drawings(question)
    columns = ("category", "lost_reason", "competitor", "process_id", "closed_from", "currency", "base_currency")
    further = [name for name in cut.columns if name not in (*columns, "stage_key")]
    places: dict[Place, list[Any]] = defaultdict(list)
    for row in await closings(question, *columns, *further, by_owner=cut.by_owner):
        if row["category"] == "lost":
            told = {**row, "stage_key": row["closed_from"]}
            place = (row["lost_reason"], row["competitor"], row["process_id"], row["closed_from"])
            places[cut.of(told), *place].append(row)
    whole = await _lost(question) if group_by == "product" else _deals(row for rows in places.values() for row in rows)
    losses = [_loss(question, place, rows, (drawn, valued, whole)) for place, rows in places.items()]
    return LossReasons(
        **question.about(DEFINITION),
        money=coins.money,
        rates=coins.rates,
        group_by=group_by,
        lost=whole,
        losses=sorted(losses, key=_rank),
    )


async def _lost(question: Question) -> int:
    return _deals(await closings(question, "category", only="lost"))


def _deals(rows: Iterable[Any]) -> int:
    return sum(row["deals"] for row in rows)


def _rank(one: Loss) -> tuple[Any, ...]:
    said = (one.group, one.reason, one.competitor, one.stage_key, one.process)
    return (-one.deals, *((text is None, text or "") for text in said), str(one.process_id))


def _loss(question: Question, place: Place, rows: list[Any], told: tuple[Drawings, Worth, int]) -> Loss:
    (group, reason, competitor, process, key), (drawn, valued, whole) = place, told
    deals = _deals(rows)
    stage = drawn.newest.get((process, key)) if key else None
    where = {"lost_reason": reason or "", "competitor": competitor or "", "closed_from": key}
    narrowed = {"by": "closed", "category": "lost", "process": process, **where, **group.drill}
    narrowed.pop("stage", None)
    return Loss(
        group=group.name,
        group_id=group.id,
        reason=reason,
        competitor=competitor,
        process=drawn.processes.get(process),
        process_id=process,
        stage=stage.name if stage else key,
        stage_key=key,
        deals=deals,
        share=ratio(deals, whole),
        amounts=[money(amount, currency) for currency, amount in sorted(valued.total(rows).items())],
        drill=question.selection.drill(**narrowed),
    )
