"""The days that a moving period means on a day; pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import assert_never

from services.analytics.domain.dashboard.events import Period

Days = tuple[date, date]


def days_of(period: Period, today: date) -> Days:
    """First and last day, both included; weeks begin on Monday, a present period ends with its last day."""
    match period:
        case "today":
            return today, today
        case "this_week":
            monday = today - timedelta(days=today.weekday())
            return monday, monday + timedelta(days=6)
        case "this_month" | "this_quarter" | "this_year":
            return _months(today, _length(period), 0)
        case "last_month" | "last_quarter" | "last_year":
            return _months(today, _length(period), 1)
        case "last_30_days" | "last_90_days" | "last_365_days":
            return today - timedelta(days=int(period.split("_")[1]) - 1), today
        case _:
            assert_never(period)


def _length(period: str) -> int:
    return {"month": 1, "quarter": 3, "year": 12}[period.split("_")[1]]


def _months(today: date, length: int, back: int) -> Days:
    """The block of so many months that today is in, or the one so many blocks before."""
    first = (today.year * 12 + today.month - 1) // length * length - back * length
    return _first_of(first), _first_of(first + length) - timedelta(days=1)


def _first_of(month: int) -> date:
    return date(month // 12, month % 12 + 1, 1)
