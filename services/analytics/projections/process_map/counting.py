"""Numbers by day, month, year and for ever, of everything and of slices: every one can be added to and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections.process_map.case import WHOLE, Case, Changes, counted, standing
from services.analytics.projections.process_map.histograms import Histograms
from services.analytics.projections.process_map.path import Fact, Path
from shared.mining.histogram import bucket_of

EVER = date(1900, 1, 1)
EARLIEST, LATEST = 1900, 2199  # years
HISTOGRAMS = Histograms("process_cell_histogram", (("cell_id", "uuid"),))

Judge = Callable[[UUID, Path], UUID]  # names the verdict on a way of a process
About = tuple[int, int, str, str, str]  # process as a number (quick to compare), version, kind, source, target
Period = tuple[str, date]


class CellRow(NamedTuple):
    """A cell and what is added to it, in the order of its table's columns.

    `slice`: empty for all deals, else see `Case.dimensions`; `level`, `period`: ever, or a year, month or day by its
    first day; `n`: how often; `n_case`: by how many deals for the first time; `n_reach`: into a stage newly reached.
    """

    id: UUID
    process_id: UUID
    process_version: int
    slice: str
    level: str
    period: date
    kind: str
    source: str
    target: str
    n: int
    n_case: int
    n_reach: int
    ms: int


class Sums:
    """What is added to one cell, and to the buckets of its histogram."""

    __slots__ = ("buckets", "ms", "n", "n_case", "n_reach")

    def __init__(self) -> None:
        self.n = self.n_case = self.n_reach = self.ms = 0
        self.buckets: dict[int, int] = {}

    def add(self, fact: Fact, bucket: int | None, times: int) -> None:
        """Once more, or once less."""
        self.n += times
        self.n_case += times * fact.first
        self.n_reach += times * fact.reached
        if fact.wait is not None:
            self.ms += times * fact.wait
        if bucket is not None:
            self.buckets[bucket] = self.buckets.get(bucket, 0) + times


class Counts:
    """The differences that a batch makes, cell by cell."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._ways: dict[About, dict[tuple[str, Period], Sums]] = {}

    def add(self, process: UUID, dimensions: Iterable[str], all_facts: Iterable[Fact], times: int) -> None:
        """Count what is told of a deal, or take it back with `times` = -1."""
        slices = tuple(dimensions)
        for fact in all_facts:
            about = (process.int, fact.version, fact.kind, fact.source, fact.target)
            cells = self._ways.get(about)
            if cells is None:
                cells = self._ways[about] = {}
            bucket = None if fact.wait is None else bucket_of(fact.wait)
            for place in self._places(slices, fact):
                sums = cells.get(place)
                if sums is None:
                    sums = cells[place] = Sums()
                sums.add(fact, bucket, times)

    def cells(self) -> list[CellRow]:
        """What changes, in the order of ids, so that two writers never wait for each other crosswise."""
        rows = [
            _row(about, place, sums)
            for about, place, sums in self._all()
            if sums.n or sums.n_case or sums.n_reach or sums.ms
        ]
        return sorted(rows, key=lambda row: row.id.int)

    def histograms(self) -> list[tuple[tuple[UUID], dict[int, int]]]:
        """What changes in histograms, by cell, in the same order."""
        found = [((cell_id(about, place),), sums.buckets) for about, place, sums in self._all() if sums.buckets]
        return sorted(found, key=lambda row: row[0][0].int)

    def _all(self) -> Iterator[tuple[About, tuple[str, Period], Sums]]:
        for about, cells in self._ways.items():
            for place, sums in cells.items():
                yield about, place, sums

    def _places(self, slices: tuple[str, ...], fact: Fact) -> list[tuple[str, Period]]:
        """Everything is counted for ever; what has a time also by year, month and day, mixes by month."""
        ever = ("ever", EVER)
        periods = () if fact.at is None else periods_of(fact.at.astimezone(self._zone).date())
        by_month = [(slices[-1], period) for period in periods[1:2]]
        return [(slice_, ever) for slice_ in slices] + by_month + [(WHOLE, period) for period in periods]


def _row(about: About, place: tuple[str, Period], sums: Sums) -> CellRow:
    process, version, kind, source, target = about
    slice_, (level, period) = place
    counts = (sums.n, sums.n_case, sums.n_reach, sums.ms)
    return CellRow(
        cell_id(about, place), UUID(int=process), version, slice_, level, period, kind, source, target, *counts
    )


def differences(changes: Changes, zone: ZoneInfo) -> Counts:
    """What has to be added so that every cell counts what a batch made of the deals."""
    counts = Counts(zone)

    def add(case: Case, dimensions: Iterable[str], all_facts: Iterable[Fact], times: int) -> None:
        counts.add(case.process_id, dimensions, all_facts, times)

    for case in changes.cases.values():
        dimensions, before = case.dimensions(), changes.before.get(case.id)
        if before is None:
            add(case, dimensions, counted(case), 1)
        elif before.dimensions != dimensions or before.case.deleted or case.deleted:
            add(before.case, before.dimensions, counted(before.case), -1)
            add(case, dimensions, counted(case), 1)
        elif len(case.path) > before.entries:
            add(before.case, dimensions, standing(before.case), -1)
            add(case, dimensions, counted(case, before.entries), 1)
    return counts


@lru_cache(maxsize=200_000)
def cell_id(about: About, place: tuple[str, Period]) -> UUID:
    """The key of a cell: a hash of all that it is about, the same in every build."""
    told = msgspec.json.encode((f"{about[0]:x}", about[1:], place))
    return UUID(bytes=blake2b(told, digest_size=16).digest())


@lru_cache(maxsize=5_000)
def periods_of(day: date) -> tuple[Period, ...]:
    """The year, the month and the day itself."""
    return (("year", day.replace(month=1, day=1)), ("month", day.replace(day=1)), ("day", day))


def instant_of(day: date, zone: ZoneInfo) -> datetime:
    """When a business day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
