"""The fields of a deal that a process may require on entry, and those that its automations may set."""

from __future__ import annotations

from typing import get_args

from services.pipeline.domain.sales_process.drawing import ForecastCategory

REQUIRABLE = ("customer_id", "owner_id", "amount", "lines", "expected_close", "source", "region")
SETTABLE = ("source", "region", "expected_close_in_days", "forecast_category")
FORECAST_CATEGORIES: frozenset[str] = frozenset(get_args(ForecastCategory))
MOST_DAYS = 3650
LONGEST_VALUE = 200


def unsettable(field: str, value: str | None) -> str | None:
    """Why an automation cannot give a field this value; None where it can."""
    if field not in SETTABLE:
        return f"{field!r} cannot be set; automations set {', '.join(SETTABLE)}"
    if field == "expected_close_in_days" and value is not None and not _is_days(value):
        return f"expected_close_in_days is a whole number of days from 0 to {MOST_DAYS}, not {value!r}"
    if field == "forecast_category" and value is not None and value not in FORECAST_CATEGORIES:
        return f"{value!r} is no forecast category; they are {', '.join(sorted(FORECAST_CATEGORIES))}"
    if value is not None and not 1 <= len(value) <= LONGEST_VALUE:
        return f"a value has 1 to {LONGEST_VALUE} characters"
    return None


def _is_days(value: str) -> bool:
    return value.isascii() and value.isdecimal() and int(value) <= MOST_DAYS
