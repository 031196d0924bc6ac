"""Reads event logs from CSV files: one row is one event, in the order of the file or of an index column."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from itertools import islice
from pathlib import Path
from typing import TextIO

from shared.mining.columns import Columns
from shared.mining.log import BadRecord, Event, OnBad, UnreadableLog, refuse
from shared.mining.log_files import encoding_of, opened
from shared.mining.times import NotATime, point_in_time

_DELIMITERS = ",;\t|"
_LOOKED_AT = 50  # rows
_OF_CASE = "case:"
_LONGEST_FIELD = 1 << 24


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFormat:
    """How to read the file; None = to be found out. `zone` is that of times without an offset."""

    columns: Columns = field(default_factory=Columns)
    encoding: str | None = None
    delimiter: str | None = None
    time_format: str | None = None
    zone: tzinfo = UTC


def read_csv(path: Path, given: CsvFormat = CsvFormat(), on_bad: OnBad = refuse) -> Iterator[Event]:
    """Give the events one by one; columns `case:…` are attributes of the case, all others of the event, as text.

    Raises NoSuchColumn, UnreadableLog for the file as a whole and what `on_bad` raises for a row, BadRecord by itself.
    """
    encoding = given.encoding or encoding_of(path)
    delimiter = given.delimiter or _delimiter(path, encoding)
    csv.field_size_limit(_LONGEST_FIELD)
    with _text(path, encoding) as lines:
        rows = csv.reader(lines, delimiter=delimiter, strict=True)
        header = _header(rows, path)
        numbered = _lines(rows, lambda: rows.line_num, on_bad)
        yield from _Rows(header, given.columns.among(header), given).events(numbered, on_bad)


class _Rows:
    """Turns rows into events and counts the events of each case."""

    def __init__(self, header: list[str], columns: Columns, given: CsvFormat) -> None:
        self._header, self._columns, self._given = header, columns, given
        used = (columns.case, columns.activity, columns.timestamp, columns.resource, columns.index)
        rest = [name for name in header if name not in used]
        self._of_case = {name: name.removeprefix(_OF_CASE) for name in rest if name.startswith(_OF_CASE)}
        self._of_event = [name for name in rest if not name.startswith(_OF_CASE)]
        self._seen: Counter[str] = Counter()

    def events(self, rows: Iterator[tuple[int, list[str]]], on_bad: OnBad) -> Iterator[Event]:
        for line, row in rows:
            try:
                event = self._event(line, row)
            except BadRecord as record:
                on_bad(record)
            else:
                yield event

    def _event(self, line: int, row: list[str]) -> Event:
        if len(row) != len(self._header):
            raise BadRecord(line, "row", f"{len(row)} cells, but the header has {len(self._header)}")
        cells = dict(zip(self._header, row, strict=True))
        case = self._required(line, cells, self._columns.case)
        activity = self._required(line, cells, self._columns.activity)
        at = self._required(line, cells, self._columns.timestamp)
        try:
            time = point_in_time(at.strip(), self._given.zone, self._given.time_format)
        except NotATime as error:
            raise BadRecord(line, str(self._columns.timestamp), str(error)) from error
        return Event(
            case=case,
            index=self._index(line, cells, case),
            activity=activity,
            at=time,
            resource=(cells[self._columns.resource] or None) if self._columns.resource else None,
            attributes={name: cells[name] for name in self._of_event if cells[name]},
            case_attributes={short: cells[name] for name, short in self._of_case.items() if cells[name]},
        )

    def _index(self, line: int, cells: Mapping[str, str], case: str) -> int:
        """Return the row's place in its case; counted where no column says it."""
        if self._columns.index is None:
            self._seen[case] += 1
            return self._seen[case]
        text = cells[self._columns.index].strip()
        if not (text.isascii() and text.isdigit() and int(text)):
            raise BadRecord(line, self._columns.index, f"{text!r} is no whole number from 1 on")
        return int(text)

    def _required(self, line: int, cells: Mapping[str, str], column: str | None) -> str:
        text = cells[str(column)]
        if not text.strip():
            raise BadRecord(line, str(column), "is empty")
        return text


def _lines(rows: Iterator[list[str]], number: Callable[[], int], on_bad: OnBad) -> Iterator[tuple[int, list[str]]]:
    """Give the rows with their line numbers; what is no row of CSV goes to `on_bad`."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            on_bad(BadRecord(number(), "row", str(error)))
            continue
        if row:
            yield number(), row


@contextmanager
def _text(path: Path, encoding: str) -> Iterator[TextIO]:
    try:
        with opened(path) as file, io.TextIOWrapper(file, encoding=encoding, newline="") as lines:
            yield lines
    except (LookupError, UnicodeError) as error:
        raise UnreadableLog(f"{path} cannot be read as {encoding}: {error}") from error


def _header(rows: Iterator[list[str]], path: Path) -> list[str]:
    """Return the names of the columns; one that is there again gets a number."""
    try:
        names = next(rows, [])
    except csv.Error as error:
        raise UnreadableLog(f"{path}: the first line is no header: {error}") from error
    if not names:
        raise UnreadableLog(f"{path} is empty")
    before: Counter[str] = Counter()
    header = []
    for name in names:
        before[name] += 1
        header.append(name if before[name] == 1 else f"{name} ({before[name]})")
    return header


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter that cuts most of the first rows into as many cells as the header, into more if equal."""
    with _text(path, encoding) as lines:
        beginning = list(islice(lines, _LOOKED_AT))
    scores = {delimiter: _score(beginning, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if beginning and scores[best] == (0, 0):
        raise UnreadableLog(
            f"{path}: none of {', '.join(map(repr, _DELIMITERS))} separates columns; name the delimiter"
        )
    return best


def _score(beginning: list[str], delimiter: str) -> tuple[int, int]:
    rows = list(csv.reader(beginning, delimiter=delimiter))
    cells = len(rows[0]) if rows else 0
    return (sum(len(row) == cells for row in rows), cells) if cells > 1 else (0, 0)
