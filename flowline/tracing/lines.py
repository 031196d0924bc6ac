"""The JSON log lines of all parts, read for one correlation id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

Line = Mapping[str, Any]
_APPLIED = b'"event":"applied"'


class NoLogs(Exception):
    """There are no logs to read: name the files, or run it where .flowline/logs is."""


def read(files: Iterable[Path], sought: str) -> list[Line]:
    """Every line that names the id, and every batch that a projection applied; in order of time."""
    found = [line for file in files for line in _lines(file, sought.encode())]
    return sorted(found, key=when)


def when(line: Line) -> datetime:
    """The moment of a line; the gateway calls it timestamp."""
    return datetime.fromisoformat(line.get("time") or line["timestamp"]).astimezone(UTC)


def names(line: Line, sought: str) -> bool:
    """Whether a line belongs to the correlation or trace id."""
    own = (line.get("correlation_id"), line.get("trace_id"))
    return sought in own or sought in (line.get("correlation_ids") or ())


def _lines(file: Path, sought: bytes) -> Iterator[Line]:
    """Lines that are no JSON are somebody else's: Postgres and Kafka write plain text."""
    with file.open("rb") as text:
        for raw in text:
            if raw[:1] != b"{" or not (sought in raw or _APPLIED in raw):
                continue
            try:
                line = orjson.loads(raw)
            except orjson.JSONDecodeError:  # cut off by a crash
                continue
            if "time" in line or "timestamp" in line:
                yield line
