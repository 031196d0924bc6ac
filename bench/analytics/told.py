"""What the benchmark tells both sides: the directory and the drawings of a generated history, as recorded events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from flowline.generation.directory import owner_id, plan
from flowline.generation.parameters import Parameters
from flowline.generation.process import PROCESS, TITLE, VERSIONS
from flowline.imports.ids import id_for
from flowline.imports.plan import Step
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.events import SalesProcessCreated, SalesProcessVersionDrafted
from shared.domain import Event
from shared.eventstore.append import StreamWrite
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.recorded import Metadata, Recorded

BY = Metadata(actor="bench", correlation_id="bench")
QUOTA = {"amount": "1000000", "currency": "CNY"}
MADE_BY = {"create-team": "TeamCreated", "add-person": "PersonAdded", "create-customer": "CustomerCreated"}


def directory_events(parameters: Parameters) -> list[Recorded]:
    """Teams, people and customers as customer would have recorded the commands that make them."""
    steps = [step for wave in plan(parameters).waves for step in wave.steps if step.name in MADE_BY]
    return [_made(step, position) for position, step in enumerate(steps, start=1)]


def _made(step: Step, position: int) -> Recorded:
    data = msgspec.json.encode(step.body)
    return Recorded(
        "customer",
        position,
        1,
        step.id,
        1,
        _numbered(position),
        MADE_BY[step.name],
        1,
        data,
        BY,
        step.occurred_at,
        step.occurred_at,
    )


def drawing_events(parameters: Parameters) -> list[Recorded]:
    """The process and both of its versions."""
    catalogue, at = Catalogue("pipeline", [SALES_PROCESS]), parameters.begins
    facts: list[Event] = [SalesProcessCreated(name=TITLE)]
    facts += [
        SalesProcessVersionDrafted(number=drawn.version, stages=drawn.stages, moves=drawn.moves) for drawn in VERSIONS
    ]
    return [
        Recorded(
            "pipeline", 0, 1, PROCESS, version, _numbered(version), type(fact).__name__, fact.schema_version,
            catalogue.seal(fact, event_id=_numbered(version), stream_id=PROCESS), BY, at, at,
        )
        for version, fact in enumerate(facts, start=1)
    ]  # fmt: skip


def quota_events(parameters: Parameters) -> list[Recorded]:
    """A quota of the quarter that is asked about, of everybody; each in the home currency."""
    told = [
        {"of": "person", "of_id": str(owner_id(number)), "period": "2025-Q1", "amount": QUOTA}
        for number in range(parameters.owners)
    ]
    return [
        Recorded(
            "pipeline", 0, 1, id_for("bench", "quota", str(number)), 1, _numbered(number), "QuotaSet", 1,
            msgspec.json.encode(quota), BY, parameters.begins, parameters.begins,
        )
        for number, quota in enumerate(told, start=1_000)
    ]  # fmt: skip


def recorded(writes: Sequence[StreamWrite], after: int) -> Iterator[Recorded]:
    """The events of deals as they stand in the log from position `after` + 1 on."""
    position = after
    for write in writes:
        for version, event in enumerate(write.events, start=1):
            position += 1
            yield Recorded(
                "pipeline", position, 1, write.stream_id, version, event.event_id, event.type, event.schema_version,
                event.data, event.metadata, event.occurred_at, event.occurred_at,
            )  # fmt: skip


def _numbered(number: int) -> UUID:
    return UUID(int=(7 << 76) + number)
