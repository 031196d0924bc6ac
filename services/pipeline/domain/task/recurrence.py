"""When a recurring task is due again: the part of RFC 5545's RRULE that days need, bounded, everything else refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

from shared.errors import Invalid

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = ("FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL")
LARGEST_INTERVAL = {"DAILY": 366, "WEEKLY": 52, "MONTHLY": 24, "YEARLY": 5}
LARGEST_COUNT = 366
LONGEST_TEXT = 200
# No rule within the bounds that ever matches waits longer: 29 February every fifth year comes within forty years.
PATIENCE = timedelta(days=366 * 41)
DAY = timedelta(days=1)


class RecurrenceNotUnderstood(Invalid):
    """A recurrence is an RRULE of FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), INTERVAL, BYDAY, BYMONTHDAY, COUNT, UNTIL."""

    code = "recurrence-not-understood"


class RecurrenceNeverComes(Invalid):
    """By this recurrence the task would never be due again."""

    code = "recurrence-never-comes"


@dataclass(frozen=True, slots=True)
class Weekday:
    """A day of the week (0 = Monday); `nth`: only the n-th of its month or year, from the end where negative."""

    day: int
    nth: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A recurrence as it was read; `until` is the last day that counts."""

    freq: Frequency
    interval: int = 1
    by_day: tuple[Weekday, ...] = ()
    by_month_day: tuple[int, ...] = ()
    count: int | None = None
    until: date | None = None

    def days(self, start: date, after: date) -> Iterator[date]:
        """The days of the rule behind `after`, counted from `start`; gives up 41 years behind `after`."""
        number, day = 0, start if self.count is not None else max(start, after + DAY)
        last = min(self.until or date.max, max(day, after) + PATIENCE)
        while day <= last:
            if self._matches(day, start):
                number += 1
                if self.count is not None and number > self.count:
                    return
                if day > after:
                    yield day
            day += DAY

    def _matches(self, day: date, start: date) -> bool:
        if _periods(self.freq, start, day) % self.interval:
            return False
        if not self.by_day and not self.by_month_day:
            return self._like(day, start)
        in_days = not self.by_day or any(self._is(weekday, day) for weekday in self.by_day)
        return in_days and (not self.by_month_day or _month_day_in(day, self.by_month_day))

    def _like(self, day: date, start: date) -> bool:
        """Without BYDAY and BYMONTHDAY the first day says which one is meant."""
        match self.freq:
            case "DAILY":
                return True
            case "WEEKLY":
                return day.weekday() == start.weekday()
            case "MONTHLY":
                return day.day == start.day
            case "YEARLY":
                return (day.month, day.day) == (start.month, start.day)

    def _is(self, weekday: Weekday, day: date) -> bool:
        if day.weekday() != weekday.day or weekday.nth is None:
            return day.weekday() == weekday.day
        first, last = (day.replace(day=1), _month_end(day)) if self.freq == "MONTHLY" else _year(day)
        from_start, from_end = (day - first).days // 7 + 1, (last - day).days // 7 + 1
        return weekday.nth in {from_start, -from_end}


def next_due(recurrence: str, start: date, after: date) -> date | None:
    """The first day of the rule behind `after`, counted from `start`; None = it is over."""
    return next(rule_of(recurrence).days(start, after), None)


def checked(recurrence: str, start: date, field: str = "/recurrence") -> str:
    """The rule in its one spelling; raises RecurrenceNotUnderstood, or RecurrenceNeverComes behind `start`."""
    rule = rule_of(recurrence, field)
    if next(rule.days(start, start), None) is None:
        raise RecurrenceNeverComes(field=field)
    return spelled(rule)


def rule_of(recurrence: str, field: str = "/recurrence") -> Rule:
    """The rule that a text says; raises RecurrenceNotUnderstood."""
    text = recurrence.strip().upper().removeprefix("RRULE:")
    pairs = [part.partition("=") for part in text.split(";")] if len(text) <= LONGEST_TEXT else []
    said = {name: value for name, _, value in pairs}
    if len(said) < len(pairs) or not said.keys() <= set(PARTS) or said.get("FREQ") not in get_args(Frequency):
        raise RecurrenceNotUnderstood(field=field)
    try:
        return _within_bounds(_read(said))
    except ValueError as reason:
        raise RecurrenceNotUnderstood(f"The recurrence cannot be used: {reason}.", field=field) from reason


def spelled(rule: Rule) -> str:
    """The text of a rule, its parts always in the same order."""
    said = {
        "FREQ": rule.freq,
        "INTERVAL": str(rule.interval) if rule.interval > 1 else "",
        "BYDAY": ",".join(f"{one.nth or ''}{WEEKDAYS[one.day]}" for one in rule.by_day),
        "BYMONTHDAY": ",".join(map(str, rule.by_month_day)),
        "COUNT": "" if rule.count is None else str(rule.count),
        "UNTIL": "" if rule.until is None else rule.until.isoformat().replace("-", ""),
    }
    return ";".join(f"{name}={value}" for name, value in said.items() if value)


def _read(said: dict[str, str]) -> Rule:
    freq: Frequency = next(freq for freq in get_args(Frequency) if freq == said["FREQ"])
    days = said["BYDAY"].split(",") if "BYDAY" in said else []
    month_days = said["BYMONTHDAY"].split(",") if "BYMONTHDAY" in said else []
    return Rule(
        freq=freq,
        interval=_number(said.get("INTERVAL", "1"), 1, LARGEST_INTERVAL[freq]),
        by_day=tuple(dict.fromkeys(_weekday(text, freq) for text in days)),
        by_month_day=tuple(dict.fromkeys(_number(text, -31, 31) for text in month_days)),
        count=_number(said["COUNT"], 1, LARGEST_COUNT) if "COUNT" in said else None,
        until=_day(said["UNTIL"]) if "UNTIL" in said else None,
    )


def _within_bounds(rule: Rule) -> Rule:
    """Refuse what RFC 5545 leaves open or forbids, so that every rule that is let through has one meaning."""
    if 0 in rule.by_month_day:
        raise ValueError("there is no day 0 of a month")
    if rule.freq == "WEEKLY" and rule.by_month_day:
        raise ValueError("BYMONTHDAY cannot go with FREQ=WEEKLY")
    if rule.by_month_day and any(weekday.nth for weekday in rule.by_day):
        raise ValueError("BYMONTHDAY cannot go with numbered days")
    if rule.count is not None and rule.until is not None:
        raise ValueError("COUNT and UNTIL cannot go together")
    return rule


def _weekday(text: str, freq: Frequency) -> Weekday:
    found = re.fullmatch(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", text)
    if found is None:
        raise ValueError(f"{text[:20]!r} is not a weekday")
    number, name = found.groups()
    if number is None:
        return Weekday(WEEKDAYS.index(name))
    most = {"MONTHLY": 5, "YEARLY": 53}.get(freq, 0)
    nth = _number(number.removeprefix("+"), -most, most)
    if nth == 0:
        raise ValueError(f"{text!r} numbers a day where days have no number")
    return Weekday(WEEKDAYS.index(name), nth)


def _number(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"-?[0-9]{1,6}", text) or not least <= int(text) <= most:
        raise ValueError(f"{text[:20]!r} is not a whole number from {least} to {most}")
    return int(text)


def _day(text: str) -> date:
    """A day, or the day of a time in UTC: a task knows no hours."""
    found = re.fullmatch(r"([0-9]{8})(T[0-9]{6}Z?)?", text)
    if found is None:
        raise ValueError(f"{text[:20]!r} is not a day such as 20261231")
    return date.fromisoformat(found[1])


def _periods(freq: Frequency, start: date, day: date) -> int:
    """How many days, weeks (from Monday), months or years lie between."""
    match freq:
        case "DAILY":
            return (day - start).days
        case "WEEKLY":
            return (day.toordinal() - 1) // 7 - (start.toordinal() - 1) // 7
        case "MONTHLY":
            return (day.year - start.year) * 12 + day.month - start.month
        case "YEARLY":
            return day.year - start.year


def _month_day_in(day: date, wanted: tuple[int, ...]) -> bool:
    return day.day in wanted or day.day - _month_end(day).day - 1 in wanted


def _month_end(day: date) -> date:
    return day.replace(day=31) if day.month == 12 else day.replace(month=day.month + 1, day=1) - DAY  # noqa: PLR2004


def _year(day: date) -> tuple[date, date]:
    return day.replace(month=1, day=1), day.replace(month=12, day=31)
