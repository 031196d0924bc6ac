"""One quota and how far it is: its ratios, the deals behind them, and which group brought which part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

from services.analytics.projections.coins import OWN, Worth
from services.analytics.projections.figures import money, ratio
from services.analytics.projections.grouping import Cut, Group
from services.analytics.projections.quota_periods import bounds
from services.analytics.projections.report import Question

COMMITTED = ("commit", "closed")
PIPELINE = ("pipeline", "best_case", "most_likely", *COMMITTED)
SUMS = ("won", "commit", "pipeline")
Holder = Literal["person", "team"]
PATH = "/api/v1/reports/quota"


class Sum(NamedTuple):
    """What somebody won in a month, or is to close in it."""

    what: str
    month: date
    row: Any


class Brought(NamedTuple):
    """Part of what was won, committed or is open, in the quota's currency, with the sum's row."""

    what: str
    amount: Decimal
    row: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaPart:
    """What one group brought for a quota; the ratios are parts of the quota's own, by product overlapping ones."""

    group: str | None
    group_id: UUID | None
    won: str
    commit: str
    open_pipeline: str
    attainment: str | None
    commit_attainment: str | None
    coverage: str | None
    drill: str
    drill_commit: str
    drill_open_pipeline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attainment:
    """One quota and how far it is; None where `reason` says why it cannot be told. `drill`: what was won."""

    holder: Holder
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
    drill_quota: str
    drill_commit: str
    drill_open_pipeline: str
    groups: list[QuotaPart]


def attained(
    question: Question, row: Any, told: Sequence[Brought] | str, cut: Cut, parts: Sequence[Brought] | str
) -> Attainment:
    """One quota; `told`: what was brought for it in its currency, or why that cannot be told; `parts`: by groups."""
    brought, reason = ((), told) if isinstance(told, str) else (told, None)
    shares = _shares(row, brought) if reason is None else dict.fromkeys(_shares(row, ()))
    links = _links(question, row)
    holder = {"owner" if row["holder"] == "person" else "team": row["holder_id"]}
    said = {name: row[name] for name in ("holder", "holder_id", "name", "period", "currency")}
    return Attainment(
        **said,
        quota=money(row["amount"], row["currency"]).amount,
        reason=reason,
        drill_quota=question.selection.listed(PATH, holder=row["holder"], period=row["period"], **holder),
        groups=[] if isinstance(parts, str) or cut.by is None else _groups(question, row, parts, cut),
        **shares,
        **links,
    )


def _links(question: Question, row: Any, **narrower: Any) -> dict[str, Any]:
    """The addresses of the deals that were won for it, and of those that may be."""
    first, last = bounds(row["period"])
    holder = {"owner" if row["holder"] == "person" else "team": row["holder_id"]}
    is_open = {"by": "any", "category": ("open", "on_hold"), "expected_from": first, "expected_to": last}
    asked = {
        "drill": {"by": "closed", "category": "won", "from": first, "to": last},
        "drill_commit": {**is_open, "forecast_category": COMMITTED},
        "drill_open_pipeline": {**is_open, "forecast_category": PIPELINE},
    }
    return {name: question.selection.drill(**{**said, **narrower, **holder}) for name, said in asked.items()}


def _groups(question: Question, row: Any, brought: Sequence[Brought], cut: Cut) -> list[QuotaPart]:
    """What each group brought, by falling won value."""
    groups: dict[Group, list[Brought]] = defaultdict(list)
    for one in brought:
        groups[cut.of(one.row)].append(one)
    ranked = sorted(groups.items(), key=lambda item: (-_sum_of(item[1], "won"), item[0].name or "", str(item[0].id)))
    return [_part(question, row, group, some) for group, some in ranked]


def _part(question: Question, row: Any, group: Group, brought: Sequence[Brought]) -> QuotaPart:
    links = _links(question, row, **group.drill)
    shares = _shares(row, brought)
    del shares["remaining_coverage"]
    return QuotaPart(group=group.name, group_id=group.id, **shares, **links)


def in_its_money(currency: str, sums: Sequence[Sum], valued: Worth) -> list[Brought] | str:
    """The sums in the quota's currency, or why there are none."""
    own = all(one.row["currency"] == currency for one in sums)
    read = replace(valued, coins=OWN) if own else valued
    worths = [(one, *read.of(one.row)) for one in sums]
    if any(theirs != currency for _, _, theirs in worths):
        is_base = any(theirs == currency for _, _, theirs in worths)
        return "without-rate" if is_base else "different-currencies"
    return [Brought(one.what, amount, one.row) for one, amount, _ in worths]


def won_of(quota: Any, closed: Iterable[Any], valued: Worth) -> str | None:
    """The part of a quota that was won; `closed`: sums of deals closed in its period. None where it cannot be told."""
    won = [Sum("won", date.min, row) for row in closed if row["category"] == "won" and row["currency"]]
    told = in_its_money(quota["currency"], won, valued)
    return None if isinstance(told, str) else ratio(_sum_of(told, "won"), quota["amount"])


def _sum_of(brought: Iterable[Brought], what: str) -> Decimal:
    return sum((one.amount for one in brought if one.what == what), Decimal(0))


def _shares(row: Any, brought: Sequence[Brought]) -> dict[str, Any]:
    whole, currency = row["amount"], row["currency"]
    won, commit, pipeline = (_sum_of(brought, what) for what in SUMS)
    return {
        "won": money(won, currency).amount,
        "commit": money(commit, currency).amount,
        "open_pipeline": money(pipeline, currency).amount,
        "attainment": ratio(won, whole),
        "commit_attainment": ratio(won + commit, whole),
        "coverage": ratio(pipeline, whole),
        "remaining_coverage": ratio(pipeline, whole - won) if whole > won else None,
    }
