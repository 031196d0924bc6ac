"""Sums kept by day, month, year and for ever, so that a question costs the same however many deals there are.

A rollup is a table of cells: the sums of all deals (`by_owner` false) per day and month, and the sums of each owner
per month; of both also per year and for ever where there would be too many months to add up. A cell is only ever added
to, so that the order of events and of batches does not matter, and what a deal once added can be taken out again. Any
span of time is a few stretches of cells (`spans`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from io import BytesIO
from itertools import groupby
from operator import add, itemgetter, neg
from typing import Any, TypeAlias

from services.analytics.projections.rollup_levels import BESIDE, adding
from shared.eventstore.read_model import Connection

Span: TypeAlias = tuple[str, date]
Key: TypeAlias = tuple[Any, ...]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
ONCE: Span = ("-", FIRST_DAY)
EVER: Span = ("e", FIRST_DAY)
MICRO = 6  # decimals of a sum of money; in memory it is a whole number of millionths, which adds up five times faster
PROCESS = (("process_id", "uuid"), ("process_version", "int"))
PLACE = ("by_owner", "owner_id", "grain", "bucket")


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of cells; `dims` and `measures` are (column, SQL type).

    Measures are bigint or numeric; numerics keep six decimals, so that a sum looks the same however it came about.
    The first measure is always `deals`. `days` False: no sums of single days; `owners` False: none of single owners
    (for cells that would be as many as deals). `timeless`: a stock without history, one cell per dims.
    `longer`: also sums of years and of all time (where a month has so many cells that a history of them is slow).
    """

    name: str
    dims: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    days: bool = True
    owners: bool = True
    timeless: bool = False
    longer: bool = False

    @property
    def tables(self) -> str:
        """DDL of the table, with unqualified names."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.dims)
        sums = ", ".join(f"{name} {_kept(type_)} NOT NULL" for name, type_ in self.measures)
        return (
            f'CREATE TABLE {self.name} (by_owner boolean NOT NULL, owner_id uuid, grain "char" NOT NULL, '
            f"bucket date NOT NULL, {columns}, {sums}, "
            f"UNIQUE NULLS NOT DISTINCT ({', '.join(self.key)})) WITH (fillfactor = 80);\n"
        ) + (f"CREATE INDEX ON {self.name} (by_owner, owner_id) WHERE deals <> 0;\n" if self.timeless else "")

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a cell."""
        return (*PLACE, *(name for name, _ in self.dims))

    @property
    def nothing(self) -> tuple[str, str]:
        """The table and the condition of a cell that came to nothing."""
        return self.name, " AND ".join(f"t.{name} = 0" for name, _ in self.measures)

    @property
    def beside(self) -> str:
        """The columns of the table in which a batch waits to be added."""
        sums = [(name, "numeric" if type_ == "numeric" else "bigint") for name, type_ in self.measures]
        columns = (("bucket", "date"), ("owner_id", "uuid"), *self.dims, *sums)
        return ", ".join(f"{name} {type_}" for name, type_ in columns)

    @property
    def grains(self) -> tuple[str, ...]:
        """The lengths of its cells from a month on."""
        return (ONCE[0],) if self.timeless else ("m", "y", "e") if self.longer else ("m",)

    def shortest(self, day: date) -> date:
        """The first day of the shortest stretch with this day that is kept."""
        return FIRST_DAY if self.timeless else day if self.days else _month(day)

    def has(self, column: str) -> bool:
        """Whether cells are told apart by this column."""
        return column in self.key

    def cells(self) -> Cells:
        """An empty batch of cells of this rollup."""
        return Cells(self)


@dataclass(slots=True)
class Cells:
    """What one batch of events adds to a rollup, gathered in memory: whole numbers, money in millionths.

    A key is the shortest stretch that is kept, the owner where owners are, and the dims; Postgres makes cells of it.
    """

    rollup: Rollup
    sums: dict[tuple[date, str | None, Key], tuple[int, ...]] = field(default_factory=dict)

    def add(self, day: date, owner: str | None, dims: Key, measures: tuple[int, ...], sign: int = 1) -> None:
        """Add to every cell of this day, all deals' and the owner's (None = nobody's); `sign` -1 takes away."""
        rollup = self.rollup
        key = (rollup.shortest(day), owner if rollup.owners else None, dims)
        new = measures if sign == 1 else tuple(map(neg, measures))
        cell = self.sums.get(key)
        self.sums[key] = new if cell is None else tuple(map(add, cell, new))

    async def save(self, connection: Connection) -> None:
        """Write what does not come to nothing: copied beside the table, then added to it in the order of its key.

        The order keeps two writers from waiting for each other in a circle.
        """
        rows = [_row(*key, cell) for key, cell in self.sums.items() if any(cell)]
        if rows:
            name, columns = self.rollup.name, self.rollup.beside
            await connection.execute(BESIDE.format(table=name, columns=columns))
            await connection.copy_to_table(f"new_{name}", source=BytesIO("".join(rows).encode()))
            await connection.execute(adding(self.rollup))


def _row(day: date, owner: str | None, dims: Key, cell: Sequence[int]) -> str:
    """A line of COPY's text format: a third of the time that encoding each value would take."""
    sums = "\t".join(map(str, cell))
    return f"{day}\t{NULL if owner is None else owner}\t{_texts(*dims)}\t{sums}\n"


@lru_cache(maxsize=65536, typed=True)  # typed: True and 1 are equal, but not written alike
def _texts(*dims: object) -> str:
    return "\t".join(_text(dim) for dim in dims)


def _text(dim: object) -> str:
    if dim is None:
        return NULL
    return (dim.decode() if isinstance(dim, bytes) else str(dim)).translate(ESCAPES)


NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of years, months and days, at most five, that follow each other: parallel lists for `in_spans`."""

    grains: list[str]
    firsts: list[date]
    lasts: list[date]

    def arguments(self) -> tuple[list[str], list[date], list[date]]:
        """The values of the three parameters of `in_spans`."""
        return self.grains, self.firsts, self.lasts


def spans(first: date | None, last: date | None, longest: str = "e") -> Spans:
    """The fewest cells that make up the days from `first` to `last`, both included; None = open.

    `longest`: "m" where somebody wants to know the month.
    """
    if first is None and last is None:
        return Spans(["m"], [FIRST_DAY], [LAST_DAY]) if longest == "m" else Spans([EVER[0]], [EVER[1]], [EVER[1]])
    day, end = max(first or FIRST_DAY, FIRST_DAY), min(last or LAST_DAY, LAST_DAY)
    found = _spans(day, end, years=longest != "m")
    stretches = [(grain, [span[1] for span in some]) for grain, some in groupby(found, key=itemgetter(0))]
    buckets = [buckets for _, buckets in stretches]
    return Spans([grain for grain, _ in stretches], [some[0] for some in buckets], [some[-1] for some in buckets])


def in_spans(table: str, first_parameter: int) -> str:
    """SQL to join to `table`: its cells of the spans that are given as three arrays from this parameter on."""
    arrays = ", ".join(f"${first_parameter + at}::{type_}[]" for at, type_ in enumerate(("text", "date", "date")))
    return (
        f"JOIN unnest({arrays}) AS span(grain, first, last) "
        f'ON {table}.grain = span.grain::"char" AND {table}.bucket BETWEEN span.first AND span.last'
    )


def whole_months(first: date | None, last: date | None) -> bool:
    """Whether the days from `first` to `last` are whole months, as the sums of owners need."""
    return (first is None or first.day == 1) and (last is None or (last + timedelta(days=1)).day == 1)


def _spans(day: date, end: date, *, years: bool) -> Iterator[Span]:
    while day <= end:
        span, day = _longest(day, end, years=years)
        yield span


def _longest(day: date, end: date, *, years: bool) -> tuple[Span, date]:
    """The longest cell that begins on this day and is over by the end, and the day after it."""
    year, month = date(day.year + 1, 1, 1), (day + timedelta(days=31)).replace(day=1)
    if years and (day.month, day.day) == (1, 1) and year - timedelta(days=1) <= end:
        return ("y", day), year
    if day.day == 1 and month - timedelta(days=1) <= end:
        return ("m", day), month
    return ("d", day), day + timedelta(days=1)


@lru_cache(maxsize=65536)
def _month(day: date) -> date:
    return day.replace(day=1)


def _kept(type_: str) -> str:
    return "numeric(38, 6)" if type_ == "numeric" else type_
