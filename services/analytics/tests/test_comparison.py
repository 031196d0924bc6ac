"""Two answers beside each other: rows meet their own kind, differences are exact, and nothing differs from itself."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.projections.comparison import ComparedRow, Part, differences
from services.analytics.projections.periods import ComparisonNotUnderstood, Period, compared_period

JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)
AMOUNTS = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)
CURRENCIES = st.sampled_from(("USD", "JPY", "CNY"))
OWNERS = st.sampled_from(("a", "b", "c", None))
WON_ROWS = st.dictionaries(st.tuples(OWNERS, CURRENCIES), st.tuples(AMOUNTS, st.integers(0, 99)), max_size=8)
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))


def won(rows: dict[Any, Any]) -> dict[str, Any]:
    figures = [
        {"owner": owner, "owner_id": owner, "amount": str(amount), "currency": currency, "deals": deals, "drill": "/x"}
        for (owner, currency), (amount, deals) in rows.items()
    ]
    return {"definition": "d", "as_of": "2026-01-01T00:00:00Z", "total": [], "by_owner": figures}


def by_owner(current: dict[Any, Any], compared: dict[Any, Any]) -> dict[Any, ComparedRow]:
    tables = differences("won", Part(won(current), APRIL), Part(won(compared), JANUARY))
    rows = [row for table in tables if table.table == "by_owner" for row in table.rows]
    return {(row.about["owner_id"], row.about["currency"]): row for row in rows}


@settings(deadline=None)
@given(WON_ROWS, WON_ROWS)
def test_every_row_meets_its_own_kind_and_money_stays_in_its_currency(
    now: dict[Any, Any], then: dict[Any, Any]
) -> None:
    found = by_owner(now, then)
    assert found.keys() == now.keys() | then.keys()
    nothing = (Decimal(0), 0)
    for place, row in found.items():
        (amount, deals), (before, deals_before) = now.get(place, nothing), then.get(place, nothing)
        assert Decimal(row.differences["amount"].difference or "x") == amount - before
        assert int(row.differences["deals"].difference or "x") == deals - deals_before
        relative = row.differences["amount"].relative
        assert (relative is None) == (before == 0)
        if relative is not None:
            assert abs(Decimal(relative) - (amount - before) / abs(before)) <= Decimal("0.0001")


@settings(deadline=None)
@given(WON_ROWS)
def test_nothing_differs_from_itself_or_from_another_order(rows: dict[Any, Any]) -> None:
    found = by_owner(rows, dict(reversed(rows.items())))
    assert {Decimal(one.difference or "x") for row in found.values() for one in row.differences.values()} <= {
        Decimal(0)
    }


@pytest.mark.parametrize(
    ("name", "now", "then"),
    [("quarter", "2026-Q2", "2026-Q1"), ("month", "2026-05", "2026-02"), ("day", "2026-04-03", "2026-01-03")],
)
def test_months_and_quarters_meet_by_their_place_in_the_period(name: str, now: str, then: str) -> None:
    def answer(when: str, amount: str) -> dict[str, Any]:
        return {"by_quarter": [{name: when, "amount": amount, "currency": "USD", "deals": 1}]}

    [table] = differences("won", Part(answer(now, "3"), APRIL), Part(answer(then, "1"), JANUARY))
    [row] = table.rows
    assert (row.about[name], row.differences["amount"].difference) == (now, "2")


def test_an_amount_whose_currency_is_another_has_no_difference() -> None:
    def answer(amount: dict[str, str] | None) -> dict[str, Any]:
        return {"by_stage": [{"stage": "Talk", "stage_key": "talk", "count": 1, "amount": amount}]}

    usd, cny = ({"amount": "5.00", "currency": currency} for currency in ("USD", "CNY"))
    [table] = differences("overview", Part(answer(usd), APRIL), Part(answer(cny), JANUARY))
    assert table.rows[0].differences["amount.amount"].difference is None
    [same] = differences("overview", Part(answer(usd), APRIL), Part(answer(usd), JANUARY))
    assert same.rows[0].differences["amount.amount"].difference == "0.00"


@settings(deadline=None)
@given(DAYS, st.integers(0, 500))
def test_the_previous_period_ends_the_day_before_and_is_as_long(first: date, days: int) -> None:
    asked = Period(first, first + timedelta(days=days))
    found = compared_period(asked, "previous_period")
    assert found.last == first - timedelta(days=1)
    whole = first.day == 1 and (asked.last + timedelta(days=1)).day == 1
    if whole:
        assert found.first.day == 1
    else:
        assert found.last - found.first == asked.last - asked.first


@pytest.mark.parametrize(
    ("first", "last", "wish", "found"),
    [
        ("2026-04-01", "2026-06-30", "previous_period", ("2026-01-01", "2026-03-31")),
        ("2024-03-01", "2024-03-31", "previous_period", ("2024-02-01", "2024-02-29")),
        ("2026-01-01", "2026-12-31", "previous_period", ("2025-01-01", "2025-12-31")),
        ("2026-04-02", "2026-04-08", "previous_period", ("2026-03-26", "2026-04-01")),
        ("2024-02-29", "2024-03-15", "previous_year", ("2023-02-28", "2023-03-15")),
        ("2026-04-01", "2026-06-30", "2020-02-01..2020-02-02", ("2020-02-01", "2020-02-02")),
    ],
)
def test_periods_as_people_mean_them(first: str, last: str, wish: str, found: tuple[str, str]) -> None:
    asked = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert compared_period(asked, wish) == Period(*map(date.fromisoformat, found))


@settings(deadline=None)
@given(st.text(max_size=30))
def test_any_wish_is_a_period_or_refused(wish: str) -> None:
    try:
        found = compared_period(Period(JANUARY, APRIL), wish)
    except ComparisonNotUnderstood:
        return
    assert found.first <= found.last
