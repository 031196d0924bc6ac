"""What the events of a deal make of its way through the process: pure, one batch at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, assert_never
from uuid import UUID

import msgspec

from services.analytics.projections.process_map.path import Entry, Fact, How, Path, facts, path_id
from services.analytics.upstream_process import (
    DEAL_DECODERS,
    DealAmountChanged,
    DealAssigned,
    DealCorrected,
    DealDeleted,
    DealEvent,
    DealLinesChanged,
    DealLost,
    DealMigrated,
    DealOpened,
    DealReopened,
    DealRestored,
    DealStageChanged,
    DealWon,
    Line,
    Money,
    StageRef,
)
from shared.eventstore.folding import Gap
from shared.eventstore.recorded import Recorded

CLOSED = frozenset({"won", "lost"})
MILLISECOND = timedelta(milliseconds=1)
WHOLE = ""

Mix = tuple[str | None, str | None, str | None]


class Case(msgspec.Struct, gc=False):
    """A deal on its way, in the order of its table's columns; folding changes it in place.

    `path_id`: the name of `path`; `outcome`: open, won or lost. `ats`: when each stage of the path was entered,
    `waits`: after how many milliseconds in the one before (0 for the first and where a migration put it).
    `products`: those of its lines. `entered_at`: since when it is where it is; a migration that leaves it in its stage
    does not restart this clock.
    """

    id: UUID
    version: int
    name: str
    process_id: UUID
    process_version: int
    path_id: UUID
    stage: str
    outcome: str
    owner_id: str | None
    credited_owner_id: str | None
    customer_id: str | None
    amount: str | None
    currency: str | None
    source: str | None
    region: str | None
    opened_at: datetime
    entered_at: datetime
    closed_at: datetime | None
    deleted: bool
    ats: list[datetime]
    waits: list[int]
    products: list[str]
    path: Path

    def dimensions(self) -> tuple[str, ...]:
        """The slices of all numbers that the deal is in: the whole, its people, and last its mix.

        Nobody is people too.
        """
        owner, credited = self.owner_id or "", self.credited_owner_id or ""
        people = (f"both:{owner}",) if owner == credited else (f"owner:{owner}", f"credited:{credited}")
        return (WHOLE, *people, self.mix())

    def mix(self) -> str:
        """The slice of deals with this source, region and currency."""
        return mix_of(self.source, self.region, self.currency)


class Before(msgspec.Struct, frozen=True, gc=False):
    """What a deal was counted as before a batch: the numbers that have to be taken back where it is another now."""

    case: Case
    dimensions: tuple[str, ...]
    entries: int


class Changes(msgspec.Struct):
    """What a batch makes of the deals it touches; `before` holds those of them that were there, `paths` all new ways.

    A path or mix that was passed within the batch is one of these too, so that what is kept depends on no batch.
    """

    cases: dict[UUID, Case]
    before: dict[UUID, Before]
    paths: dict[UUID, tuple[UUID, Path]]
    mixes: dict[str, Mix]

    def processes(self) -> set[UUID]:
        """Those that the deals are in."""
        return {case.process_id for case in self.cases.values()}

    def standing(self) -> Iterator[tuple[Case, int]]:
        """The deals that stand otherwise than before, as they did (-1) and as they do now (1); deleted ones do not."""
        for case in self.cases.values():
            before = self.before.get(case.id)
            stays = before and before.entries == len(case.path) and before.case.deleted == case.deleted
            if before and not stays and not before.case.deleted:
                yield before.case, -1
            if not stays and not case.deleted:
                yield case, 1


@lru_cache(maxsize=10_000)
def mix_of(source: str | None, region: str | None, currency: str | None) -> str:
    """A name for deals that have all three in common."""
    return "mix:" + msgspec.json.encode((source, region, currency)).decode()


def is_of_a_deal(type_name: str) -> bool:
    """Whether an event belongs to a deal's stream, also one of a type that came later than this code."""
    return type_name in DEAL_DECODERS or type_name.startswith("Deal")


def fold(known: dict[UUID, Case], events: Sequence[Recorded]) -> Changes:
    """Fold a batch over the rows known before it, which it changes; raises Gap and msgspec.ValidationError."""
    changes = Changes(known, {case.id: _before(case) for case in known.values()}, {}, {})
    for recorded in events:
        case, decoder = known.get(recorded.stream_id), DEAL_DECODERS.get(recorded.type)
        event = decoder.decode(recorded.data) if decoder else None
        if case is not None:
            _go_on(case, changes, recorded, event)
        elif event is not None:  # else the stream of something that came later than this code
            known[recorded.stream_id] = _opened(changes, recorded, event)
    return changes


def counted(case: Case, since: int = 0) -> Iterator[Fact]:
    """All that is counted of a deal from its entry number `since` on, and where it is now; nothing of a deleted one."""
    if not case.deleted:
        yield from facts(case.path, case.ats, case.waits, since)
        yield from standing(case)


def standing(case: Case) -> Iterator[Fact]:
    """Where the deal is now: facts that are taken back as soon as it moves on."""
    at, version = case.closed_at, case.process_version
    if at is None:
        yield Fact(version, "open", case.stage, "", None)
    else:
        yield Fact(version, "end", case.stage, "", at)
        yield Fact(version, "cycle", "", "", at, wait=(at - case.opened_at) // MILLISECOND)


def _before(case: Case) -> Before:
    """The lists are shared: folding only adds to their ends, and what was before counts no more than its own path."""
    return Before(msgspec.structs.replace(case), case.dimensions(), len(case.path))


def _go_on(case: Case, changes: Changes, recorded: Recorded, event: DealEvent | None) -> None:
    if recorded.version != case.version + 1:
        raise Gap(f"version {recorded.version} of deal {case.id} after version {case.version}")
    if event is not None:
        _evolve(case, changes, recorded.occurred_at, event)
        _mixed(case, changes)
    case.version = recorded.version


def _opened(changes: Changes, recorded: Recorded, event: DealEvent) -> Case:
    if recorded.version != 1 or not isinstance(event, DealOpened):
        raise Gap(f"version {recorded.version} of deal {recorded.stream_id} without the opening")
    amount, currency = _parts(event.amount)
    process, at = UUID(event.process_id), recorded.occurred_at
    path = (Entry(event.process_version, event.stage.key, "opened"),)
    name = path_id(process, path)
    changes.paths[name] = (process, path)
    case = Case(
        id=recorded.stream_id,
        version=recorded.version,
        name=event.name,
        process_id=process,
        process_version=event.process_version,
        path_id=name,
        stage=event.stage.key,
        outcome=_outcome(event.stage),
        owner_id=event.owner_id,
        credited_owner_id=event.owner_id,
        customer_id=event.customer_id,
        amount=amount,
        currency=currency,
        source=event.source,
        region=event.region,
        opened_at=at,
        entered_at=at,
        closed_at=at if event.stage.category in CLOSED else None,
        deleted=False,
        ats=[at],
        waits=[0],
        products=_products(event.lines),
        path=path,
    )
    _mixed(case, changes)
    return case


def _mixed(case: Case, changes: Changes) -> None:
    mix = case.mix()
    if mix not in changes.mixes:
        changes.mixes[mix] = (case.source, case.region, case.currency)


def _evolve(case: Case, changes: Changes, at: datetime, event: DealEvent) -> None:
    match event:
        case DealStageChanged():
            _enter(case, changes, at, (event.to_stage, "moved", event.override is not None))
        case DealWon():
            case.amount, case.currency = _parts(event.amount)
            _enter(case, changes, at, (event.stage, "won", event.override is not None))
        case DealLost():
            _enter(case, changes, at, (event.stage, "lost", event.override is not None))
        case DealReopened():
            _enter(case, changes, at, (event.stage, "reopened", False))
        case DealMigrated():
            case.process_version = event.to_version
            _enter(case, changes, at, (event.to_stage, "migrated", False))
        case _:
            _change(case, event)


def _change(
    case: Case,
    event: DealOpened
    | DealAmountChanged
    | DealLinesChanged
    | DealAssigned
    | DealCorrected
    | DealDeleted
    | DealRestored,
) -> None:
    match event:
        case DealAmountChanged():
            case.amount, case.currency = _parts(event.after)
        case DealLinesChanged():
            case.amount, case.currency = _parts(event.amount_after)
            case.products = _products(event.after)
        case DealAssigned():
            case.owner_id = event.owner_id
            _credit(case)
        case DealCorrected():
            for name, change in event.changes.items():
                _correct(case, name, change.after)
        case DealDeleted():
            case.deleted = True
        case DealRestored():
            case.deleted = False
        case DealOpened():
            raise Gap(f"deal {case.id} was opened a second time")
        case _:
            assert_never(event)


def _correct(case: Case, name: str, value: Any) -> None:
    if name in ("name", "source", "region", "customer_id"):  # the others are nothing that the map asks for
        setattr(case, name, value)


def _credit(case: Case) -> None:
    """A closed deal stays with the owner who closed it."""
    if case.closed_at is None:
        case.credited_owner_id = case.owner_id


def _enter(case: Case, changes: Changes, at: datetime, entered: tuple[StageRef, How, bool]) -> None:
    stage, how, overridden = entered
    migrated = how == "migrated"
    case.path = (*case.path, Entry(case.process_version, stage.key, how, overridden))
    case.path_id = path_id(case.process_id, case.path)
    case.ats.append(at)
    case.waits.append(0 if migrated else (at - case.entered_at) // MILLISECOND)
    if not migrated or stage.key != case.stage:
        case.entered_at = at
    case.stage, case.outcome = stage.key, _outcome(stage)
    case.closed_at = None if case.outcome == "open" else case.closed_at if migrated and case.closed_at else at
    _credit(case)
    changes.paths[case.path_id] = (case.process_id, case.path)


def _products(lines: Sequence[Line]) -> list[str]:
    return sorted({line.product_id for line in lines})


def _outcome(stage: StageRef) -> str:
    return stage.category if stage.category in CLOSED else "open"


def _parts(money: Money | None) -> tuple[str | None, str | None]:
    return (money.amount, money.currency) if money else (None, None)
