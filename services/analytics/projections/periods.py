"""The period that another one is compared with; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from shared.errors import Invalid


class ComparisonNotUnderstood(Invalid):
    """`compare_to` is previous_period, previous_year, or two days such as 2026-01-01..2026-03-31."""

    code = "comparison-not-understood"


class ComparisonNeedsAPeriod(Invalid):
    """To compare two periods, say the first one with both `from` and `to`."""

    code = "comparison-needs-a-period"


@dataclass(frozen=True, slots=True)
class Period:
    """Business days, both included."""

    first: date
    last: date


def compared_period(asked: Period, wish: str) -> Period:
    """The other period; raises ComparisonNotUnderstood.

    previous_period: as many days directly before, or as many months where the asked one consists of whole months;
    previous_year: the same days a year before (29 February becomes the 28th).
    """
    try:
        match wish:
            case "previous_period":
                return _before(asked)
            case "previous_year":
                return Period(_a_year_before(asked.first), _a_year_before(asked.last))
            case _:
                return _told(wish)
    except (ValueError, OverflowError) as reason:  # no days, or days before the calendar begins
        raise ComparisonNotUnderstood(field="/compare_to") from reason


def _before(asked: Period) -> Period:
    after = asked.last + timedelta(days=1)
    last = asked.first - timedelta(days=1)
    if asked.first.day == 1 and after.day == 1:
        months = (after.year - asked.first.year) * 12 + after.month - asked.first.month
        return Period(_months_before(asked.first, months), last)
    return Period(asked.first - (after - asked.first), last)


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return day.replace(year=year, month=month + 1)


def _a_year_before(day: date) -> date:
    is_leap_day = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year - 1, day=28 if is_leap_day else day.day)


def _told(wish: str) -> Period:
    first, parted, last = wish.partition("..")
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    if not parted or period.first > period.last:
        raise ComparisonNotUnderstood(field="/compare_to")
    return period
