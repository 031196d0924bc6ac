"""What `flowline mine` is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from shared.mining.columns import Columns
from shared.mining.csv_log import CsvFormat, read_csv
from shared.mining.discovery import Gaps
from shared.mining.log import Event, OnBad, refuse
from shared.mining.log_files import is_xml
from shared.mining.xes_log import XesFormat, read_xes
from shared.mining.xes_traces import XesKeys

WorkingTime = Literal["china"]


class NoSuchZone(Exception):
    """There is no such time zone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How the file is to be read; None = as it is found."""

    file: Path
    columns: Columns
    encoding: str | None = None
    delimiter: str | None = None
    time_format: str | None = None
    zone: str = "UTC"

    def events(self, on_bad: OnBad = refuse) -> Iterator[Event]:
        """Give the events of the file, XES or CSV; raises UnreadableLog and NoSuchZone."""
        zone = _zone(self.zone)
        if is_xml(self.file):
            return read_xes(self.file, XesFormat(keys=self._keys(), zone=zone), on_bad)
        given = CsvFormat(
            columns=self.columns,
            encoding=self.encoding,
            delimiter=self.delimiter,
            time_format=self.time_format,
            zone=zone,
        )
        return read_csv(self.file, given, on_bad)

    def _keys(self) -> XesKeys:
        """Return the keys of XES, by its own names where none are given."""
        given = {name: getattr(self.columns, name) for name in ("case", "activity", "timestamp", "resource", "index")}
        return XesKeys(**{name: key for name, key in given.items() if key is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is to be found out and written."""

    reading: Reading
    gaps: Gaps = "refuse"
    skip_bad: bool = False
    working_time: WorkingTime | None = None
    closing: frozenset[str] = frozenset()
    model: Path | None = None
    min_share: float = 0.02
    top: int = 20
    activities: float = 1.0
    paths: float = 1.0


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise NoSuchZone(f"{name!r} is no time zone") from error
