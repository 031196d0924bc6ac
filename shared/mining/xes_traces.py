"""Builds events from the elements of a XES file as they begin and end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from shared.mining.log import BadRecord, Event, Nested, OnBad, Scalar, Value
from shared.mining.times import NotATime, point_in_time

_TYPES = frozenset(("string", "date", "int", "float", "boolean", "id", "list", "container"))
_WORDS = {"true": True, "1": True, "false": False, "0": False}
_DEEPEST = 32  # attributes inside attributes


@dataclass(frozen=True, slots=True, kw_only=True)
class XesKeys:
    """Which attributes say what: `case` one of the trace, the others of the event; `index` counts from 1 in a case."""

    case: str = "concept:name"
    activity: str = "concept:name"
    timestamp: str = "time:timestamp"
    resource: str = "org:resource"
    index: str | None = None


@dataclass(slots=True)
class _Record:
    """A trace, an event or an attribute while it is read."""

    line: int
    key: str = ""
    value: Scalar = None
    attributes: list[tuple[str, Value]] = field(default_factory=list)
    wrong: BadRecord | None = None


class Traces:
    """Takes elements in and gives the events of finished traces out; `line` tells where the file is read."""

    def __init__(self, keys: XesKeys, zone: tzinfo, on_bad: OnBad) -> None:
        """Begin outside of any log."""
        self._keys, self._zone, self._on_bad = keys, zone, on_bad
        self.in_a_log = False
        self.line: Callable[[], int] = lambda: 0
        self._passed_over = 0
        self._trace: _Record | None = None
        self._event: _Record | None = None
        self._events: list[_Record] = []
        self._attributes: list[_Record] = []
        self._finished: list[Event] = []
        self._seen: Counter[str] = Counter()

    def finished(self) -> list[Event]:
        """Give what was finished since the last time."""
        events, self._finished = self._finished, []
        return events

    def begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Take in the beginning of an element; what is no part of a trace is passed over with all that is in it."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if self._passed_over:
            self._passed_over += 1
        elif name in _TYPES and self._trace:
            self._begin_attribute(name, attributes)
        elif name == "event" and self._trace and not self._event:
            self._event = _Record(self.line())
        elif name == "trace" and self.in_a_log and not self._trace:
            self._trace = _Record(self.line())
        elif name == "log":
            self.in_a_log = True
        elif not (name == "values" and self._attributes):
            self._pass_over(name)

    def end(self, tag: str) -> None:
        """Take in the end of an element."""
        name = tag.rpartition(":")[2] if ":" in tag else tag
        if self._passed_over:
            self._passed_over -= 1
        elif name in _TYPES:
            self._end_attribute()
        elif name == "event" and self._event:
            self._events.append(self._event)
            self._event = None
        elif name == "trace" and self._trace:
            self._end_trace(self._trace)
            self._trace, self._events = None, []

    def _pass_over(self, name: str) -> None:
        self._passed_over = 1
        if name == "event":
            self._on_bad(BadRecord(self.line(), "event", "is in no trace"))

    def _begin_attribute(self, type_: str, attributes: Mapping[str, str]) -> None:
        record = _Record(0, attributes.get("key", ""))
        self._attributes.append(record)
        try:
            record.value = self._value(type_, attributes)
        except (ValueError, KeyError) as error:
            self._spoil(BadRecord(self.line(), record.key or type_, f"is no {type_}: {error}"))
        if len(self._attributes) > _DEEPEST:
            self._spoil(BadRecord(self.line(), record.key, f"lies more than {_DEEPEST} attributes deep"))

    def _value(self, type_: str, attributes: Mapping[str, str]) -> Scalar:
        if type_ in ("list", "container"):
            return None
        text = attributes["value"]
        if type_ == "date":
            return point_in_time(text, self._zone)
        if type_ == "boolean":
            return _WORDS[text.lower()]
        if type_ in ("int", "float"):
            return int(text) if type_ == "int" else float(text)
        return text

    def _spoil(self, record: BadRecord) -> None:
        """Remember the first thing that is wrong with the event, or the trace, in which the attribute stands."""
        within = self._event or self._trace
        if within and within.wrong is None:
            within.wrong = record

    def _end_attribute(self) -> None:
        record = self._attributes.pop()
        value = Nested(record.value, tuple(record.attributes)) if record.attributes else record.value
        owner = self._attributes[-1] if self._attributes else self._event or self._trace
        if owner:
            owner.attributes.append((record.key, value))

    def _end_trace(self, trace: _Record) -> None:
        attributes = dict(trace.attributes)
        case = _text(attributes.pop(self._keys.case, None))
        wrong = trace.wrong or (None if case else BadRecord(trace.line, self._keys.case, "the trace has no name"))
        if wrong:
            self._on_bad(wrong)
            return
        for record in self._events:
            try:
                self._finished.append(self._made(record, case, attributes))
            except BadRecord as bad:
                self._on_bad(bad)

    def _made(self, record: _Record, case: str, of_case: Mapping[str, Value]) -> Event:
        if record.wrong:
            raise record.wrong
        keys, attributes = self._keys, dict(record.attributes)
        activity = _text(attributes.pop(keys.activity, None))
        if not activity:
            raise BadRecord(record.line, keys.activity, "the event has no activity")
        at = self._time(record, attributes.pop(keys.timestamp, None))
        resource = _text(attributes.pop(keys.resource, None)) or None
        return Event(
            case=case,
            index=self._index(record, case, attributes),
            activity=activity,
            at=at,
            resource=resource,
            attributes=attributes,
            case_attributes=of_case,
        )

    def _time(self, record: _Record, value: Value) -> datetime:
        if isinstance(value, datetime):
            return value
        if value is None:
            raise BadRecord(record.line, self._keys.timestamp, "the event has no time")
        try:
            return point_in_time(_text(value), self._zone)
        except NotATime as error:
            raise BadRecord(record.line, self._keys.timestamp, str(error)) from error

    def _index(self, record: _Record, case: str, attributes: dict[str, Value]) -> int:
        if self._keys.index is None:
            self._seen[case] += 1
            return self._seen[case]
        text = _text(attributes.pop(self._keys.index, None))
        if not (text.isascii() and text.isdigit() and int(text)):
            raise BadRecord(record.line, self._keys.index, f"{text!r} is no whole number from 1 on")
        return int(text)


def _text(value: Value) -> str:
    plain = value.value if isinstance(value, Nested) else value
    return "" if plain is None else str(plain)
