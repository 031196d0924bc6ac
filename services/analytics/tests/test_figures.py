"""How numbers are printed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from services.analytics.projections.figures import Money, mean, money, only, percentile, ratio, sums
from services.analytics.projections.won import quarter_name, quarter_within


@pytest.mark.parametrize(
    ("amount", "currency", "printed"),
    [("10005534", "USD", "10005534.00"), ("2.5", "JPY", "3"), ("1.2345", "KWD", "1.235"), ("-0.005", "EUR", "-0.01")],
)
def test_money_has_the_decimals_of_its_currency(amount: str, currency: str, printed: str) -> None:
    assert money(Decimal(amount), currency) == Money(printed, currency)


def test_currencies_are_never_added_up() -> None:
    two = sums([(Decimal(1), "USD"), (Decimal(2), "EUR"), (Decimal(3), "USD"), (None, None)])
    assert two == [Money("2.00", "EUR"), Money("4.00", "USD")]
    assert only(two) is None
    assert only(two[:1]) == two[0]


def test_ratios_and_means_are_rounded_half_up_and_absent_over_nothing() -> None:
    assert ratio(4238, 4238 + 2473) == "0.6315"
    assert (ratio(1, 2), ratio(0, 3), ratio(0, 0)) == ("0.5000", "0.0000", None)
    assert (mean(219444, 4238), mean(None, 0)) == ("51.78", None)


@pytest.mark.parametrize(
    ("value", "printed"), [(57.0, "57"), (57.5, "57.5"), (0.0, "0"), (1000.0, "1000"), (0.125, "0.13"), (None, None)]
)
def test_a_median_of_whole_days_is_a_whole_number(value: float | None, printed: str | None) -> None:
    assert percentile(value) == printed


@pytest.mark.parametrize("month", range(1, 13))
def test_a_quarter_is_three_months_and_never_leaves_the_period(month: int) -> None:
    first = date(2024, (month - 1) // 3 * 3 + 1, 1)
    assert quarter_name(first) == f"2024-Q{(month - 1) // 3 + 1}"
    whole = quarter_within(first, (None, None))
    assert whole["from"] == first
    assert (whole["to"] - first).days in (89, 90, 91, 92)
    assert whole["to"].month == first.month + 2
    inside = quarter_within(first, (date(2024, first.month, 10), date(2024, first.month + 1, 3)))
    assert inside == {"from": date(2024, first.month, 10), "to": date(2024, first.month + 1, 3)}
