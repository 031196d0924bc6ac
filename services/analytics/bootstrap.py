"""Builds the analytics service from its settings; the only file here that names concrete adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter

from services.analytics.api.choices import choice_routes
from services.analytics.api.conformance import conformance_routes
from services.analytics.api.dashboards import Wall, dashboard_routes
from services.analytics.api.explain import Explainer, explain_routes
from services.analytics.api.explain_number import number_routes
from services.analytics.api.lists import list_routes
from services.analytics.api.mapped_deals import mapped_deal_routes
from services.analytics.api.measures import measure_routes
from services.analytics.api.metrics import Gauges, metric_routes
from services.analytics.api.outlook import outlook_routes
from services.analytics.api.performance import performance_routes
from services.analytics.api.process_map import Mapping, process_map_routes
from services.analytics.api.questions import questions_of
from services.analytics.api.reports import report_routes
from services.analytics.api.rights import RIGHTS
from services.analytics.api.saved_reports import Shelf, saved_report_routes
from services.analytics.api.timeline import timeline_routes
from services.analytics.api.waterfalls import waterfall_routes
from services.analytics.domain.accepted_deviation.decider import ACCEPTED_DEVIATION
from services.analytics.domain.dashboard.decider import DASHBOARD
from services.analytics.domain.metric.decider import METRIC
from services.analytics.domain.saved_report.decider import SAVED_REPORT
from services.analytics.projections import deal_events, deals, directory
from services.analytics.projections.accepted_deviations import ACCEPTED_DEVIATIONS
from services.analytics.projections.dashboards import DASHBOARDS, dashboards
from services.analytics.projections.explanations import Explanations
from services.analytics.projections.metric_refresh import Refreshing
from services.analytics.projections.metric_values import MetricValues
from services.analytics.projections.metrics import METRICS
from services.analytics.projections.metrics import Metrics as KeptMetrics
from services.analytics.projections.process_map.asking import ProcessMaps
from services.analytics.projections.process_map.clock import WorkingHours
from services.analytics.projections.process_map.drift_watch import DriftWatch
from services.analytics.projections.process_map.tables import TOPIC as PROCESS_TOPIC
from services.analytics.projections.process_map.tables import process_map
from services.analytics.projections.process_map.trend import Alarm
from services.analytics.projections.report import Reports
from services.analytics.projections.saved_reports import SAVED_REPORTS, saved_reports
from services.analytics.projections.sharing import Viewers
from services.analytics.projections.timeline import Timelines
from services.analytics.projections.timeline_events import TIMELINE_EVENTS
from services.analytics.projections.timeline_events import TOPICS as TIMELINE_TOPICS
from services.analytics.settings import Settings
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.postgres import PostgresEventStore, list_pool
from shared.eventstore.read_model import Pool
from shared.http.auth import Verifier
from shared.http.consistency import catching_up
from shared.http.context import ServiceContext
from shared.http.service import Assembly
from shared.http.supervisor import Loop
from shared.messaging.outbox import OutboxWatch
from shared.messaging.relay import Relay, RelaySettings
from shared.observability.metrics import Metrics
from shared.projections.live import connected, ensure_live
from shared.projections.machinery import Machinery
from shared.projections.projection import Projection, ProjectionSettings
from shared.projections.runner import ProjectionRunner

SERVICE = "analytics"
AGGREGATES = (SAVED_REPORT, DASHBOARD, METRIC, ACCEPTED_DEVIATION)
INLINE = (SAVED_REPORTS, DASHBOARDS, METRICS, ACCEPTED_DEVIATIONS)
MOST_BUILDING = 600.0  # seconds that a build of all metrics may take before it counts as stuck


def projections(settings: Settings) -> tuple[Projection, ...]:
    """What follows the other services' topics; a day of the sums begins by the company's time zone."""
    return (
        Projection(deals.deals(settings.time_zone), (deals.TOPIC,)),
        Projection(directory.DIRECTORY, (directory.TOPIC,)),
        Projection(deal_events.DEAL_EVENTS, (deal_events.TOPIC,)),
        Projection(TIMELINE_EVENTS, TIMELINE_TOPICS),
        Projection(process_map(settings.time_zone), (PROCESS_TOPIC,)),
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """What the service is put together from."""

    settings: Settings
    store: PostgresEventStore
    reading: Pool
    metrics: Metrics
    runners: Sequence[ProjectionRunner]


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncIterator[Assembly]:
    """The whole service; what it opens is closed when the context ends."""
    store = PostgresEventStore(settings.database_url, SERVICE, INLINE, partitions=settings.partitions)
    async with Verifier.of(settings) as verifier, list_pool(settings.database_url) as reading:
        await _show_projections(settings)
        await store.start()
        try:
            metrics = Metrics(SERVICE)
            parts = Parts(settings, store, reading, metrics, _runners(settings, metrics))
            yield _assembly(parts, verifier)
        finally:
            await store.stop()


def _assembly(parts: Parts, verifier: Verifier) -> Assembly:
    settings, store = parts.settings, parts.store
    context = ServiceContext(
        name=SERVICE,
        rights=RIGHTS,
        verifier=verifier,
        handler=CommandHandler(store, Catalogue(SERVICE, AGGREGATES)),
        log=store,
        cursor_secret=settings.cursor_secret,
        metrics=parts.metrics,
        catching_up=catching_up(parts.reading, projections(settings)),
        operations=Machinery(store, parts.runners, settings.database_url, settings.kafka),
    )
    reports = Reports(parts.reading, settings.time_zone)
    asking = [
        report_routes(reports, _now),
        waterfall_routes(reports),
        outlook_routes(reports, _now),
        performance_routes(reports, _now),
        list_routes(reports, _now),
    ]
    explainer = Explainer(reports, Explanations(parts.reading))
    routers = [
        *asking,
        choice_routes(reports, _today_in(settings)),
        explain_routes(explainer),
        number_routes(explainer),
        timeline_routes(Timelines(parts.reading)),
        *_boards(parts, asking),
        *_processes(parts),
    ]
    return Assembly(context=context, routers=routers, loops=_loops(parts))


def _boards(parts: Parts, asking: Sequence[APIRouter]) -> list[APIRouter]:
    """What stands around the reports that can be asked."""
    viewers, questions = Viewers(parts.reading), questions_of(asking)
    wall = Wall(dashboards(parts.reading), viewers, questions, _today_in(parts.settings))
    saved = saved_report_routes(Shelf(saved_reports(parts.reading), viewers, questions))
    gauges = Gauges(KeptMetrics(parts.reading), _metric_values(parts))
    return [saved, dashboard_routes(wall), measure_routes(), metric_routes(gauges)]


def _metric_values(parts: Parts) -> MetricValues:
    return MetricValues(parts.reading, parts.settings.time_zone, _today_in(parts.settings))


def _today_in(settings: Settings) -> Callable[[], date]:
    """Which day it is in the company's time zone."""
    zone = ZoneInfo(settings.time_zone)
    return lambda: datetime.now(zone).date()


def _processes(parts: Parts) -> list[APIRouter]:
    """The process map and what deals are beside their drawings."""
    settings = parts.settings
    working = WorkingHours(settings.calendar, settings.working_day)
    mapping = Mapping(_maps(parts), working, _now)
    return [process_map_routes(mapping), mapped_deal_routes(mapping), conformance_routes(mapping, _alarm(settings))]


def _maps(parts: Parts) -> ProcessMaps:
    return ProcessMaps(parts.reading, parts.settings.time_zone)


def _alarm(settings: Settings) -> Alarm:
    return Alarm(days=settings.drift_days, threshold=settings.drift_threshold, least_deals=settings.drift_least_deals)


def _runners(settings: Settings, metrics: Metrics) -> list[ProjectionRunner]:
    places = ProjectionSettings(settings.database_url, settings.kafka, SERVICE, settings.member)
    return [ProjectionRunner(places, projection, metrics) for projection in projections(settings)]


def _loops(parts: Parts) -> list[Loop]:
    settings, store = parts.settings, parts.store
    places = RelaySettings(
        dsn=settings.database_url, kafka=settings.kafka, service=SERVICE, replicas=settings.topic_replicas
    )
    relay = Relay(store, places, metrics=parts.metrics)
    outbox = OutboxWatch(store.pool, SERVICE, parts.metrics)
    fresh = Refreshing(_metric_values(parts), settings.metrics_refresh_seconds)
    watch = DriftWatch(_maps(parts), _alarm(settings), parts.metrics.registry, _now)
    return [
        Loop("appender", "api", store.watch, progress=lambda: store.last_progress, vital=True),
        Loop("relay", "relay", relay.run, progress=lambda: relay.progress.last_progress, finish=relay.finish),
        Loop("outbox", "relay", outbox.run, progress=lambda: outbox.last_progress),
        *(_following(runner) for runner in parts.runners),
        Loop("metrics", "consumers", fresh.run, progress=lambda: fresh.last_progress, patience=MOST_BUILDING),
        Loop("drift", "consumers", watch.run, progress=lambda: watch.last_progress, patience=300),
    ]


def _following(runner: ProjectionRunner) -> Loop:
    name, progress = runner.projection.name, runner.progress
    return Loop(name, "consumers", runner.run, progress=lambda: progress.last_progress, finish=runner.finish)


def _now() -> datetime:
    return datetime.now(UTC)


async def _show_projections(settings: Settings) -> None:
    """The API asks these tables also before, and without, the consumers that fill them."""
    async with connected(settings.database_url) as connection:
        for projection in projections(settings):
            await ensure_live(connection, projection)
