"""A period of the company's calendar: a year, a quarter or a month, as text."""

from __future__ import annotations

import re

from shared.errors import Invalid

PERIOD = re.compile(r"(19|20|21)[0-9]{2}(-Q[1-4]|-(0[1-9]|1[0-2]))?")


class PeriodNotUnderstood(Invalid):
    """A period is a year (2026), a quarter (2026-Q3) or a month (2026-07) of the years 1900 to 2199."""

    code = "period-not-understood"


def checked(period: str) -> str:
    """The same text; raises PeriodNotUnderstood."""
    if not PERIOD.fullmatch(period):
        raise PeriodNotUnderstood
    return period
