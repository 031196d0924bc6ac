"""Questions timed on several databases in turn, so that what else the machine does befalls all of them alike."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

WARM, LEAST = 3, 5


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds over some repetitions; `least` is what is left of them on a machine that does other things too."""

    median: float
    p95: float
    least: float

    @staticmethod
    def of(seconds: list[float]) -> Times:
        """From single times."""
        ranked = sorted(seconds)
        return Times(statistics.median(ranked) * 1e3, ranked[math.ceil(len(ranked) * 0.95) - 1] * 1e3, ranked[0] * 1e3)


async def timed(
    askers: Mapping[str, Callable[[], Awaitable[Any]]], repetitions: int, patience: float, least: int = LEAST
) -> dict[str, Times]:
    """So many repetitions of each, in turn; who has used up its patience (seconds) rests, after `least`."""
    times: dict[str, list[float]] = {name: [] for name in askers}
    for turn in range(WARM + repetitions):
        for name, ask in askers.items():
            if len(times[name]) >= least and sum(times[name]) > patience:
                continue
            begun = time.perf_counter()
            await ask()
            took = time.perf_counter() - begun
            if turn >= WARM or took > patience / LEAST:
                times[name].append(took)
    return {name: Times.of(each) for name, each in times.items()}
