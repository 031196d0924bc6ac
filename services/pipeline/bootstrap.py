"""Builds the pipeline service from its settings; the only file here that names concrete adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from zoneinfo import ZoneInfo

from services.pipeline.api.automations import automation_routes
from services.pipeline.api.board import board_routes
from services.pipeline.api.deal_changes import change_routes, step_routes
from services.pipeline.api.deal_lookup import Lookup
from services.pipeline.api.deal_moves import move_routes
from services.pipeline.api.deals import deal_routes
from services.pipeline.api.exchange_rates import exchange_rate_routes
from services.pipeline.api.migrations import migration_routes
from services.pipeline.api.process_checks import process_check_routes
from services.pipeline.api.process_drawings import process_drawing_routes
from services.pipeline.api.process_reviews import process_review_routes
from services.pipeline.api.processes import process_routes
from services.pipeline.api.products import product_routes
from services.pipeline.api.quotas import quota_reading_routes, quota_routes
from services.pipeline.api.rights import RIGHTS
from services.pipeline.api.task_changes import task_change_routes
from services.pipeline.api.task_wishes import TaskLookup
from services.pipeline.api.tasks import task_routes
from services.pipeline.api.trials import trial_routes
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.exchange_rate.decider import EXCHANGE_RATE
from services.pipeline.domain.product.decider import PRODUCT
from services.pipeline.domain.quota.decider import QUOTA
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.task.decider import TASK
from services.pipeline.projections.automation_backlog import AutomationBacklog
from services.pipeline.projections.board import Board
from services.pipeline.projections.candidates import Candidates
from services.pipeline.projections.customers import CUSTOMERS, Customers
from services.pipeline.projections.deal_list import DealList
from services.pipeline.projections.deal_pasts import Pasts
from services.pipeline.projections.deals import DEALS
from services.pipeline.projections.due_automations import DUE_AUTOMATIONS, DueAutomations
from services.pipeline.projections.exchange_rates import EXCHANGE_RATES, Rates
from services.pipeline.projections.migrating import Migrating
from services.pipeline.projections.open_on_version import OpenOnVersion
from services.pipeline.projections.people import PEOPLE, People
from services.pipeline.projections.processes import PROCESSES, Processes
from services.pipeline.projections.products import PRODUCTS, Products
from services.pipeline.projections.quotas import QUOTAS, Quotas
from services.pipeline.projections.scope import Scopes
from services.pipeline.projections.task_list import TaskList
from services.pipeline.projections.tasks import TASKS
from services.pipeline.reactions.when_an_automation_is_due_run_it import Automations
from services.pipeline.settings import Settings
from services.pipeline.upstream import TOPIC
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.postgres import PostgresEventStore, list_pool
from shared.eventstore.read_model import Pool
from shared.http.auth import Verifier
from shared.http.context import Catching, ServiceContext
from shared.http.service import Assembly
from shared.http.supervisor import Loop
from shared.messaging.outbox import OutboxWatch
from shared.messaging.relay import Relay, RelaySettings
from shared.observability.metrics import Metrics
from shared.projections.consistency import parse, wait_for
from shared.projections.live import connected, ensure_live
from shared.projections.machinery import Machinery
from shared.projections.projection import Projection, ProjectionSettings
from shared.projections.runner import ProjectionRunner

SERVICE = "pipeline"
DECIDERS = (PRODUCT, SALES_PROCESS, DEAL, EXCHANGE_RATE, TASK, QUOTA)
READ_MODELS = (PRODUCTS, PROCESSES, DEALS, EXCHANGE_RATES, TASKS, QUOTAS, DUE_AUTOMATIONS)
PROJECTIONS = (Projection(PEOPLE, (TOPIC,)), Projection(CUSTOMERS, (TOPIC,)))


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncIterator[Assembly]:
    """The whole service; what it opens is closed when the context ends."""
    store = PostgresEventStore(settings.database_url, SERVICE, READ_MODELS, partitions=settings.partitions)
    async with Verifier.of(settings) as verifier, list_pool(settings.database_url) as reading:
        await _show_projections(settings.database_url)
        await store.start()
        try:
            yield _assembly(settings, store, verifier, reading)
        finally:
            await store.stop()


@asynccontextmanager
async def replica(database_url: str) -> AsyncIterator[PostgresEventStore]:
    """The log alone, written as by one more replica of the service: same lock, same read models, published as ever."""
    store = PostgresEventStore(database_url, SERVICE, READ_MODELS)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()


def _assembly(settings: Settings, store: PostgresEventStore, verifier: Verifier, reading: Pool) -> Assembly:
    metrics = Metrics(SERVICE)
    runners = _runners(settings, metrics)
    handler = CommandHandler(store, Catalogue(SERVICE, DECIDERS))
    context = ServiceContext(
        name=SERVICE,
        rights=RIGHTS,
        verifier=verifier,
        handler=handler,
        log=store,
        cursor_secret=settings.cursor_secret,
        metrics=metrics,
        catching_up={projection.name: _catching(store.pool, projection) for projection in PROJECTIONS},
        operations=Machinery(store, runners, settings.database_url, settings.kafka),
    )
    lookup = _lookup(settings, store.pool, reading)
    tasks = _task_lookup(lookup, reading, settings.time_zone)
    return Assembly(
        context=context,
        routers=[
            product_routes(lookup.products),
            process_check_routes(OpenOnVersion(reading), lookup.scopes),
            process_routes(lookup.processes),
            process_review_routes(),
            process_drawing_routes(lookup.processes),
            deal_routes(lookup, store.read_streams),
            step_routes(lookup),
            change_routes(lookup),
            move_routes(lookup, partial(handler.load, DEAL)),
            migration_routes(lookup, Migrating(reading)),
            trial_routes(lookup, Pasts(reading, store.read_streams)),
            board_routes(lookup, Board(reading)),
            automation_routes(lookup, DueAutomations(reading)),
            exchange_rate_routes(lookup.rates),
            quota_routes(lookup.scopes, lookup.people),
            quota_reading_routes(Quotas(reading), lookup.scopes),
            task_routes(tasks),
            task_change_routes(tasks),
        ],
        loops=[
            *_loops(settings, store, runners, metrics),
            *_automating(automations(store, handler, settings.time_zone), metrics),
        ],
    )


def _lookup(settings: Settings, pool: Pool, reading: Pool) -> Lookup:
    return Lookup(
        scopes=Scopes(pool),
        people=People(pool),
        customers=Customers(pool),
        products=Products(pool),
        processes=Processes(pool),
        deals=DealList(reading),
        rates=Rates(pool, settings.base_currency),
        zone=ZoneInfo(settings.time_zone),
    )


def _task_lookup(lookup: Lookup, reading: Pool, zone: str) -> TaskLookup:
    return TaskLookup(
        scopes=lookup.scopes,
        people=lookup.people,
        customers=lookup.customers,
        deals=lookup.deals,
        tasks=TaskList(reading),
        zone=ZoneInfo(zone),
    )


def _runners(settings: Settings, metrics: Metrics) -> list[ProjectionRunner]:
    places = ProjectionSettings(settings.database_url, settings.kafka, SERVICE, settings.member)
    return [ProjectionRunner(places, projection, metrics) for projection in PROJECTIONS]


def _loops(
    settings: Settings, store: PostgresEventStore, runners: list[ProjectionRunner], metrics: Metrics
) -> list[Loop]:
    places = RelaySettings(
        dsn=settings.database_url, kafka=settings.kafka, service=SERVICE, replicas=settings.topic_replicas
    )
    relay = Relay(store, places, metrics=metrics)
    outbox = OutboxWatch(store.pool, SERVICE, metrics)
    return [
        Loop("appender", "api", store.watch, progress=lambda: store.last_progress, vital=True),
        Loop("relay", "relay", relay.run, progress=lambda: relay.progress.last_progress, finish=relay.finish),
        Loop("outbox", "relay", outbox.run, progress=lambda: outbox.last_progress),
        *(_following(runner) for runner in runners),
    ]


def automations(store: PostgresEventStore, handler: CommandHandler, zone: str) -> Automations:
    """What runs the automations of drawn processes."""
    pool = store.pool
    return Automations(pool, handler, DueAutomations(pool), Candidates(pool), ZoneInfo(zone), store.wait_for_commit)


def _automating(runner: Automations, metrics: Metrics) -> list[Loop]:
    backlog = AutomationBacklog(runner.pool, lambda: len(runner.postponed), metrics.registry, runner.clock)
    return [
        Loop("automations", "consumers", runner.run, progress=lambda: runner.last_progress),
        Loop("backlog", "consumers", backlog.run, progress=lambda: backlog.last_progress),
    ]


def _catching(pool: Pool, projection: Projection) -> Catching:
    async def wait(token: str, seconds: float) -> None:
        await wait_for(pool, projection.name, projection.topics, parse(token), seconds)

    return wait


def _following(runner: ProjectionRunner) -> Loop:
    name, progress = runner.projection.name, runner.progress
    return Loop(name, "consumers", runner.run, progress=lambda: progress.last_progress, finish=runner.finish)


async def _show_projections(dsn: str) -> None:
    """The API asks these tables also before, and without, the consumers that fill them."""
    async with connected(dsn) as connection:
        for projection in PROJECTIONS:
            await ensure_live(connection, projection)
