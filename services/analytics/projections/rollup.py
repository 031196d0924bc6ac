"""Sums kept by day, month, year and for ever, so that a question costs the same however many deals there are.

A rollup is a family of tables of cells: the sums of all deals per day and month, and the sums of each owner per month;
of both also per quarter, per year and for ever where there would be too many months to add up. What a question reads
together lies together: each length of stretch is a table of its own, owners' sums apart from those of all deals. A cell
is only ever added to, so that the order of events and of batches does not matter, and what a deal once added can be
taken out again. Any span of time is a few stretches of cells (`spans`).
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

from services.analytics.projections.rollup_levels import BESIDE, Grain, Level, Whose, adding
from shared.eventstore.read_model import Connection

Span: TypeAlias = tuple[Grain, date]
Key: TypeAlias = tuple[Any, ...]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
EVER: Span = ("ever", FIRST_DAY)
GRAINS: tuple[Grain, ...] = ("day", "month", "quarter", "year", "ever")
MONTHS: dict[Grain, int] = {"month": 1, "quarter": 3, "year": 12}
DAY = timedelta(days=1)
MICRO = 6  # decimals of a sum of money; in memory it is a whole number of millionths, which adds up five times faster
PROCESS = (("process_id", "uuid"), ("process_version", "int"))


@dataclass(frozen=True, slots=True)
class Rollup:
    """Tables of cells; `dims` and `measures` are (column, SQL type).

    Measures are bigint or numeric; numerics keep six decimals, so that a sum looks the same however it came about.
    The first measure is always `deals`. `days` False: no sums of single days; `owners` False: none of single owners
    (for cells that would be as many as deals). `timeless`: a stock without history, one cell per dims.
    `longer`: also sums of quarters, years and all time (where a month has so many cells that many months are slow).
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
        """DDL of the tables, with unqualified names."""
        return "".join(map(self._table, self.levels))

    @property
    def levels(self) -> tuple[Level, ...]:
        """What there is a table of, in the order in which a batch is added."""
        days = [Level("all", "day")] if self.days and not self.timeless else []
        owners = [Level("owner", grain) for grain in self.grains] if self.owners else []
        return (*days, *owners, *(Level("all", grain) for grain in self.grains))

    @property
    def grains(self) -> tuple[Grain, ...]:
        """The lengths of its cells from a month on."""
        return ("ever",) if self.timeless else ("month", "quarter", "year", "ever") if self.longer else ("month",)

    def table(self, level: Level) -> str:
        """The name of the table with the cells of a level, such as closing_owner_month."""
        return f"{self.name}_{level.whose}_{level.grain}"

    def key(self, level: Level) -> tuple[str, ...]:
        """The columns that name a cell of a level."""
        return ("bucket", *(("owner_id",) if level.whose == "owner" else ()), *(name for name, _ in self.dims))

    @property
    def nothing(self) -> tuple[tuple[str, str], ...]:
        """Each table and the condition of a cell that came to nothing."""
        zero = " AND ".join(f"t.{name} = 0" for name, _ in self.measures)
        return tuple((self.table(level), zero) for level in self.levels)

    @property
    def beside(self) -> str:
        """The columns of the table in which a batch waits to be added."""
        sums = [(name, "numeric" if type_ == "numeric" else "bigint") for name, type_ in self.measures]
        columns = (("bucket", "date"), ("owner_id", "uuid"), *self.dims, *sums)
        return ", ".join(f"{name} {type_}" for name, type_ in columns)

    def shortest(self, day: date) -> date:
        """The first day of the shortest stretch with this day that is kept."""
        return FIRST_DAY if self.timeless else day if self.days else _month(day)

    def has(self, column: str) -> bool:
        """Whether cells are told apart by this column; owners' cells where it is owner_id."""
        return column in self.key(Level("owner" if self.owners else "all", "month"))

    def cells(self) -> Cells:
        """An empty batch of cells of this rollup."""
        return Cells(self)

    def _table(self, level: Level) -> str:
        owner = "owner_id uuid, " if level.whose == "owner" else ""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.dims)
        sums = ", ".join(f"{name} {_kept(type_)} NOT NULL" for name, type_ in self.measures)
        table, key = self.table(level), self.key(level)
        made = (
            f"CREATE TABLE {table} (bucket date NOT NULL, {owner}{columns}, {sums}, "
            f"UNIQUE NULLS NOT DISTINCT ({', '.join(key)})) WITH (fillfactor = 80);\n"
        )
        # Where a stock once was lie cells that came to nothing.
        return made + (f"CREATE INDEX ON {table} ({', '.join(key[:2])}) WHERE deals <> 0;\n" if self.timeless else "")


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
    """Stretches of years, quarters, months and days, at most seven, that follow each other: parallel lists."""

    grains: list[Grain]
    firsts: list[date]
    lasts: list[date]

    def arguments(self) -> tuple[list[date], list[date]]:
        """The values of the two parameters of `in_spans`."""
        return self.firsts, self.lasts


def spans(first: date | None, last: date | None, longest: Grain = "ever") -> Spans:
    """The fewest cells that make up the days from `first` to `last`, both included; None = open.

    `longest`: what the cells may be at most, such as "month" where somebody wants to know the month or only months are
    kept.
    """
    if first is None and last is None:
        return Spans(["ever"], [EVER[1]], [EVER[1]]) if longest == "ever" else Spans([longest], [FIRST_DAY], [LAST_DAY])
    day, end = max(first or FIRST_DAY, FIRST_DAY), min(last or LAST_DAY, LAST_DAY)
    stretches = [
        (grain, [bucket for _, bucket in some])
        for grain, some in groupby(_spans(day, end, GRAINS[: GRAINS.index(longest) + 1]), key=itemgetter(0))
    ]
    return Spans(
        [grain for grain, _ in stretches], [some[0] for _, some in stretches], [some[-1] for _, some in stretches]
    )


def in_spans(rollup: Rollup, whose: Whose, stretches: Spans, first_parameter: int) -> str:
    """SQL of the cells of the stretches, whose days are given as two arrays from this parameter on."""
    grains: list[Grain] = stretches.grains or ["month"]
    firsts, lasts = (f"(${first_parameter + at}::date[])" for at in (0, 1))
    # All of time is a table whole: said as a value, so that Postgres knows it and reads it as such.
    ever = f"bucket = '{EVER[1]}' AND {firsts} = {lasts}"
    return " UNION ALL ".join(
        f"SELECT * FROM read.{rollup.table(Level(whose, grain))} WHERE "  # noqa: S608 - declared names
        + (ever if grain == "ever" else f"bucket BETWEEN {firsts}[{at}] AND {lasts}[{at}]")
        for at, grain in enumerate(grains, start=1)
    )


def whole_months(first: date | None, last: date | None) -> bool:
    """Whether the days from `first` to `last` are whole months, as the sums of owners need."""
    return (first is None or first.day == 1) and (last is None or (last + timedelta(days=1)).day == 1)


def _spans(day: date, end: date, grains: Sequence[Grain]) -> Iterator[Span]:
    while day <= end:
        span, day = next(cell for grain in reversed(grains) if (cell := _cell(grain, day)) and cell[1] <= end + DAY)
        yield span


def _cell(grain: Grain, day: date) -> tuple[Span, date] | None:
    """The cell of this length that begins on the day, and the day after it; None where none does."""
    months = MONTHS.get(grain)
    if months is None:
        return ((grain, day), day + DAY) if grain == "day" else None
    if day.day != 1 or (day.month - 1) % months:
        return None
    after = day.year * 12 + day.month - 1 + months
    return (grain, day), date(after // 12, after % 12 + 1, 1)


@lru_cache(maxsize=65536)
def _month(day: date) -> date:
    return day.replace(day=1)


def _kept(type_: str) -> str:
    return "numeric(38, 6)" if type_ == "numeric" else type_
