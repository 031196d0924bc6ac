"""Durations in few numbers: count, sum, least and most exactly, a histogram for the rest; exact figures of a list."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from shared.mining.histogram import Histogram

_HOUR = 3600


@dataclass(slots=True)
class Durations:
    """What is kept of many durations; two add up to those of both."""

    total: timedelta = timedelta()
    least: timedelta = timedelta.max
    most: timedelta = timedelta.min
    histogram: Histogram = field(default_factory=Histogram)

    def add(self, duration: timedelta) -> None:
        """Take in one more."""
        self.total += duration
        self.least = min(self.least, duration)
        self.most = max(self.most, duration)
        self.histogram.add(duration)

    def __add__(self, other: Durations) -> Durations:
        """Return those of both."""
        least, most = min(self.least, other.least), max(self.most, other.most)
        return Durations(self.total + other.total, least, most, self.histogram + other.histogram)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.histogram)

    @property
    def mean(self) -> timedelta | None:
        """The exact mean, None when there is none."""
        return self.total / len(self) if len(self) else None

    def percentile(self, share: float) -> timedelta | None:
        """Return the duration of that rank within 1 %, never beyond the least and the most; None when there is none."""
        found = self.histogram.percentile(share)
        return None if found is None else min(max(found, self.least), self.most)


@dataclass(frozen=True, slots=True)
class Hours:
    """Exact figures of a list of durations in hours, rounded to three places as PM4Py's are compared."""

    median: float
    mean: float
    p90: float


def hours(durations: Sequence[timedelta]) -> Hours | None:
    """Return median, mean and 90th percentile in hours; None for an empty list.

    Percentiles lie linearly between the two nearest ranks, (n - 1) * share, as numpy's and so PM4Py's do.
    """
    if not durations:
        return None
    seconds = sorted(duration.total_seconds() for duration in durations)
    figures = (_between_ranks(seconds, 0.5), math.fsum(seconds) / len(seconds), _between_ranks(seconds, 0.9))
    return Hours(*(round(figure / _HOUR, 3) for figure in figures))


def _between_ranks(ordered: Sequence[float], share: float) -> float:
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
