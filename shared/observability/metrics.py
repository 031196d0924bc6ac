"""The numbers a service shows to Prometheus; labels are names of things in the code, never ids or people."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

# Of an event's way to Kafka and to its effect; 2 s, 5 s and 60 s are promised.
FLOW = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """All metrics of one process in a registry of its own; parts get this object and touch only their own names."""

    def __init__(self, service: str, version: str = "0.1.0") -> None:
        self.service = service
        self.registry = CollectorRegistry()
        self._http()
        self._eventstore()
        self._outbox()
        self._consuming()
        self._projections()
        self._gauge("crm_build_info", "What is running", "service", "version").labels(service, version).set(1)
        self.loop_idle = self._gauge("crm_loop_idle_seconds", "Time since a loop last made progress", "loop")
        self.loop_deaths = self._counter("crm_loop_deaths_total", "How often a loop died and was started again", "loop")
        self.event_loop_lag = self._gauge("crm_event_loop_lag_seconds", "How late the event loop wakes up")

    def _http(self) -> None:
        self.requests = Histogram(
            "http_server_request_duration_seconds",
            "Time from a request's first byte to its answer's last",
            ("service", "method", "route", "status"),
            registry=self.registry,
            buckets=FAST,
        )
        self.sse_connections = self._gauge("crm_sse_connections", "Open server-sent-event streams")
        self.consistency_wait = self._histogram(
            "crm_consistency_wait_seconds", "How long reads waited for a Consistency-Token", "outcome"
        )
        self.authz_denied = self._counter("crm_authz_denied_total", "Requests refused for lack of a right", "action")

    def _eventstore(self) -> None:
        self.appends = self._counter("crm_eventstore_append_total", "Commands by outcome", "stream", "outcome")
        self.append_duration = self._histogram("crm_eventstore_append_duration_seconds", "From a command to its answer")
        self.append_conflicts = self._counter("crm_eventstore_concurrency_conflicts_total", "Appends that lost a race")
        self.head_position = self._gauge("crm_eventstore_position", "Position of the newest event")
        self.head_epoch = self._gauge("crm_eventstore_epoch", "Rises when the log goes on after a restore")
        self.epoch_bump_needed = self._gauge(
            "crm_eventstore_epoch_bump_needed", "1 = this Postgres is a restored copy and takes no writes"
        )
        self.database_bytes = self._gauge("crm_database_bytes", "Size of the service's database")
        self.keys_shredded = self._counter("crm_crypto_keys_shredded_total", "Persons whose key was destroyed")

    def _outbox(self) -> None:
        self.outbox_pending = self._gauge("crm_outbox_pending", "Events not yet on Kafka")
        self.outbox_oldest_age = self._gauge("crm_outbox_oldest_age_seconds", "Age of the oldest event not yet there")
        self.outbox_position = self._gauge("crm_outbox_position", "Position of the last event on Kafka")
        self.outbox_leading = self._gauge("crm_outbox_leading", "1 = this process publishes, 0 = it stands by")
        self.outbox_published = self._counter("crm_outbox_published_total", "Events brought to Kafka", "type")
        self.outbox_delay = self._histogram(
            "crm_outbox_delay_seconds", "From an event's record to Kafka, of a batch's oldest event", buckets=FLOW
        )

    def _consuming(self) -> None:
        self.consumer_lag = self._gauge(
            "crm_consumer_lag_messages", "Messages behind the end of a topic", "group", "topic", "partition"
        )
        self.consumer_lag_seconds = self._gauge(
            "crm_consumer_lag_seconds", "Bound for the age of the oldest event not applied", "group", "topic"
        )
        self.consumer_processed = self._counter("crm_consumer_processed_total", "Messages read", "group", "outcome")
        self.consumer_rebalances = self._counter("crm_consumer_rebalances_total", "New assignments", "group")
        self.consumer_delay = self._histogram(
            "crm_consumer_delay_seconds",
            "From an event's record to its effect, of a batch's oldest",
            "group",
            buckets=FLOW,
        )

    def _projections(self) -> None:
        self.projection_position = self._gauge(
            "crm_projection_position", "Last position applied", "projection", "source", "partition"
        )
        self.projection_lag = self._gauge("crm_projection_lag_seconds", "Age of the last event applied", "projection")
        self.rebuild_progress = self._gauge(
            "crm_projection_rebuild_progress_ratio", "0 to 1; 1 also while nothing is rebuilt", "projection"
        )
        self.verify_failed = self._gauge("crm_verify_failed_checks", "Checks that found something, last time")
        self.dead_letters = self._gauge("crm_dead_letters", "Streams parked and not yet retried", "source")

    def watch_loop(self, name: str, idle: Callable[[], float]) -> None:
        """Show how long a loop has made no progress, in seconds."""
        self.loop_idle.labels(name).set_function(idle)

    def watch_lag(self, group: str, topic: str, behind: Callable[[], float]) -> None:
        """Show how long a consumer has been behind on a topic; asked at every scrape, also while the consumer hangs."""
        self.consumer_lag_seconds.labels(group, topic).set_function(behind)

    def exposition(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(name, says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(name, says, labels, registry=self.registry)

    def _histogram(self, name: str, says: str, *labels: str, buckets: tuple[float, ...] = FAST) -> Histogram:
        return Histogram(name, says, labels, registry=self.registry, buckets=buckets)
