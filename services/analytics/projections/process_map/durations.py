"""How long something took, over many: counted in a histogram, or known one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from services.analytics.projections.figures import mean
from shared.mining.histogram import Histogram

HOUR = 3_600_000
MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Duration:
    """Hours over so many; None over none. Percentiles are durations that were there (nearest rank)."""

    times: int
    median_hours: str | None
    mean_hours: str | None
    p90_hours: str | None


class Durations:
    """Milliseconds: the sum is exact; percentiles are exact where each one is known, else within 1 %."""

    def __init__(self, total_ms: int, histogram: Histogram, each: Sequence[int] | None = None) -> None:
        self.total = total_ms
        self._histogram = histogram
        self._each = each

    @classmethod
    def of(cls, each: Iterable[int]) -> Durations:
        """Each one is known, in milliseconds."""
        known = sorted(each)
        return cls(sum(known), Histogram(), known)

    @classmethod
    def joined(cls, parts: Sequence[Durations]) -> Durations:
        """All of them together."""
        if any(part._each is not None for part in parts):  # noqa: SLF001 - our own
            return cls.of(one for part in parts for one in part._each or ())  # noqa: SLF001
        counts = [pair for part in parts for pair in part._histogram.items()]  # noqa: SLF001
        return cls(sum(part.total for part in parts), Histogram(counts))

    def __len__(self) -> int:
        """How many."""
        return len(self._histogram) if self._each is None else len(self._each)

    def items(self) -> Iterator[tuple[int, int]]:
        """Give (bucket, count); none where each one is known."""
        return self._histogram.items()

    def percentile(self, share: float) -> float | None:
        """Milliseconds of rank ceil(share * count); None over none."""
        if self._each is None:
            found = self._histogram.percentile(share)
            return None if found is None else found / MILLISECOND
        return self._each[max(1, math.ceil(share * len(self._each))) - 1] if self._each else None

    def excess(self, limit_ms: float) -> float:
        """Milliseconds by which they are together longer than the limit."""
        if self._each is None:
            return self._histogram.excess(timedelta(milliseconds=limit_ms)) / MILLISECOND
        return math.fsum(max(0.0, one - limit_ms) for one in self._each)

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


def hours(milliseconds: float | None) -> str | None:
    """Hours with two decimals."""
    return None if milliseconds is None else f"{milliseconds / HOUR:.2f}"
