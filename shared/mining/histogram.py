"""Durations counted in buckets that grow by 2 %: percentiles within 1 %, sums and differences of counts exact.

The idea is DDSketch (Masson, Rim and Lee, 2019). Bucket 0 holds what is shorter than a millisecond, bucket i > 0 holds
GAMMA^(i-2) < d <= GAMMA^(i-1) milliseconds, and durations that run backwards mirror them below 0; so the order of
buckets is the order of durations. Postgres finds the same buckets with `bucket_sql` and the same values with
`value_sql`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

GAMMA = 1.02
RELATIVE_ERROR = (GAMMA - 1) / (GAMMA + 1)  # 0.99 %

_LOG_GAMMA = math.log(GAMMA)
_MIDDLE = 2 / (GAMMA + 1)  # times a bucket's upper bound: equally far, in per cent, from both bounds
_MILLISECOND = timedelta(milliseconds=1)


class NothingToTakeAway(ValueError):
    """A bucket would fall below zero: what is subtracted was never added."""


def bucket_of(milliseconds: int) -> int:
    """Return the bucket of a whole number of milliseconds.

    Exact for ten years; beyond, a number within 1e-14 of a bound may be counted on its other side.
    """
    if not milliseconds:
        return 0
    index = 1 + math.ceil(math.log(abs(milliseconds)) / _LOG_GAMMA)
    return index if milliseconds > 0 else -index


def value_of(bucket: int) -> float:
    """Return the milliseconds that stand for a bucket, within RELATIVE_ERROR of all that is in it."""
    return math.copysign(_MIDDLE * GAMMA ** (abs(bucket) - 1), bucket) if bucket else 0.0


def milliseconds_of(duration: timedelta) -> int:
    """Return whole milliseconds, cut off towards zero, as `bucket_sql` takes them."""
    whole = abs(duration) // _MILLISECOND
    return whole if duration >= timedelta() else -whole


def bucket_sql(milliseconds: str) -> str:
    """Return the SQL expression of `bucket_of` (an integer) for an SQL expression of whole milliseconds (bigint).

    An interval in milliseconds: `trunc(extract(epoch FROM …) * 1000)::bigint`.
    """
    size = f"1 + ceil(ln(greatest(abs({milliseconds}), 1)::float8) / {_LOG_GAMMA!r}::float8)::integer"
    return f"(CASE WHEN {milliseconds} = 0 THEN 0 ELSE sign({milliseconds})::integer * ({size}) END)"


def value_sql(bucket: str) -> str:
    """Return the SQL expression of `value_of` (float8, milliseconds) for an SQL expression of a bucket (integer)."""
    return f"(sign({bucket})::float8 * {_MIDDLE!r}::float8 * power({GAMMA!r}::float8, abs({bucket}) - 1))"


class Histogram:
    """How many durations fall into each bucket; histograms add up and may be taken away from each other."""

    __slots__ = ("_counts",)

    def __init__(self, counts: Mapping[int, int] | Iterable[tuple[int, int]] = ()) -> None:
        """Take counts by bucket, such as rows of a table; the same bucket may come more than once."""
        self._counts: Counter[int] = Counter()
        for bucket, count in counts.items() if isinstance(counts, Mapping) else counts:
            self._counts[bucket] += count
        self._refuse_less_than_nothing()

    def add(self, duration: timedelta, times: int = 1) -> None:
        """Count a duration."""
        self._counts[bucket_of(milliseconds_of(duration))] += times

    def __add__(self, other: Histogram) -> Histogram:
        """Return the histogram of both."""
        return Histogram([*self._counts.items(), *other._counts.items()])

    def __sub__(self, other: Histogram) -> Histogram:
        """Return what is left without the other; raises NothingToTakeAway."""
        return Histogram([*self._counts.items(), *((bucket, -count) for bucket, count in other._counts.items())])

    def __len__(self) -> int:
        """Return how many durations were counted."""
        return self._counts.total()

    @property
    def counts(self) -> dict[int, int]:
        """The counts by bucket, to be stored."""
        return dict(self.items())

    def items(self) -> Iterator[tuple[int, int]]:
        """Give (bucket, count) from short to long, without empty buckets."""
        return ((bucket, count) for bucket, count in sorted(self._counts.items()) if count)

    def percentile(self, share: float) -> timedelta | None:
        """Return the duration of rank ceil(share * count), at least the first, within 1 %; None when there is none.

        `share` is 0 to 1. It is a duration that was there (nearest rank), not a mean of two.
        """
        rank = max(1, math.ceil(share * len(self)))
        for bucket, count in self.items():
            rank -= count
            if rank <= 0:
                return timedelta(milliseconds=value_of(bucket))
        return None

    def excess(self, limit: timedelta) -> timedelta:
        """Return by how much the durations together are longer than `limit`: sum of max(0, d - limit)."""
        bound = limit / _MILLISECOND
        beyond = (count * max(0.0, value_of(bucket) - bound) for bucket, count in self.items())
        return timedelta(milliseconds=math.fsum(beyond))

    def _refuse_less_than_nothing(self) -> None:
        if any(count < 0 for count in self._counts.values()):
            raise NothingToTakeAway
