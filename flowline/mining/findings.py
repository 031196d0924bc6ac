"""Mines a log: reads it in batches, finds its process, and checks it against a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import msgspec

from flowline.mining.request import Request
from shared.mining.alignment import Model, NoWayThrough
from shared.mining.calendar import chinese_working_days
from shared.mining.conformance import Conformance, conformance, model_of
from shared.mining.discovery import Discovery, elapsed
from shared.mining.log import BadRecord, Event
from shared.mining.process_map import ProcessMap, process_map, simplified
from shared.mining.variants import Counts

_BATCH = 5000
_REMEMBERED = 20


class NotAModel(Exception):
    """A model is JSON with the lists activities, starts, ends and moves, a move being a pair of activities."""


class _ModelFile(msgspec.Struct, forbid_unknown_fields=True):
    activities: list[str]
    starts: list[str]
    ends: list[str]
    moves: list[tuple[str, str]]


@dataclass(slots=True)
class Skipped:
    """How many records were passed over, and the first of them."""

    count: int = 0
    first: list[BadRecord] = field(default_factory=list)

    def __call__(self, record: BadRecord, /) -> None:
        """Count a bad record."""
        self.count += 1
        if len(self.first) < _REMEMBERED:
            self.first.append(record)


@dataclass(frozen=True, slots=True)
class Findings:
    """All that was found; `conformance` is None where the log has no way that is common enough to be its model."""

    discovery: Discovery
    counts: Counts
    map: ProcessMap
    whole_map: ProcessMap
    conformance: Conformance | None
    skipped: Skipped
    events: list[Event]


def mine(request: Request, *, keep_events: bool) -> Findings:
    """Mine the log; `keep_events` holds them in memory for an export.

    Raises UnreadableLog, GapInCase, NotAModel, and NoWayThrough for a model that was given.
    """
    given = read_model(request.model) if request.model else None
    skipped, kept = Skipped(), list[Event]()
    discovery = _discovery(request)
    for batch in _batches(request.reading.events(skipped) if request.skip_bad else request.reading.events()):
        discovery.feed(batch)
        kept.extend(batch if keep_events else ())
    counts = discovery.counts()
    whole = process_map(counts, discovery.moves)
    shown = simplified(whole, request.activities, request.paths)
    return Findings(discovery, counts, shown, whole, _conformance(request, counts, given), skipped, kept)


def read_model(path: Path) -> Model:
    """Read a model; raises NotAModel and UnknownActivity."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=_ModelFile)
    except (OSError, msgspec.MsgspecError) as error:
        raise NotAModel(f"{path}: {error}. {NotAModel.__doc__}") from error
    return Model(frozenset(found.activities), frozenset(found.starts), frozenset(found.ends), frozenset(found.moves))


def _discovery(request: Request) -> Discovery:
    between = chinese_working_days().working_time if request.working_time else elapsed
    return Discovery(gaps=request.gaps, between=between)


def _batches(events: Iterator[Event]) -> Iterator[list[Event]]:
    while batch := list(islice(events, _BATCH)):
        yield batch


def _conformance(request: Request, counts: Counts, given: Model | None) -> Conformance | None:
    if given:
        return conformance(given, counts.variants, request.closing)
    try:
        return conformance(model_of(counts, request.min_share), counts.variants, request.closing)
    except NoWayThrough:
        return None
