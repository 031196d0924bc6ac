"""What a process really is, found event by event: fed in batches, twice or shuffled across cases it is the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from shared.mining.durations import Durations
from shared.mining.log import Event
from shared.mining.variants import BEFORE_ALL, Counts, Variant, chained, most_common_first

Between = Callable[[datetime, datetime], timedelta]
Gaps = Literal["refuse", "park", "accept"]


class GapInCase(ValueError):
    """An event came before the one that precedes it in its case."""

    def __init__(self, case: str, expected: int, found: int) -> None:
        """Name the case and both indices."""
        self.case, self.expected, self.found = case, expected, found
        super().__init__(f"case {case!r} goes on with event {found}, but event {expected} is missing")


class CaseInBoth(ValueError):
    """Two discoveries that are to be merged have seen events of the same case."""


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Return the time that passed by the clock, nights and holidays included."""
    return end - start


@dataclass(slots=True)
class Progress:
    """Where a case is: its last event, when it began, and the variant that it has so far."""

    index: int
    activity: str
    at: datetime
    first_at: datetime
    variant: bytes


class Discovery:
    """The directly-follows relation of a log with durations, kept up to date by every event.

    Order inside a case is that of the indices, never of timestamps; an index that was there is dropped. A missing one
    is an error (`refuse`), has the case wait for it (`park`), or is no matter since the log is a selection (`accept`).
    `between` measures durations, for instance in working time.
    """

    def __init__(self, *, gaps: Gaps = "refuse", between: Between = elapsed) -> None:
        """Begin with nothing."""
        self.gaps, self.between = gaps, between
        self.cases: dict[str, Progress] = {}
        self.moves: dict[tuple[str, str], Durations] = {}
        self.parked: dict[str, dict[int, Event]] = {}
        self.duplicates = 0
        self._longer: dict[tuple[bytes, str], bytes] = {}
        self._shorter: dict[bytes, tuple[bytes, str]] = {}

    def feed(self, events: Iterable[Event]) -> None:
        """Take in a batch; raises GapInCase when gaps are refused, with the events before it taken in."""
        for event in events:
            last = self.cases.get(event.case)
            expected = last.index + 1 if last else 1
            if event.index == expected or (event.index > expected and self.gaps == "accept"):
                self._follow(event, last)
                if self.parked:
                    self._drain(event.case)
            elif event.index < expected:
                self.duplicates += 1
            else:
                self._wait(event, expected)

    def merge(self, other: Discovery) -> None:
        """Take in what another has found about other cases; raises CaseInBoth before anything is changed.

        Both measure durations alike; the other stays as it is.
        """
        if both := sorted((self.cases.keys() | self.parked.keys()) & (other.cases.keys() | other.parked.keys())):
            raise CaseInBoth(f"case {both[0]!r} is in both")
        self.cases |= {case: replace(progress) for case, progress in other.cases.items()}
        self.parked |= {case: dict(waiting) for case, waiting in other.parked.items()}
        self.duplicates += other.duplicates
        self._longer |= other._longer
        self._shorter |= other._shorter
        for move, durations in other.moves.items():
            self.moves[move] = self.moves[move] + durations if move in self.moves else durations + Durations()

    def variants(self) -> list[Variant]:
        """Return the variants of all cases as they are now, most common first."""
        cases: Counter[bytes] = Counter()
        first: dict[bytes, str] = {}
        for case, progress in self.cases.items():
            cases[progress.variant] += 1
            first[progress.variant] = min(case, first.get(progress.variant, case))
        return most_common_first(Variant(self._sequence(each), count, first[each]) for each, count in cases.items())

    def counts(self) -> Counts:
        """Return what follows what, how often and in how many cases."""
        return Counts(self.variants())

    def case_durations(self) -> list[timedelta]:
        """Return first to last event of every case; of an open case it is what has passed so far."""
        return [self.between(progress.first_at, progress.at) for progress in self.cases.values()]

    def _follow(self, event: Event, last: Progress | None) -> None:
        if last is None:
            variant = self._chained(BEFORE_ALL, event.activity)
            self.cases[event.case] = Progress(event.index, event.activity, event.at, event.at, variant)
            return
        move = (last.activity, event.activity)
        if (durations := self.moves.get(move)) is None:
            durations = self.moves[move] = Durations()
        durations.add(self.between(last.at, event.at))
        last.index, last.activity, last.at = event.index, event.activity, event.at
        last.variant = self._chained(last.variant, event.activity)

    def _wait(self, event: Event, expected: int) -> None:
        if self.gaps == "refuse":
            raise GapInCase(event.case, expected, event.index)
        waiting = self.parked.setdefault(event.case, {})
        self.duplicates += event.index in waiting
        waiting.setdefault(event.index, event)

    def _drain(self, case: str) -> None:
        """Take in what had waited for the event that has just come."""
        waiting, progress = self.parked.get(case, {}), self.cases[case]
        while following := waiting.pop(progress.index + 1, None):
            self._follow(following, progress)
        if not waiting:
            self.parked.pop(case, None)

    def _chained(self, variant: bytes, activity: str) -> bytes:
        """Hash each step once, however many cases take it."""
        if (longer := self._longer.get((variant, activity))) is None:
            longer = self._longer[variant, activity] = chained(variant, activity)
            self._shorter[longer] = (variant, activity)
        return longer

    def _sequence(self, variant: bytes) -> tuple[str, ...]:
        activities = []
        while variant != BEFORE_ALL:
            variant, activity = self._shorter[variant]
            activities.append(activity)
        return tuple(reversed(activities))
