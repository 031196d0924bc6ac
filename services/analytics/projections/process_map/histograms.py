"""Histograms in rows of sixteen neighbouring buckets, so that one of hundreds of buckets is read from a few rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from shared.eventstore.read_model import Connection

SHIFT = 4
WIDTH = 1 << SHIFT
COLUMNS = tuple(f"n{place}" for place in range(WIDTH))
SUMMED = f"ARRAY[{', '.join(f'sum(h.{column})' for column in COLUMNS)}]"

Key = tuple[Any, ...]

TABLE = """
CREATE TABLE {name} (
  {columns},
  part int NOT NULL,
  {numbers},
  PRIMARY KEY ({key}, part)
) WITH (fillfactor = 85);
"""
# Without the OFFSET the text of a row would be read once for each of its buckets.
ADD = """
INSERT INTO {name} AS h
SELECT {key}, part, {each} FROM (
  SELECT {key}, part, numbers::int[] AS numbers FROM unnest({arrays}) AS new({key}, part, numbers) OFFSET 0
) new
ON CONFLICT ({key}, part) DO UPDATE SET {added}
"""
FORGET = """
DELETE FROM {name} h USING unnest({arrays}) AS less({key}, part)
WHERE ({these}, h.part) = ({those}, less.part) AND {whole} = 0
"""


@dataclass(frozen=True, slots=True)
class Histograms:
    """A table of them; `key`: (column, SQL type) of what each is a histogram of."""

    name: str
    key: tuple[tuple[str, str], ...]

    @property
    def table(self) -> str:
        """DDL, with an unqualified name."""
        columns = ", ".join(f"{name} {type_} NOT NULL" for name, type_ in self.key)
        numbers = ", ".join(f"{column} int NOT NULL" for column in COLUMNS)
        return TABLE.format(name=self.name, columns=columns, numbers=numbers, key=self._names())

    async def add(self, connection: Connection, histograms: Iterable[tuple[Key, Mapping[int, int]]]) -> None:
        """Add counts by bucket to those that are kept, and forget what counts nothing any more.

        The histograms come in the order of their keys, so that two writers never wait for each other crosswise.
        """
        rows = list(_rows(histograms))
        if rows:
            await connection.execute(self._adding(), *zip(*rows, strict=True))
        if fewer := [row[:-1] for row in rows if "-" in row[-1]]:
            await connection.execute(self._forgetting(), *zip(*fewer, strict=True))

    def _adding(self) -> str:
        each = ", ".join(f"numbers[{place}]" for place in range(1, WIDTH + 1))
        added = ", ".join(f"{column} = h.{column} + excluded.{column}" for column in COLUMNS)
        return ADD.format(name=self.name, key=self._names(), each=each, added=added, arrays=self._arrays("int", "text"))

    def _forgetting(self) -> str:
        told = {"name": self.name, "key": self._names(), "arrays": self._arrays("int")}
        whole = " + ".join(f"h.{column}" for column in COLUMNS)
        return FORGET.format(these=self._names("h."), those=self._names("less."), whole=whole, **told)

    def _names(self, prefix: str = "") -> str:
        return ", ".join(f"{prefix}{name}" for name, _ in self.key)

    def _arrays(self, *further: str) -> str:
        types = (*(type_ for _, type_ in self.key), *further)
        return ", ".join(f"${number}::{type_}[]" for number, type_ in enumerate(types, 1))


def counts_of(parts: Sequence[int] | None, numbers: Sequence[Sequence[int]] | None) -> list[tuple[int, int]]:
    """The counts by bucket of rows as they are read, each row a part and its numbers; None = no rows."""
    found = list[tuple[int, int]]()
    for part, counts in zip(parts or (), numbers or (), strict=True):
        first = part << SHIFT
        found += [(first + place, n) for place, n in enumerate(counts) if n]
    return found


def _rows(histograms: Iterable[tuple[Key, Mapping[int, int]]]) -> Iterator[Key]:
    for key, buckets in histograms:
        parts: dict[int, list[tuple[int, int]]] = {}
        for bucket, n in buckets.items():
            if n:
                parts.setdefault(bucket >> SHIFT, []).append((bucket % WIDTH, n))
        for part in sorted(parts):
            yield *key, part, _text(tuple(parts[part]))


@lru_cache(maxsize=100_000)
def _text(counts: tuple[tuple[int, int], ...]) -> str:
    """The numbers of a row in the text of an array: most rows add one to one bucket, so few texts are made."""
    numbers = ["0"] * WIDTH
    for place, n in counts:
        numbers[place] = str(n)
    return f"{{{','.join(numbers)}}}"
