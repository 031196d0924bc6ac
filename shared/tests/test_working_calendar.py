"""Working time equals a walk minute by minute, also over holidays, worked weekends and clocks that are set."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.mining.calendar import (
    CHINA_IS_KNOWN,
    OFFICE,
    ROUND_THE_CLOCK,
    Day,
    Hours,
    NotOpeningHours,
    WorkingCalendar,
    chinese_working_days,
)

MINUTE = timedelta(minutes=1)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC")
NIGHT: Day = (Hours(time(), time(2, 20)), Hours(time(3, 30), time(6)), Hours(time(22), time()))
days = st.sampled_from([OFFICE, ROUND_THE_CLOCK, NIGHT, ()])


def moments_between(first: str, last: str) -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.fromisoformat(first), datetime.fromisoformat(last), timezones=st.just(UTC))


instants = moments_between("2018-01-01", "2018-12-31").map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = draw(st.dictionaries(st.integers(0, 6), days))
    exceptions = draw(st.dictionaries(st.dates(date(2018, 1, 1), date(2018, 12, 31)), days, max_size=6))
    return WorkingCalendar(ZoneInfo(draw(st.sampled_from(ZONES))), week, exceptions)


def walked(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """Count the minutes at which the clock on the wall shows working hours and has not shown this minute before."""
    worked, at = timedelta(), start
    while at < end:
        shown = at.astimezone(calendar.zone)
        minute = shown.time().replace(second=0, microsecond=0)
        open_ = any(
            one.opens <= minute and (minute < one.closes or not one.closes.hour) for one in calendar.hours(shown.date())
        )
        worked += MINUTE if open_ and not repeated(calendar, shown) else timedelta()
        at += MINUTE
    return worked


def repeated(calendar: WorkingCalendar, shown: datetime) -> bool:
    """Tell whether a stretch was closed before the clock was set back into it, which does not open it again."""
    if not shown.fold:
        return False
    clock = shown.time().replace(fold=0)
    inside = next(
        one
        for one in calendar.hours(shown.date())
        if one.opens <= clock and (clock < one.closes or not one.closes.hour)
    )
    return bool(inside.closes.hour or inside.closes.minute) and _twice(shown, inside.closes)


def _twice(shown: datetime, clock: time) -> bool:
    first = datetime.combine(shown.date(), clock, shown.tzinfo)
    return first.utcoffset() != first.replace(fold=1).utcoffset() and first.astimezone(UTC) <= shown.astimezone(UTC)


@settings(max_examples=150, deadline=None)
@given(calendars(), instants, st.integers(0, 4 * 24 * 60))
def test_working_time_is_that_of_a_walk_by_minutes(calendar: WorkingCalendar, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    assert calendar.working_time(start, end) == walked(calendar, start, end)


CLOCKS_SET = [
    *[("Europe/Berlin", "2018-03-25"), ("Europe/Berlin", "2018-10-28")],
    *[("America/New_York", "2018-03-11"), ("America/New_York", "2018-11-04")],
    *[("Australia/Lord_Howe", "2018-10-07"), ("Australia/Lord_Howe", "2018-04-01")],
    *[("America/Sao_Paulo", "2018-11-04"), ("America/Sao_Paulo", "2018-02-18")],
]


@pytest.mark.parametrize("hours", [ROUND_THE_CLOCK, NIGHT])
@pytest.mark.parametrize(("zone", "day"), CLOCKS_SET)
def test_a_clock_that_is_set_is_counted_in_time_that_passed(zone: str, day: str, hours: Day) -> None:
    calendar = WorkingCalendar(ZoneInfo(zone), dict.fromkeys(range(7), hours))
    start = datetime.combine(date.fromisoformat(day), time(), calendar.zone).astimezone(UTC) - timedelta(hours=2)
    for minutes in range(0, 9 * 60, 10):
        end = start + minutes * MINUTE
        assert calendar.working_time(start, end) == walked(calendar, start, end)


moments = moments_between("2003-01-01", "2028-01-01")


@settings(max_examples=100, deadline=None)
@given(calendars(), moments, moments, moments)
def test_time_adds_up_over_years(calendar: WorkingCalendar, one: datetime, two: datetime, three: datetime) -> None:
    assert calendar.working_time(one, two) + calendar.working_time(two, three) == calendar.working_time(one, three)


@given(calendars())
def test_stretches_are_in_order_and_carry_the_sum_before_them(calendar: WorkingCalendar) -> None:
    spans = calendar.spans(2018)
    assert all(one.closes <= other.opens for one, other in pairwise(spans))
    assert all(other.before == one.before + one.closes - one.opens for one, other in pairwise(spans))


def test_the_spring_festival_of_2026_is_free_and_the_saturday_before_is_worked() -> None:
    calendar = chinese_working_days()
    first, last = datetime(2026, 2, 14, tzinfo=calendar.zone), datetime(2026, 2, 24, tzinfo=calendar.zone)
    assert calendar.working_time(first, last) == timedelta(hours=7, minutes=30)


@pytest.mark.parametrize("year", CHINA_IS_KNOWN)
def test_a_day_is_worked_in_china_when_the_library_says_so(year: int) -> None:
    calendar = chinese_working_days()
    every = [date(year, 1, 1) + timedelta(days=each) for each in range(365)]
    assert [bool(calendar.hours(day)) for day in every] == [chinese_calendar.is_workday(day) for day in every]


def test_the_days_of_2024_to_2026_are_those_of_the_notices() -> None:
    """Compared with a second collection of the notices, the library holidays, which agrees on every day."""
    worked = [
        day
        for day in sorted(chinese_working_days().exceptions)
        if day.year > 2023 and chinese_working_days().hours(day)
    ]
    assert [day.isoformat()[2:] for day in worked] == [
        *("24-02-04", "24-02-18", "24-04-07", "24-04-28", "24-05-11", "24-09-14", "24-09-29", "24-10-12"),
        *("25-01-26", "25-02-08", "25-04-27", "25-09-28", "25-10-11"),
        *("26-01-04", "26-02-14", "26-02-28", "26-05-09", "26-09-20", "26-10-10"),
    ]


@pytest.mark.parametrize("day", [[("18:00", "09:00")], [("09:00", "12:00"), ("11:00", "13:00")], [("09:00", "09:00")]])
def test_hours_that_overlap_or_run_backwards_are_refused(day: list[tuple[str, str]]) -> None:
    hours = tuple(Hours(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in day)
    with pytest.raises(NotOpeningHours):
        WorkingCalendar(ZoneInfo("UTC"), {0: hours})
