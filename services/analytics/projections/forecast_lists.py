"""The deals behind the numbers of a forecast, and how a forecast can be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from services.analytics.projections.coins import OWN, Coins
from services.analytics.projections.grouping import Group, StageGrouping
from services.analytics.projections.report import Question

Every = Literal["month", "quarter"]
COMMITTED = ("commit", "closed")  # what its stage calls closed and is open all the same is as good as committed
LIKELY = ("most_likely", *COMMITTED)
BEST = ("best_case", *LIKELY)
SUMMED: Mapping[str, Sequence[str]] = {
    "commit_total": COMMITTED,
    "most_likely_total": LIKELY,
    "best_case_total": BEST,
    "open_pipeline": ("pipeline", *BEST),
    "weighted_total": ("pipeline", *BEST),
}
Place = tuple[date | None, Group, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How the forecast is cut; `accuracy_at`: as of when a past forecast is compared with what came."""

    every: Every = "month"
    coins: Coins = OWN
    group_by: StageGrouping | None = None
    accuracy_at: datetime | None = None


def summed(question: Question, wish: Wish, place: Place, name: str) -> str:
    """The address of the deals of a total: the open ones of its categories and, but for the pipeline, what was won."""
    first, group, _ = place
    if wish.group_by == "stage" and group.id is None:  # what is closed; whatever is open stands in a stage
        is_open = name == "open_pipeline"
        return listed(question, wish, place, *(SUMMED[name] if is_open else ("closed",)), stage="" if is_open else None)
    won = "true" if name != "open_pipeline" and first and wish.group_by != "stage" else None
    return listed(question, wish, place, *SUMMED[name], with_won=won)


def listed(question: Question, wish: Wish, place: Place, *categories: str, **further: Any) -> str:
    """The address of the deals of some categories in a period; `closed` alone are those that were won."""
    first, group, currency = place
    last = first and _last_day(first, wish.every)
    own = {} if wish.coins.base else {"currency": currency}
    if categories == ("closed",):
        where: dict[str, Any] = {"by": "closed", "category": "won", "from": first, "to": last}
    else:
        dated = {"expected_from": first, "expected_to": last} if first else {"without_expected": "true"}
        where = {"by": "any", "category": ("open", "on_hold"), **dated}
        further["forecast_category"] = categories
    return question.selection.drill(**where, **own, **group.drill, **further)


def _last_day(first: date, every: Every) -> date:
    months = first.month + (1 if every == "month" else 3)
    follows = date(first.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)
    return date.fromordinal(follows.toordinal() - 1)
