"""The periods of quotas: years, quarters and months by name."""

from __future__ import annotations

from datetime import date
from functools import lru_cache


@lru_cache(maxsize=1024)
def bounds(period: str) -> tuple[date, date]:
    """First and last day of 2026, 2026-Q3 or 2026-07."""
    year, _, part = period.partition("-")
    first, months = 1, 12
    if part:
        first, months = ((int(part[1]) - 1) * 3 + 1, 3) if part.startswith("Q") else (int(part), 1)
    after = int(year) * 12 + first - 1 + months
    return date(int(year), first, 1), date.fromordinal(date(after // 12, after % 12 + 1, 1).toordinal() - 1)


def period_of(first: date | None, last: date | None) -> str | None:
    """The name of the period that has exactly these days."""
    if first is None or last is None:
        return None
    names = (f"{first.year}", f"{first.year}-Q{(first.month + 2) // 3}", f"{first:%Y-%m}")
    return next((name for name in names if bounds(name) == (first, last)), None)
