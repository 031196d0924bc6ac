"""When deals are opened: more every year, fewer in holidays and summers, on working days, most at quarter ends."""

from __future__ import annotations

from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random

from flowline.generation.parameters import Parameters

_MONTHS = (0.85, 0.60, 1.15, 1.00, 1.05, 1.25, 0.85, 0.80, 1.20, 0.85, 1.10, 1.30)
_WEEKDAYS = (1.0, 1.1, 1.1, 1.05, 0.9, 0.12, 0.06)
_GROWTH = 0.6  # more deals at the end than at the beginning, as a share of the beginning
FIRST_HOUR, LAST_HOUR = 1, 10  # of the working day, UTC: nine to six in Shanghai
SATURDAY = 5


class Seasons:
    """Spreads the deals of a history over its days, the first number first."""

    def __init__(self, parameters: Parameters) -> None:
        self._begins, self._deals = parameters.begins, parameters.deals
        days = (parameters.until - parameters.start).days
        self._shares = list(accumulate(self._share(day, days) for day in range(days)))

    def _share(self, day: int, days: int) -> float:
        at = self._begins + timedelta(days=day)
        return (1 + _GROWTH * day / days) * _MONTHS[at.month - 1] * _WEEKDAYS[at.weekday()]

    def opened_at(self, number: int, dice: Random) -> datetime:
        """When deal `number` (from 0) is opened; a later number is never opened on an earlier day."""
        place = (number + dice.random()) / self._deals * self._shares[-1]
        day = min(bisect_right(self._shares, place), len(self._shares) - 1)
        return self._begins + timedelta(days=day, seconds=dice.randrange(FIRST_HOUR * 3600, LAST_HOUR * 3600))


def working_time(at: datetime, after: datetime, dice: Random) -> datetime:
    """About `at`, but on a working day and in its hours where that is not before `after`."""
    if at.weekday() >= SATURDAY:
        at += timedelta(days=7 - at.weekday())
    seconds = dice.randrange(FIRST_HOUR * 3600, LAST_HOUR * 3600)
    moved = at.replace(hour=0, minute=0, second=0) + timedelta(seconds=seconds)
    return max(moved, after)
