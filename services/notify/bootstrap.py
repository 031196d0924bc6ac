"""Builds the notify service from its settings; the only file here that names concrete adapters."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from fastapi import APIRouter

from services.notify.api.arrivals import Arrivals
from services.notify.api.conditions import condition_routes
from services.notify.api.inbox import inbox_routes
from services.notify.api.inbox_stream import inbox_stream_routes
from services.notify.api.inbox_views import Narrator
from services.notify.api.rights import RIGHTS
from services.notify.api.rules import rule_reading_routes, rule_routes
from services.notify.domain.inbox.decider import INBOX
from services.notify.domain.rule.decider import rule_decider
from services.notify.projections.directory import DIRECTORY
from services.notify.projections.inbox import FORGET_THINGS, ConditionErrors
from services.notify.projections.inbox_reading import Inboxes
from services.notify.projections.inbox_tally import InboxTally
from services.notify.projections.marks import MARKS
from services.notify.projections.readers import Readers
from services.notify.projections.rules import RULES, Rules
from services.notify.reactions.facts import vocabulary
from services.notify.reactions.when_something_happens_notify import inbox_model
from services.notify.settings import Settings
from services.notify.upstream.reading import EVENTS
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.personal import KeyRow, Vault
from shared.eventstore.postgres import PostgresEventStore, list_pool
from shared.eventstore.read_model import Pool
from shared.eventstore.wrapping import Wrapping
from shared.http.auth import Verifier
from shared.http.consistency import catching_up
from shared.http.context import ServiceContext
from shared.http.service import Assembly
from shared.http.supervisor import Loop
from shared.messaging.keys import KeyFollower
from shared.messaging.outbox import OutboxWatch
from shared.messaging.relay import Relay, RelaySettings
from shared.messaging.topics import events_topic
from shared.observability.metrics import Metrics
from shared.projections.live import connected, ensure_live
from shared.projections.machinery import Machinery
from shared.projections.projection import Projection, ProjectionSettings
from shared.projections.runner import ProjectionRunner

SERVICE = "notify"
VOCABULARY = vocabulary(EVENTS)
RULE = rule_decider(VOCABULARY)
DECIDERS = (RULE, INBOX)
READ_MODELS = (RULES, MARKS)


class KeyFileMissing(RuntimeError):
    """NOTIFY_KEK_FILE must name the file with the key-encryption key: names of contacts cannot be shown without it."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service is put together from."""

    settings: Settings
    store: PostgresEventStore
    reading: Pool
    vault: Vault
    arrivals: Arrivals
    runners: Sequence[ProjectionRunner]
    metrics: Metrics


@asynccontextmanager
async def assemble(settings: Settings, arrivals: Arrivals | None = None) -> AsyncIterator[Assembly]:
    """The whole service; what it opens is closed when the context ends. `arrivals`: whose wake-ups streams hear."""
    store = PostgresEventStore(settings.database_url, SERVICE, READ_MODELS, partitions=settings.partitions)
    arrivals = arrivals or Arrivals()
    metrics = Metrics(SERVICE)
    places = ProjectionSettings(settings.database_url, settings.kafka, SERVICE, settings.member)
    runners = [ProjectionRunner(places, projection, metrics) for projection in projections(arrivals)]
    async with Verifier.of(settings) as verifier, list_pool(settings.database_url) as reading:
        await _show_projections(settings.database_url, runners)
        await store.start()
        try:
            parts = Parts(settings, store, reading, Vault(store.pool, _wrapping(settings)), arrivals, runners, metrics)
            yield Assembly(context=_context(parts, verifier), routers=_routers(parts), loops=_loops(parts))
        finally:
            await store.stop()


def projections(arrivals: Arrivals) -> tuple[Projection, ...]:
    """What notify makes of the events of others. Notifications cannot be made again: they were sent."""
    customer, pipeline = events_topic("customer"), events_topic("pipeline")
    return (
        Projection(DIRECTORY, (customer,), on_applied=arrivals.directory_changed),
        Projection(
            inbox_model(arrivals.told),
            (customer, pipeline),
            rebuildable=False,
            on_applied=arrivals.committed,
            forgets=FORGET_THINGS,
        ),
    )


def _context(parts: Parts, verifier: Verifier) -> ServiceContext:
    return ServiceContext(
        name=SERVICE,
        rights=RIGHTS,
        verifier=verifier,
        handler=CommandHandler(parts.store, Catalogue(SERVICE, DECIDERS)),
        log=parts.store,
        cursor_secret=parts.settings.cursor_secret,
        metrics=parts.metrics,
        catching_up=catching_up(parts.reading, [runner.projection for runner in parts.runners]),
        operations=Machinery(parts.store, parts.runners, parts.settings.database_url, parts.settings.kafka),
    )


def _routers(parts: Parts) -> list[APIRouter]:
    pool, arrivals = parts.reading, parts.arrivals
    rules, readers, inboxes = Rules(pool), Readers(pool), Inboxes(pool)
    narrator = Narrator(inboxes, parts.vault)
    return [
        condition_routes(VOCABULARY),
        rule_routes(RULE, rules, readers),
        rule_reading_routes(rules, readers, ConditionErrors(pool)),
        inbox_routes(inboxes, readers, narrator, arrivals),
        inbox_stream_routes(inboxes, readers, narrator, arrivals),
    ]


def _loops(parts: Parts) -> list[Loop]:
    settings, store = parts.settings, parts.store
    places = RelaySettings(
        dsn=settings.database_url, kafka=settings.kafka, service=SERVICE, replicas=settings.topic_replicas
    )
    relay = Relay(store, places, metrics=parts.metrics)
    tally = InboxTally(parts.reading, parts.metrics.registry)
    outbox = OutboxWatch(store.pool, SERVICE, parts.metrics)
    keys = KeyFollower(settings.kafka, "customer", lambda rows: _keep(parts, rows))
    return [
        Loop("appender", "api", store.watch, progress=lambda: store.last_progress, vital=True),
        Loop("relay", "relay", relay.run, progress=lambda: relay.progress.last_progress, finish=relay.finish),
        Loop("outbox", "relay", outbox.run, progress=lambda: outbox.last_progress),
        Loop("keys", "consumers", keys.run, progress=lambda: keys.last_progress),
        Loop("tally", "consumers", tally.run, progress=lambda: tally.last_progress),
        *(_following(runner) for runner in parts.runners),
    ]


def _following(runner: ProjectionRunner) -> Loop:
    name, progress = runner.projection.name, runner.progress
    return Loop(name, "consumers", runner.run, progress=lambda: progress.last_progress, finish=runner.finish)


async def _keep(parts: Parts, rows: Sequence[KeyRow]) -> None:
    async with parts.store.pool.acquire() as connection, connection.transaction():
        await parts.vault.keep(rows, connection)


def _wrapping(settings: Settings) -> Wrapping:
    if settings.kek_file is None:
        raise KeyFileMissing
    return Wrapping.of_file(settings.kek_file)


async def _show_projections(dsn: str, runners: Sequence[ProjectionRunner]) -> None:
    """The API asks these tables also before, and without, the consumers that fill them."""
    async with connected(dsn) as connection:
        for runner in runners:
            await ensure_live(connection, runner.projection)
