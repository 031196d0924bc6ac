"""When a task is due again: the same days as an independent implementation says, and nothing that has two meanings."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.pipeline.domain.task.recurrence import (
    RecurrenceNeverComes,
    RecurrenceNotUnderstood,
    checked,
    next_due,
    rule_of,
    spelled,
)

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
plain = st.lists(st.sampled_from(WEEKDAYS), max_size=3)
numbered = st.lists(
    st.builds("{}{}".format, st.sampled_from([-5, -2, -1, 1, 2, 5]), st.sampled_from(WEEKDAYS)), max_size=3
)
month_days = st.lists(st.integers(-31, 31).filter(bool), max_size=3)
starts = st.dates(date(2020, 1, 1), date(2031, 12, 31))


@st.composite
def recurrences(draw: st.DrawFn) -> str:
    """Any rule that we take."""
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 5))}"]
    days = draw(month_days) if freq != "WEEKLY" else []
    if days:
        parts.append("BYMONTHDAY=" + ",".join(map(str, days)))
    if by_day := draw(numbered if freq in {"MONTHLY", "YEARLY"} and not days else plain):
        parts.append("BYDAY=" + ",".join(by_day))
    ending = draw(st.sampled_from(["", "COUNT", "UNTIL"]))
    if ending == "COUNT":
        parts.append(f"COUNT={draw(st.integers(1, 9))}")
    elif ending == "UNTIL":
        parts.append(f"UNTIL={draw(starts):%Y%m%d}")
    return ";".join(parts)


@settings(max_examples=300, deadline=None)
@given(recurrence=recurrences(), start=starts, beyond=st.integers(0, 800))
def test_the_next_day_is_the_one_that_dateutil_says(recurrence: str, start: date, beyond: int) -> None:
    after = start + timedelta(days=beyond)
    theirs = rrulestr(recurrence, dtstart=_midnight(start)).after(_midnight(after))
    # It looks on up to the year 9999 where we give up after 41 years.
    assume(theirs is None or theirs.date() < after + timedelta(days=366 * 40))
    assert next_due(recurrence, start, after) == (theirs and theirs.date())


@given(recurrences())
def test_a_rule_survives_its_spelling(recurrence: str) -> None:
    rule = rule_of(recurrence)
    assert rule_of(spelled(rule)) == rule
    assert rule_of(f" rrule:{recurrence.lower()} ") == rule


@pytest.mark.parametrize(
    "text",
    [
        "", "FREQ=HOURLY", "INTERVAL=2", "FREQ=DAILY;FREQ=DAILY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;INTERVAL=367", "FREQ=DAILY;BYHOUR=1", "FREQ=WEEKLY;BYDAY=1MO", "FREQ=DAILY;BYDAY=-1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1", "FREQ=MONTHLY;BYDAY=6MO", "FREQ=MONTHLY;BYDAY=0MO", "FREQ=MONTHLY;BYDAY=XX",
        "FREQ=MONTHLY;BYMONTHDAY=32", "FREQ=MONTHLY;BYMONTHDAY=0", "FREQ=MONTHLY;BYMONTHDAY=1;BYDAY=1MO",
        "FREQ=DAILY;COUNT=367", "FREQ=DAILY;COUNT=1;UNTIL=20300101", "FREQ=DAILY;UNTIL=20301301", "FREQ=DAILY;",
        "FREQ=DAILY;UNTIL=2030-01-01", "FREQ=DAILY;WKST=SU", "FREQ=DAILY;COUNT=٣", "FREQ=DAILY;BYDAY=", "x" * 201,
    ],
)  # fmt: skip
def test_what_has_no_one_meaning_here_is_refused(text: str) -> None:
    with pytest.raises(RecurrenceNotUnderstood) as refusal:
        checked(text, date(2026, 1, 1))
    assert refusal.value.field == "/recurrence"


@pytest.mark.parametrize(
    "text", ["FREQ=DAILY;COUNT=1", "FREQ=DAILY;UNTIL=20260101", "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30"]
)
def test_a_rule_that_never_comes_is_refused(text: str) -> None:
    with pytest.raises(RecurrenceNeverComes):
        checked(text, date(2026, 2, 1) if "MONTHLY" in text else date(2026, 1, 1))


def test_the_costliest_rule_is_bounded() -> None:
    """The day may be two centuries behind the start, and the days before it count."""
    began = time.perf_counter()
    next_due("FREQ=YEARLY;INTERVAL=5;BYDAY=-53SU,53MO;COUNT=366", date(1970, 1, 1), date(2199, 12, 31))
    assert time.perf_counter() - began < 2


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - dateutil counts in days here
