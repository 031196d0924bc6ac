"""What metrics are made of: base counts per month and process, each with its unit; and the units of formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

from services.analytics.domain.metric.formula import Binary, Count, Formula, Negative, Number
from shared.errors import Invalid

Base = Literal["deals", "stays", "money", "days"]
Unit = tuple[tuple[str, int], ...]
NONE: Unit = ()


@dataclass(frozen=True, slots=True)
class BaseCount:
    """A number per month and process; `says`: what is counted in a month, by days in the company's time zone."""

    key: str
    en: str
    zh: str
    unit: Base
    says: str


BASE_COUNTS: Mapping[str, BaseCount] = {
    one.key: one
    for one in (
        BaseCount("opened", "Opened", "新增商机", "deals", "deals opened in the month"),
        BaseCount("won", "Won", "赢单", "deals", "deals won in the month and not reopened since"),
        BaseCount("lost", "Lost", "输单", "deals", "deals lost in the month and not reopened since"),
        BaseCount(
            "overdue", "Overdue", "逾期", "deals",
            "deals whose expected close lies in the month, has passed, and that were not closed by then",
        ),
        BaseCount("reopened", "Reopened", "重新打开", "stays", "reopenings in the month"),
        BaseCount("moves", "Moves", "阶段推进", "stays", "stays in a stage that ended by a move in the month"),
        BaseCount("won_amount", "Won value", "赢单金额", "money", "their amounts, in the company's currency"),
        BaseCount("lost_amount", "Lost value", "输单金额", "money", "their amounts, in the company's currency"),
        BaseCount("opened_amount", "Opened value", "新增金额", "money", "their amounts now, in the company's currency"),
        BaseCount("cycle_days", "Cycle days", "销售周期天数", "days", "days from opening to winning, over the won"),
    )
}  # fmt: skip


class CountNotKnown(Invalid):
    """There is no such base count; GET /metrics/base-counts lists them."""

    code = "count-not-known"


class UnitsDoNotMatch(Invalid):
    """Only numbers of one unit can be added or subtracted."""

    code = "units-do-not-match"


def unit_of(formula: Formula) -> Unit:
    """The unit of a formula's value; raises CountNotKnown and UnitsDoNotMatch."""
    match formula:
        case Number():
            return NONE
        case Count(key):
            if key not in BASE_COUNTS:
                raise CountNotKnown(f"There is no base count {key!r}.", field="/formula")
            return ((BASE_COUNTS[key].unit, 1),)
        case Negative(of):
            return unit_of(of)
        case Binary(operator, left, right):
            return _joined(operator, unit_of(left), unit_of(right))
        case _:
            assert_never(formula)


def _joined(operator: str, left: Unit, right: Unit) -> Unit:
    if operator in "+-":
        if left != right:
            said = f"{called(left)} and {called(right)} cannot be added or subtracted."
            raise UnitsDoNotMatch(said, field="/formula")
        return left
    sign = 1 if operator == "*" else -1
    powers = dict(left)
    for name, power in right:
        powers[name] = powers.get(name, 0) + sign * power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def called(unit: Unit) -> str:
    """A unit as text: 1, deals, money/deals, days^2."""
    over = "*".join(_power(name, power) for name, power in unit if power > 0)
    under = "*".join(_power(name, -power) for name, power in unit if power < 0)
    return (over or "1") + (f"/{under}" if under else "")


def _power(name: str, power: int) -> str:
    return name if power == 1 else f"{name}^{power}"
