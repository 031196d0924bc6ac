"""Working time between two instants: hours per weekday in a time zone, holidays, and weekends that are worked."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from chinese_calendar import constants as state_council

from shared.errors import Invalid

CHINA = ZoneInfo("Asia/Shanghai")
CHINA_IS_KNOWN = range(min(state_council.holidays).year, max(state_council.holidays).year + 1)  # years; else Mon to Fri
_MONDAY_TO_FRIDAY = range(5)
_NOTHING = timedelta()
_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class NotOpeningHours(Invalid):
    """Opening hours are pairs of times in ascending order that do not overlap; 00:00 as the second means midnight."""

    code = "not-opening-hours"


@dataclass(frozen=True, slots=True)
class Hours:
    """Work from one time of the day to another; `closes` 00:00 is midnight at the end of the day."""

    opens: time
    closes: time


Day = tuple[Hours, ...]
OFFICE: Day = (Hours(time(9), time(12)), Hours(time(13, 30), time(18)))
ROUND_THE_CLOCK: Day = (Hours(time(), time()),)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of work in UTC; `before` is all working time of its year until `opens`."""

    opens: datetime
    closes: datetime
    before: timedelta


@dataclass(frozen=True)
class WorkingCalendar:
    """When people work; raises NotOpeningHours.

    `days`: hours by weekday, Monday = 0, a missing one is free. `exceptions`: hours of single dates, () = a holiday.
    Where a clock is set back, a stretch runs from the first time it shows `opens` to the first time it shows `closes`.
    """

    zone: ZoneInfo
    days: Mapping[int, Day]
    exceptions: Mapping[date, Day] = field(default_factory=dict)
    _years: dict[int, tuple[Span, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse hours that overlap or run backwards."""
        for day in (*self.days.values(), *self.exceptions.values()):
            bounds = [minute for hours in day for minute in (_minute(hours.opens), _minute(hours.closes) or 24 * 60)]
            if any(later <= earlier for earlier, later in zip(bounds[::2], bounds[1::2], strict=True)):
                raise NotOpeningHours
            if any(opens < closes for closes, opens in zip(bounds[1::2], bounds[2::2], strict=False)):
                raise NotOpeningHours

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """Return the exact time worked from start to end, both with a zone; negative when end comes first.

        O(years between them + log of the stretches in a year); a year is laid out once.
        """
        if end < start:
            return -self.working_time(end, start)
        first, last = start.astimezone(self.zone).year, end.astimezone(self.zone).year
        between = sum((self._total(year) for year in range(first, last)), _NOTHING)
        return between + self._worked(last, end) - self._worked(first, start)

    def spans(self, year: int) -> tuple[Span, ...]:
        """Return the stretches of work whose day is in the year, in order; a table of them lets SQL do the same sum.

        Worked until t = the last span with opens <= t: before + least(t, closes) - opens.
        """
        if year not in self._years:
            self._years[year] = tuple(self._laid_out(year))
        return self._years[year]

    def hours(self, day: date) -> Day:
        """Return the hours of a date."""
        return self.exceptions.get(day, self.days.get(day.weekday(), ()))

    def _laid_out(self, year: int) -> Iterator[Span]:
        before = _NOTHING
        for day in _dates(year):
            for hours in self.hours(day):
                span = Span(self._instant(day, hours.opens), self._closing(day, hours.closes), before)
                before += max(span.closes - span.opens, _NOTHING)
                yield span

    def _instant(self, day: date, clock: time) -> datetime:
        """Return the first instant at which the clock shows this or, where it is set forward over it, shows more."""
        shown = datetime.combine(day, clock)
        instant = shown.replace(tzinfo=self.zone).astimezone(UTC)
        if instant.astimezone(self.zone).replace(tzinfo=None) == shown:
            return instant
        return self._set_forward(shown.replace(tzinfo=self.zone, fold=1).astimezone(UTC), instant)

    def _set_forward(self, earlier: datetime, later: datetime) -> datetime:
        """Return the second between the two from which on the later offset holds."""
        offset = self._offset(later)
        seconds = range(round((later - earlier) / _SECOND))
        found = bisect_left(seconds, True, key=lambda at: self._offset(earlier + at * _SECOND) == offset)  # noqa: FBT003  what is sought
        return earlier + found * _SECOND

    def _offset(self, instant: datetime) -> timedelta | None:
        return instant.astimezone(self.zone).utcoffset()

    def _closing(self, day: date, clock: time) -> datetime:
        return self._instant(day, clock) if clock > time.min else self._instant(day + _DAY, clock)

    def _total(self, year: int) -> timedelta:
        spans = self.spans(year)
        return spans[-1].before + spans[-1].closes - spans[-1].opens if spans else _NOTHING

    def _worked(self, year: int, until: datetime) -> timedelta:
        spans = self.spans(year)
        at = bisect_right(spans, until, key=lambda span: span.opens)
        if not at:
            return _NOTHING
        span = spans[at - 1]
        return span.before + min(until, span.closes) - span.opens


def chinese_working_days(day: Day = OFFICE) -> WorkingCalendar:
    """Return the calendar of China: public holidays are free, worked weekends are worked, in CHINA_IS_KNOWN.

    Source: the yearly notices of the General Office of the State Council
    (国务院办公厅关于部分节假日安排的通知), as the library chinesecalendar keeps them.
    """
    free: dict[date, Day] = dict.fromkeys(state_council.holidays, ())
    worked: dict[date, Day] = dict.fromkeys(state_council.workdays, day)
    return WorkingCalendar(CHINA, dict.fromkeys(_MONDAY_TO_FRIDAY, day), free | worked)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _dates(year: int) -> Iterator[date]:
    first = date(year, 1, 1).toordinal()
    last = date(year, 12, 31).toordinal()
    return map(date.fromordinal, range(first, last + 1))
