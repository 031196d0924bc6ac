"""Numbers by day, month, year and for ever, of everything and of slices: every one can be added to and taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from services.analytics.projections.process_map.case import Case, Changes, counted, standing
from services.analytics.projections.process_map.path import Fact
from shared.mining.histogram import bucket_of

EVER = date(1900, 1, 1)
WHOLE = ""
OF_THE_WHOLE = frozenset({"closed_path", "open_path"})  # there are as many paths as people can think of


class Cell(NamedTuple):
    """What a number is about; `slice` is empty for all deals, else such as `source:web`; `period` its first day."""

    process_id: UUID
    process_version: int
    slice: str
    level: str
    period: date
    kind: str
    source: str
    target: str


class Sums(msgspec.Struct, gc=False):
    """The numbers of a cell: how often, by how many deals for the first time, into a stage newly reached, how long."""

    n: int = 0
    n_case: int = 0
    n_reach: int = 0
    ms: int = 0


class CellRow(msgspec.Struct, gc=False):
    """A cell and what is added to it, in the order of its table's columns."""

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


class BucketRow(msgspec.Struct, gc=False):
    """What is added to one bucket of a cell's histogram."""

    cell_id: UUID
    bucket: int
    n: int


class Counts:
    """The differences that a batch makes, cell by cell."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._cells: dict[Cell, Sums] = {}
        self._buckets: dict[tuple[Cell, int], int] = {}

    def add(self, case: Case, dimensions: Iterable[str], all_facts: Iterable[Fact], times: int) -> None:
        """Count what is told of a deal, or take it back with `times` = -1."""
        for fact in all_facts:
            for cell in self._places(case.process_id, dimensions, fact):
                self._one(cell, fact, times)

    def cells(self) -> list[CellRow]:
        """What changes, in the order of ids, so that two writers never wait for each other crosswise."""
        rows = [
            CellRow(cell_id(cell), *cell, *msgspec.structs.astuple(sums))
            for cell, sums in self._cells.items()
            if sums.n or sums.n_case or sums.n_reach or sums.ms
        ]
        return sorted(rows, key=lambda row: row.id)

    def buckets(self) -> list[BucketRow]:
        """What changes in histograms, in the same order."""
        rows = [BucketRow(cell_id(cell), bucket, n) for (cell, bucket), n in self._buckets.items() if n]
        return sorted(rows, key=lambda row: (row.cell_id, row.bucket))

    def _places(self, process: UUID, dimensions: Iterable[str], fact: Fact) -> Iterator[Cell]:
        about = (fact.kind, fact.source, fact.target)
        for slice_ in dimensions:
            if slice_ == WHOLE and fact.at is not None:
                for level, period in _periods(fact.at.astimezone(self._zone).date()):
                    yield Cell(process, fact.version, slice_, level, period, *about)
            if slice_ == WHOLE or fact.kind not in OF_THE_WHOLE:
                yield Cell(process, fact.version, slice_, "ever", EVER, *about)

    def _one(self, cell: Cell, fact: Fact, times: int) -> None:
        sums = self._cells.get(cell)
        if sums is None:
            sums = self._cells[cell] = Sums()
        sums.n += times
        sums.n_case += times * fact.first
        sums.n_reach += times * fact.reached
        if fact.wait is not None:
            sums.ms += times * fact.wait
            place = (cell, bucket_of(fact.wait))
            self._buckets[place] = self._buckets.get(place, 0) + times


def differences(changes: Changes, zone: ZoneInfo) -> Counts:
    """What has to be added so that every cell counts what a batch made of the deals."""
    counts = Counts(zone)
    for case in changes.cases.values():
        dimensions, before = case.dimensions(), changes.before.get(case.id)
        if before is None:
            counts.add(case, dimensions, counted(case), 1)
        elif before.dimensions != dimensions or before.case.deleted or case.deleted:
            counts.add(case, before.dimensions, counted(before.case), -1)
            counts.add(case, dimensions, counted(case), 1)
        elif len(case.path) > before.entries:
            counts.add(case, dimensions, standing(before.case), -1)
            counts.add(case, dimensions, counted(case, before.entries), 1)
    return counts


@lru_cache(maxsize=200_000)
def cell_id(cell: Cell) -> UUID:
    """The key of a cell: a hash of all that it is about, the same in every build."""
    return UUID(bytes=blake2b(msgspec.json.encode(cell), digest_size=16).digest())


@lru_cache(maxsize=5_000)
def _periods(day: date) -> tuple[tuple[str, date], ...]:
    return (("year", day.replace(month=1, day=1)), ("month", day.replace(day=1)), ("day", day))


def instant_of(day: date, zone: ZoneInfo) -> datetime:
    """When a business day begins."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)
