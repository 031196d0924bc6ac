"""What one correlation id set in motion, as moments in order: request, event, Kafka, and each effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flowline.tracing.lines import Line, names, when
from shared.eventstore.partitions import partition_of

Event = Mapping[str, Any]
_OWN_PLACES = ("answered", "published", "applied")


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that took from `at` to `until` in one part of the system; `of`: (service, position) of its event."""

    at: datetime
    until: datetime
    lane: str
    says: str
    of: tuple[str, int] | None = None

    @property
    def milliseconds(self) -> float:
        """How long it took."""
        return (self.until - self.at) / timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """Positions that a published batch spans; `partitions` of the topic."""

    service: str
    epoch: int
    first: int
    last: int
    partitions: int


def reaches(lines: Sequence[Line], sought: str) -> list[Reach]:
    """Where in the logs of the services the events of this id are to be found."""
    return [
        Reach(line["service"], line["epoch"], line["first"], line["last"], line["partitions"])
        for line in lines
        if line.get("event") == "published" and names(line, sought)
    ]


def timeline(lines: Sequence[Line], sought: str, events: Sequence[Event]) -> list[Moment]:
    """Every moment, the earliest first; `events` are CloudEvents of this id (see `Reach` for where to find them)."""
    parts = {reach.service: reach.partitions for reach in reaches(lines, sought)}
    moments = [*_said(lines, sought), *(_recorded(event) for event in events), *_published(lines, sought, events)]
    for event in events:
        service = _service(event)
        moments += _applied(lines, service, event, partition_of(UUID(event["subject"]), parts[service]))
    return sorted(moments, key=lambda moment: (moment.at, moment.until))


def _said(lines: Sequence[Line], sought: str) -> Iterator[Moment]:
    """What gateway and services said themselves."""
    for line in lines:
        if not names(line, sought):
            continue
        at = when(line)
        if "duration_ms" in line:
            took = timedelta(milliseconds=float(line["duration_ms"]))
            yield Moment(at, at + took, "gateway", f"{line['method']} {line['path']} → {line['status']}")
        elif line["event"] == "answered":
            took = timedelta(seconds=line["seconds"])
            wrote = f", wrote {line['written']}" if line.get("written") else ""
            says = f"{line['method']} {line['route']} → {line['status']}{wrote}"
            yield Moment(at - took, at, line["service"], says)
        elif line["event"] not in _OWN_PLACES:
            yield Moment(at, at, line["service"], f"{line['level']}: {line['event']}")


def _recorded(event: Event) -> Moment:
    at = datetime.fromisoformat(event["recordedtime"])
    name = event["type"].split(".")[2]
    place = f"{event['epoch']}:{event['position']}"
    says = f"{place} {name}, version {int(event['sequence'])} of {event['subject']}"
    return Moment(at, at, f"{_service(event)} log", says, (_service(event), int(event["position"])))


def _published(lines: Sequence[Line], sought: str, events: Sequence[Event]) -> Iterator[Moment]:
    for line in lines:
        if line.get("event") != "published" or not names(line, sought):
            continue
        for event in events:
            position = int(event["position"])
            if _service(event) == line["service"] and line["first"] <= position <= line["last"]:
                at, topic = when(line), f"flowline.{line['service']}.events"
                yield Moment(at, at, "Kafka", f"{topic} has {event['epoch']}:{position}", (line["service"], position))


def _applied(lines: Sequence[Line], service: str, event: Event, partition: int) -> Iterator[Moment]:
    position = int(event["position"])
    for line in lines:
        if line.get("event") != "applied":
            continue
        for topic, number, before, after in line["moved"]:
            if (topic, number) == (f"flowline.{service}.events", partition) and before < position <= after:
                at, lane = when(line), f"{line['service']}/{line['projection']}"
                yield Moment(at, at, lane, f"applied {event['epoch']}:{position}", (service, position))


def _service(event: Event) -> str:
    return str(event["source"]).rpartition("/")[2]
