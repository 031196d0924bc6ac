"""Whether this process lives (every loop makes progress) and whether it should get requests."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

STALLED_SECONDS = 60.0


@dataclass(slots=True)
class Beat:
    """What is known of one loop: when it last showed progress (monotonic seconds) and how often it has died."""

    progress: Callable[[], float]
    patience: float = STALLED_SECONDS
    deaths: int = 0
    last_error: str = ""

    def stalled(self, now: float) -> bool:
        """No progress for longer than this loop may need."""
        return now - self.progress() > self.patience


@dataclass(slots=True)
class Health:
    """The state that probes ask for; `ready` is set when loops run and cleared first thing on shutdown."""

    ready: bool = False
    draining: bool = False
    loops: dict[str, Beat] = field(default_factory=dict)
    clock: Callable[[], float] = time.monotonic

    def stalled(self) -> list[str]:
        """The names of loops that have stopped without dying."""
        now = self.clock()
        return [name for name, beat in self.loops.items() if beat.stalled(now)]

    def report(self) -> dict[str, dict[str, float | int | str]]:
        """Each loop: seconds since its last progress, deaths, last error."""
        now = self.clock()
        return {
            name: {
                "idle_seconds": round(now - beat.progress(), 3),
                "deaths": beat.deaths,
                "last_error": beat.last_error,
            }
            for name, beat in self.loops.items()
        }
