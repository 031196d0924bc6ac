"""Sums kept by day, month and year, so that a question costs the same however long the history is.

A rollup is a table of cells: the sums of all deals (`by_owner` false) per day, month and year, and the sums of each
owner per month and year. A cell is only ever added to, so that the order of events and of batches does not matter, and
what a deal once added can be taken out again. Any span of time is a few years, months and days (`spans`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeAlias

from shared.eventstore.read_model import Connection

Span: TypeAlias = tuple[str, date]
Key: TypeAlias = tuple[Any, ...]
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
GRAINS = "ymd"
ONCE: tuple[Span, ...] = (("-", FIRST_DAY),)


@dataclass(frozen=True, slots=True)
class Rollup:
    """A table of cells; `dims` and `measures` are (column, SQL type).

    Measures are bigint or numeric; numerics keep six decimals, so that a sum looks the same however it came about.
    The first measure is always `deals`. `timeless`: a stock without history, one cell per dims.
    """

    name: str
    dims: tuple[tuple[str, str], ...]
    measures: tuple[tuple[str, str], ...]
    timeless: bool = False

    @property
    def tables(self) -> str:
        """DDL of the table, with unqualified names."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.dims)
        sums = ", ".join(f"{name} {_kept(type_)} NOT NULL" for name, type_ in self.measures)
        key = ", ".join(name for name, _ in self.dims)
        return (
            f'CREATE TABLE {self.name} (by_owner boolean NOT NULL, owner_id uuid, grain "char" NOT NULL, '
            f"bucket date NOT NULL, {columns}, {sums}, UNIQUE NULLS NOT DISTINCT "
            f"(by_owner, owner_id, grain, bucket, {key})) WITH (fillfactor = 80);\n"
        ) + (f"CREATE INDEX ON {self.name} (by_owner, owner_id) WHERE deals <> 0;\n" if self.timeless else "")

    @property
    def nothing(self) -> tuple[str, str]:
        """The table and the condition of a cell that came to nothing."""
        return self.name, " AND ".join(f"t.{name} = 0" for name, _ in self.measures)

    @property
    def add(self) -> str:
        """SQL that adds cells given as one array per column; sorted, so that two writers never wait in a circle."""
        columns = ["by_owner boolean", "owner_id uuid", 'grain "char"', "bucket date"]
        columns += [f"{name} {type_}" for name, type_ in (*self.dims, *self.measures)]
        arrays = ", ".join(f"${at}::{_sent(column)}[]" for at, column in enumerate(columns, start=1))
        names = [column.split()[0] for column in columns]
        picked = ", ".join(
            f"{name}::{column.split(maxsplit=1)[1]}" for name, column in zip(names, columns, strict=True)
        )
        key = ", ".join(names[: 4 + len(self.dims)])
        sums = ", ".join(f"{name} = c.{name} + excluded.{name}" for name, _ in self.measures)
        return (
            f"INSERT INTO {self.name} AS c SELECT {picked} FROM unnest({arrays}) AS u({', '.join(names)}) "  # noqa: S608
            f"ORDER BY {key} ON CONFLICT ({key}) DO UPDATE SET {sums}"
        )

    def cells(self) -> Cells:
        """An empty batch of cells of this rollup."""
        return Cells(self)


@dataclass(slots=True)
class Cells:
    """What one batch of events adds to a rollup, gathered in memory."""

    rollup: Rollup
    sums: dict[Key, list[Any]] = field(default_factory=dict)

    def add(self, day: date, owner: str | None, dims: Key, measures: Sequence[Any]) -> None:
        """Add to every cell of this day: all deals' and the owner's (None = nobody's); `dims` in column order."""
        spans, owned = (ONCE, ONCE) if self.rollup.timeless else _spans_of(day)
        for grain, bucket in spans:
            self._add((False, None, grain, bucket, *dims), measures)
        for grain, bucket in owned:
            self._add((True, owner, grain, bucket, *dims), measures)

    def take(self, day: date, owner: str | None, dims: Key, measures: Sequence[Any]) -> None:
        """The opposite of `add`."""
        self.add(day, owner, dims, [-measure for measure in measures])

    async def save(self, connection: Connection) -> None:
        """Write what does not come to nothing, with one statement."""
        rows = [(*key, *map(_number, sums)) for key, sums in self.sums.items() if any(sums)]
        if rows:
            await connection.execute(self.rollup.add, *map(list, zip(*rows, strict=True)))

    def _add(self, key: Key, measures: Sequence[Any]) -> None:
        sums = self.sums.get(key)
        if sums is None:
            self.sums[key] = list(measures)
        else:
            for at, measure in enumerate(measures):
                sums[at] += measure


@dataclass(frozen=True, slots=True)
class Spans:
    """Stretches of years, months and days, at most five, that follow each other: parallel lists for `in_spans`."""

    grains: list[str]
    firsts: list[date]
    lasts: list[date]

    def arguments(self) -> tuple[list[str], list[date], list[date]]:
        """The values of the three parameters of `in_spans`."""
        return self.grains, self.firsts, self.lasts


def spans(first: date | None, last: date | None, longest: str = "y") -> Spans:
    """The fewest years, months and days that make up the days from `first` to `last`, both included; None = open.

    `longest`: "m" for no years, "d" for days only.
    """
    day, end = max(first or FIRST_DAY, FIRST_DAY), min(last or LAST_DAY, LAST_DAY)
    if longest != "y" and first is None and last is None:
        return Spans([longest], [day], [end])
    stretches = [
        (grain, [span[1] for span in some]) for grain, some in groupby(_spans(day, end, longest), key=itemgetter(0))
    ]
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


def _spans(day: date, end: date, longest: str) -> Iterator[Span]:
    usable = GRAINS[GRAINS.index(longest) :]
    while day <= end:
        for grain, follows in (("y", _next_year(day)), ("m", _next_month(day)), ("d", day + timedelta(days=1))):
            if grain in usable and follows is not None and follows - timedelta(days=1) <= end:
                yield grain, day
                day = follows
                break


def _next_year(day: date) -> date | None:
    return date(day.year + 1, 1, 1) if (day.month, day.day) == (1, 1) else None


def _next_month(day: date) -> date | None:
    return (day + timedelta(days=31)).replace(day=1) if day.day == 1 else None


@lru_cache(maxsize=8192)
def _spans_of(day: date) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    month, year = ("m", day.replace(day=1)), ("y", date(day.year, 1, 1))
    return (("d", day), month, year), (month, year)


def _sent(column: str) -> str:
    """The type in which a column's values travel: numbers with decimals as text, which costs a fifth to encode."""
    type_ = column.split(maxsplit=1)[1]
    return "text" if type_ in ("numeric", '"char"') else type_


def _kept(type_: str) -> str:
    return "numeric(38, 6)" if type_ == "numeric" else type_


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value
