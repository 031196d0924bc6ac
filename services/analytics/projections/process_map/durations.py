"""How long something took, over many: counted in a histogram, or known one by one."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import accumulate

from services.analytics.projections.figures import mean
from shared.mining.histogram import value_of

HOUR = 3_600_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Hours over so many; None over none. Percentiles are durations that were there (nearest rank)."""

    times: int
    median_hours: str | None
    mean_hours: str | None
    p90_hours: str | None


class Durations:
    """Milliseconds: the sum is exact; percentiles are exact where each one is known, else within 1 %.

    `counts`: (value, how many), ascending; the values of a histogram's buckets stand for what is in them.
    """

    def __init__(self, total_ms: int, counts: Sequence[tuple[float, int]]) -> None:
        self.total = total_ms
        self.counts = counts
        self._upto = list(accumulate(n for _, n in counts))

    @classmethod
    def of(cls, each: Iterable[int]) -> Durations:
        """Each one is known, in milliseconds."""
        known = Counter(each)
        return cls(sum(one * n for one, n in known.items()), sorted(known.items()))

    @classmethod
    def counted(cls, total_ms: int, buckets: Iterable[tuple[int, int]]) -> Durations:
        """Counted in the buckets of a histogram, in any order and in several parts."""
        counts: dict[int, int] = {}
        for bucket, n in buckets:
            counts[bucket] = counts.get(bucket, 0) + n
        return cls(total_ms, [(_value(bucket), counts[bucket]) for bucket in sorted(counts)])

    @classmethod
    def joined(cls, parts: Sequence[Durations]) -> Durations:
        """All of them together."""
        counts: dict[float, int] = {}
        for part in parts:
            for value, n in part.counts:
                counts[value] = counts.get(value, 0) + n
        return cls(sum(part.total for part in parts), sorted(counts.items()))

    def __len__(self) -> int:
        """How many."""
        return self._upto[-1] if self._upto else 0

    def percentile(self, share: float) -> float | None:
        """Milliseconds of rank ceil(share * count); None over none."""
        if not self._upto:
            return None
        rank = max(1, math.ceil(share * len(self)))
        return self.counts[bisect_left(self._upto, rank)][0]

    def excess(self, limit_ms: float) -> float:
        """Milliseconds by which they are together longer than the limit."""
        return math.fsum(n * (value - limit_ms) for value, n in self.counts if value > limit_ms)

    @property
    def shown(self) -> Duration:
        """As it is answered."""
        count = len(self)
        return Duration(
            times=count,
            median_hours=hours(self.percentile(0.5)),
            mean_hours=mean(Decimal(self.total) / HOUR, count),
            p90_hours=hours(self.percentile(0.9)),
        )


@lru_cache(maxsize=10_000)
def _value(bucket: int) -> float:
    return value_of(bucket)


def hours(milliseconds: float | None) -> str | None:
    """Hours with two decimals."""
    return None if milliseconds is None else f"{milliseconds / HOUR:.2f}"
