"""Inline read models: brought up to date inside the append's transaction, each from its own cursor."""

from __future__ import annotations

from collections.abc import Sequence

from shared.eventstore import head, instances, log
from shared.eventstore.batch import Written
from shared.eventstore.faults import Undigested, is_passing
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

CHUNK = 5000
LAGGING = """
SELECT r.name, r.instance, r.position, h.position AS head
FROM unnest($1::text[], $2::text[]) m(name, fingerprint)
JOIN ev.read_models r ON r.name = m.name AND r.fingerprint = m.fingerprint AND r.live
JOIN ev.head h ON r.position < h.position
"""
MOVE = "UPDATE ev.read_models SET position = $3 WHERE name = $1 AND instance = $2"


class InlineModels:
    """The inline read models of one service in this process's version of the code."""

    def __init__(self, service: str, models: Sequence[ReadModel]) -> None:
        self.service = service
        self.models = {model.name: model for model in models}
        if len(self.models) < len(models):
            raise ValueError("two inline read models have the same name")
        self.names = list(self.models)
        self.fingerprints = [instances.fingerprint(model) for model in models]

    async def apply(self, connection: Connection, written: Written, events: Sequence[Recorded]) -> None:
        """Bring every model from its cursor to the end of `events`; raises `Undigested` naming the model at fault."""
        builds: dict[str, int] = {}
        for model, instance, cursor in zip(self.models.values(), written.instances, written.cursors, strict=True):
            if instance is not None and cursor is not None:
                await self.catch_up(connection, model, instance, cursor, written.base)
                builds[model.name] = instance
        # Their tables have different names, since all are seen through `read`: one path serves all in one round trip.
        await instances.enter_all(connection, builds)
        for name in builds:
            await _run(connection, self.models[name], events)

    async def follow(self, connection: Connection) -> None:
        """Bring this code's live builds to the head where another version's process has gone ahead of them."""
        if not await connection.fetch(LAGGING, self.names, self.fingerprints):
            return
        async with connection.transaction():
            await connection.execute(head.LOCK)
            for row in await connection.fetch(LAGGING, self.names, self.fingerprints):
                await self.catch_up(connection, self.models[row["name"]], row["instance"], row["position"], row["head"])
                await connection.execute(MOVE, row["name"], row["instance"], row["head"])

    async def catch_up(self, connection: Connection, model: ReadModel, instance: int, cursor: int, upto: int) -> None:
        """Apply what the log has above `cursor` up to and including `upto`: what another version's process wrote."""
        while cursor < upto:
            events = await log.after_position(connection, self.service, cursor, min(CHUNK, upto - cursor))
            await digest(connection, model, instance, events)
            cursor = events[-1].position


async def digest(connection: Connection, model: ReadModel, instance: int, events: Sequence[Recorded]) -> None:
    """Apply events to one build inside the caller's transaction; whatever the model raises becomes `Undigested`."""
    await instances.enter(connection, model.name, instance)
    await _run(connection, model, events)


async def _run(connection: Connection, model: ReadModel, events: Sequence[Recorded]) -> None:
    try:
        await model.apply(connection, events)
    except Exception as error:
        if is_passing(error) or connection.is_closed():
            raise
        raise Undigested(f"The read model {model.name} cannot digest this: {type(error).__name__}: {error}") from error
