"""Where a way leaves the drawing it ran on: the cheapest alignment with it, and what each of its moves is called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import Literal
from uuid import UUID

import msgspec

from services.analytics.projections.process_map.drawn import Drawings, Version
from services.analytics.projections.process_map.path import Entry, Path
from shared.mining.alignment import Alignment, Model, Move, NoWayThrough, align

Deviation = Literal[
    "wrong_start", "skipped", "unexpected", "backward", "not_in_model", "wrong_end", "guard_overridden", "sla_breach"
]
BEGINNING = ("migrated", "reopened")


@dataclass(frozen=True)
class Violation:
    """One way of leaving the drawing; the same wherever it happens.

    `stage`: what it is about; `source`, `target`: between which two stages of the deal's way, empty at its ends.
    """

    kind: Deviation
    version: int
    stage: str
    source: str = ""
    target: str = ""

    @cached_property
    def id(self) -> str:
        """A name for addresses: a hash of all of it."""
        told = msgspec.json.encode([self.kind, self.version, self.stage, self.source, self.target])
        return blake2b(told, digest_size=9).hexdigest()


@dataclass(frozen=True, slots=True)
class PartMove:
    """A move of an alignment: sync, skipped or unexpected; `entry`: the place in the way from 1, None if skipped."""

    kind: str
    version: int
    stage: str
    entry: int | None


@dataclass(frozen=True)
class Verdict:
    """What a way is, beside its drawings: the exact cost, the moves and the violations, each told once.

    `judged`: every version that it ran on is drawn here; else only the drawn parts are told.
    """

    judged: bool
    cost: int
    moves: tuple[PartMove, ...]
    violations: frozenset[Violation]

    @cached_property
    def id(self) -> UUID:
        """A name: a hash of what deals are counted by, which are all of it but the moves."""
        told = msgspec.json.encode([self.judged, self.cost, sorted(one.id for one in self.violations)])
        return UUID(bytes=blake2b(told, digest_size=16).digest())

    @property
    def fits(self) -> bool:
        """Whether all of it is allowed by the drawings."""
        return self.judged and not self.violations


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a way that is judged by itself; `begins`, `ended`: whether the drawing's start and end count."""

    version: Version
    entries: tuple[Entry, ...]
    offset: int
    begins: bool
    ended: bool

    @property
    def stages(self) -> tuple[str, ...]:
        """The stages that were entered."""
        return tuple(entry.stage for entry in self.entries)


def verdict_of(path: Path, drawings: Drawings) -> Verdict:
    """One way beside the versions that it ran on."""
    return judged(path, tuple(drawings.versions.get(some[0].version) for some in stretches(path)))


@lru_cache(maxsize=100_000)
def judged(path: Path, versions: tuple[Version | None, ...]) -> Verdict:
    """Compare each stretch of a way with the version that it ran on.

    `versions`: one for each of the `stretches`. A stretch that a migration or a reopening began may begin anywhere; one
    that a migration ended, or that goes on, may stop anywhere.
    """
    known, moves, violations, cost = True, list[PartMove](), set[Violation](), 0
    for part in _parts(path, versions):
        if part is None:
            known = False
            continue
        alignment, no_end = _aligned(part)
        cost += alignment.cost + no_end
        moves += _placed(part, alignment)
        violations |= set(_told(part, alignment, no_end=no_end))
    violations |= set(_overridden(path))
    return Verdict(known, cost, tuple(moves), frozenset(violations))


def stretches(path: Path) -> list[tuple[Entry, ...]]:
    """The way cut before each migration and each reopening, for which no drawing has an arrow."""
    cuts = accumulate(entry.how in BEGINNING for entry in path)
    return [tuple(entry for _, entry in some) for _, some in groupby(zip(cuts, path, strict=True), key=itemgetter(0))]


def _parts(path: Path, versions: Sequence[Version | None]) -> Iterator[Part | None]:
    all_stretches, offset = stretches(path), 0
    for place, (entries, version) in enumerate(zip(all_stretches, versions, strict=True)):
        after = all_stretches[place + 1][0].how if place + 1 < len(all_stretches) else None
        if version is None:
            yield None
        else:
            closed = entries[-1].how in ("won", "lost") or entries[-1].stage in version.model.ends
            yield Part(version, entries, offset, place == 0, after != "migrated" and closed)
        offset += len(entries)


def _aligned(part: Part) -> tuple[Alignment, bool]:
    """The alignment, and whether the drawing has no end that could be reached at all."""
    model = part.version.model if part.begins else _anywhere(part.version.model)
    try:
        return align(model, part.stages, ended=part.ended), False
    except NoWayThrough:
        return align(model, part.stages, ended=False), True


@lru_cache(maxsize=500)
def _anywhere(model: Model) -> Model:
    return replace(model, starts=model.activities)


def _placed(part: Part, alignment: Alignment) -> Iterator[PartMove]:
    for move in alignment.moves:
        entry = None if move.position is None else part.offset + move.position + 1
        yield PartMove(move.kind, part.version.number, move.activity, entry)


def _told(part: Part, alignment: Alignment, *, no_end: bool) -> Iterator[Violation]:
    stages, passed = part.stages, 0
    if no_end:
        yield _violation(part, "wrong_end", stages[-1], len(stages))
    for move in alignment.moves:
        if move.position is not None:
            passed = move.position + 1
        if move.kind == "skipped":
            yield _skipped(part, move, passed)
        elif move.kind == "unexpected":
            yield _violation(part, _unexpected(part, passed - 1), move.activity, passed - 1)


def _skipped(part: Part, move: Move, passed: int) -> Violation:
    """A stage left out before the entry number `passed`; at the ends of a way it is a wrong start or a wrong end."""
    stages, model = part.stages, part.version.model
    if passed == 0 and part.begins and stages[0] not in model.starts:
        return _violation(part, "wrong_start", stages[0], 0)
    if passed == len(stages) and part.ended and stages[-1] not in model.ends:
        return _violation(part, "wrong_end", stages[-1], passed)
    return _violation(part, "skipped", move.activity, passed)


def _unexpected(part: Part, place: int) -> Deviation:
    stages, model, ranks = part.stages, part.version.model, part.version.ranks
    here = stages[place]
    if here not in model.activities:
        return "not_in_model"
    if place == 0 and part.begins and here not in model.starts:
        return "wrong_start"
    if place and ranks[here] < ranks.get(stages[place - 1], 0):
        return "backward"
    last = place == len(stages) - 1
    return "wrong_end" if last and part.ended and here not in model.ends else "unexpected"


def _violation(part: Part, kind: Deviation, stage: str, place: int) -> Violation:
    """`place`: the number of the entry before which, or with which, it happened."""
    stages = part.stages
    source = stages[place - 1] if place else ""
    target = stages[place] if place < len(stages) else ""
    return Violation(kind, part.version.number, stage, source, target)


def _overridden(path: Path) -> Iterator[Violation]:
    for before, entry in pairwise(path):
        if entry.overridden:
            yield Violation("guard_overridden", entry.version, entry.stage, before.stage, entry.stage)
