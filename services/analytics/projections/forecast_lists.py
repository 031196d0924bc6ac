"""The deals behind the numbers of a forecast, and how a forecast can be asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from services.analytics.projections.coins import OWN, Coins
from services.analytics.projections.grouping import Group, StageGrouping
from services.analytics.projections.report import Question
from services.analytics.projections.selection import said

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


@dataclass(frozen=True, slots=True)
class Lists:
    """The addresses of the deals of one place: all open ones, and those that were won; the rest is said behind."""

    wish: Wish
    place: Place
    is_open: str
    won: str

    def of(self, *categories: str, **further: str | None) -> str:
        """Some categories; `closed` alone are those that were won."""
        begin, told = (self.won, {}) if categories == ("closed",) else (self.is_open, {"forecast_category": categories})
        parts = [said(name, value) for name, value in (further | told).items() if value is not None]
        return "&".join((begin, *parts))

    def summed(self, name: str) -> str:
        """The deals of a total: the open ones of its categories and, but for the pipeline, what was won."""
        first, group, _ = self.place
        if self.wish.group_by == "stage" and group.id is None:  # what is closed; whatever is open stands in a stage
            return self.of(*SUMMED[name], stage="") if name == "open_pipeline" else self.of("closed")
        won = "true" if name != "open_pipeline" and first and self.wish.group_by != "stage" else None
        return self.of(*SUMMED[name], with_won=won)


def lists(question: Question, wish: Wish, place: Place) -> Lists:
    """The addresses of a period, group and currency."""
    first, group, currency = place
    last = first and _last_day(first, wish.every)
    own = {} if wish.coins.base else {"currency": currency}
    dated = {"expected_from": first, "expected_to": last} if first else {"without_expected": "true"}
    drill = question.selection.drill
    return Lists(
        wish,
        place,
        is_open=drill(by="any", category=("open", "on_hold"), **dated, **own, **group.drill),
        won=drill(by="closed", category="won", **{"from": first, "to": last}, **own, **group.drill),
    )


def _last_day(first: date, every: Every) -> date:
    months = first.month + (1 if every == "month" else 3)
    follows = date(first.year + (months - 1) // 12, (months - 1) % 12 + 1, 1)
    return date.fromordinal(follows.toordinal() - 1)
