"""An event log: who did what in which case and when, event by event in the order of the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import msgspec

Scalar = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class Nested:
    """A value that has attributes of its own; a list has no value and repeats keys."""

    value: Scalar
    attributes: tuple[tuple[str, Value], ...]


Value = Scalar | Nested
Attributes = Mapping[str, Value]


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One event; `index` counts from 1 inside its case in file or version order, `at` has a time zone.

    `attributes` are those of the event, `case_attributes` those of its case; neither repeats what has a field.
    """

    case: str
    index: int
    activity: str
    at: datetime
    resource: str | None = None
    attributes: Attributes = {}
    case_attributes: Attributes = {}


class UnreadableLog(ValueError):
    """The file as a whole cannot be read as an event log."""


class BadRecord(UnreadableLog):
    """A record cannot be read; says in which line, which field and why."""

    def __init__(self, line: int, field: str, reason: str) -> None:
        """Keep where it is for whoever counts or lists what was skipped."""
        self.line, self.field, self.reason = line, field, reason
        super().__init__(f"line {line}, {field}: {reason}")


class OnBad(Protocol):
    """What to do with a bad record: raise it, or note it and have the reader go on without it."""

    def __call__(self, record: BadRecord, /) -> None:
        """Take it."""


def refuse(record: BadRecord) -> None:
    """Raise the bad record: nothing is mined from a log that is not understood."""
    raise record


def by_case(events: Iterable[Event]) -> dict[str, list[Event]]:
    """Gather the events of each case by their indices, each once, cases by their first events; all in memory."""
    cases: dict[str, dict[int, Event]] = {}
    for event in events:
        cases.setdefault(event.case, {}).setdefault(event.index, event)
    return {case: [found[index] for index in sorted(found)] for case, found in cases.items()}
