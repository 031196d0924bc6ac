"""Any stretch of days is made of few years, months and days, none twice and none left out."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.analytics.projections.rollup import FIRST_DAY, LAST_DAY, Spans, spans, whole_months

DAYS = st.dates(date(1995, 1, 1), date(2035, 12, 31))


MONTHS = {"year": 12, "quarter": 3, "month": 1}


def days_of(grain: str, first: date, last: date) -> list[date]:
    """All days from the cell that begins on the first to the one that begins on the last."""
    after = last.year * 12 + last.month - 1 + MONTHS.get(grain, 0)
    end = date(after // 12, after % 12 + 1, 1) if grain in MONTHS else last + timedelta(days=1)
    return [first + timedelta(days=at) for at in range((end - first).days)]


@given(first=DAYS, length=st.integers(-3, 2000))
def test_spans_are_the_days_asked_for_and_few(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = spans(first, last)
    days = [day for one in zip(found.grains, found.firsts, found.lasts, strict=True) for day in days_of(*one)]
    assert days == [first + timedelta(days=at) for at in range(max(0, length + 1))]
    assert len(found.grains) <= 7
    assert all(one != other for one, other in pairwise(found.grains))


def test_all_of_time_is_one_cell_or_a_stretch_of_months() -> None:
    assert spans(None, None) == Spans(["ever"], [FIRST_DAY], [FIRST_DAY])
    assert spans(None, None, "month") == Spans(["month"], [FIRST_DAY], [LAST_DAY])


def test_who_wants_to_know_the_month_gets_nothing_longer() -> None:
    assert spans(date(2023, 1, 1), date(2023, 3, 31), "quarter") == Spans(
        ["quarter"], [date(2023, 1, 1)], [date(2023, 1, 1)]
    )
    assert spans(date(2023, 1, 1), date(2024, 12, 31), "month").grains == ["month"]
    assert spans(date(2023, 1, 1), date(2024, 12, 31)) == Spans(["year"], [date(2023, 1, 1)], [date(2024, 1, 1)])


def test_whole_months_begin_on_the_first_and_end_on_the_last_day() -> None:
    assert whole_months(date(2024, 2, 1), date(2024, 2, 29))
    assert whole_months(None, None)
    assert not whole_months(date(2024, 2, 2), date(2024, 2, 29))
    assert not whole_months(None, date(2023, 2, 27))
