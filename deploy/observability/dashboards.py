"""The five dashboards: each answers one question of whoever is on call, from the outside in."""

from __future__ import annotations

from deploy.observability.panels import Dashboard, Panel, Query

REQUESTS = "http_server_request_duration_seconds"
REFUSED_DEALS = '{stream="deal", outcome!~"written|replayed"}'
GROUP = "{{job}} {{group}}"


def _quantile(share: float, metric: str, by: str, where: str = "") -> str:
    return f"histogram_quantile({share}, sum by ({by}, le) (rate({metric}_bucket{where}[5m])))"


def _top(expr: str) -> str:
    return f"topk(10, {expr})"


def _happened(types: str) -> str:
    return f'sum by (type) (increase(crm_outbox_published_total{{type=~"{types}"}}[1h]))'


SERVICES = Dashboard(
    "services",
    "services",
    "Rate, errors and duration of each service, and whether its processes are well.",
    (
        Panel("Requests", "reqps", (Query(f"sum by (job) (rate({REQUESTS}_count[5m]))"),)),
        Panel(
            "Answers with a fault of ours",
            "reqps",
            (Query(f'sum by (job, status) (rate({REQUESTS}_count{{status=~"5.."}}[5m]))', "{{job}} {{status}}"),),
        ),
        Panel(
            "Commands: median and slowest of twenty",
            "s",
            (
                Query(_quantile(0.5, REQUESTS, "job", '{method=~"POST|PUT|PATCH|DELETE"}'), "{{job}} median"),
                Query(_quantile(0.95, REQUESTS, "job", '{method=~"POST|PUT|PATCH|DELETE"}'), "{{job}} p95"),
            ),
        ),
        Panel(
            "Reads: slowest of twenty by route",
            "s",
            (Query(_top(_quantile(0.95, REQUESTS, "job, route", '{method="GET"}')), "{{job}} {{route}}"),),
        ),
        Panel("Event loop late", "s", (Query("max by (job) (crm_event_loop_lag_seconds)"),)),
        Panel(
            "Loops: seconds without progress",
            "s",
            (Query("max by (job, loop) (crm_loop_idle_seconds)", "{{job}} {{loop}}"),),
        ),
        Panel("Refused for lack of a right", "reqps", (Query("sum by (job) (rate(crm_authz_denied_total[5m]))"),)),
        Panel("Open streams (SSE)", "short", (Query("sum by (job) (crm_sse_connections)"),)),
        Panel("What is running", "short", (Query("sum by (job, version) (crm_build_info)", "{{job}} {{version}}"),)),
        Panel(
            "Loops that died",
            "short",
            (Query("sum by (job, loop) (increase(crm_loop_deaths_total[1h]))", "{{job}} {{loop}}"),),
        ),
    ),
)

EVENT_FLOW = Dashboard(
    "event-flow",
    "an event's way",
    "From the command to the append, to Kafka, to the read models of others.",
    (
        Panel(
            "Commands by outcome",
            "ops",
            (Query("sum by (outcome) (rate(crm_eventstore_append_total[5m]))", "{{outcome}}"),),
        ),
        Panel(
            "Command to answer",
            "s",
            (Query(_quantile(0.99, "crm_eventstore_append_duration_seconds", "job"), "{{job}} p99"),),
        ),
        Panel("Lost races", "ops", (Query("sum by (job) (rate(crm_eventstore_concurrency_conflicts_total[5m]))"),)),
        Panel("Newest position", "short", (Query("max by (job) (crm_eventstore_position)"),)),
        Panel("Events not yet on Kafka", "short", (Query("max by (job) (crm_outbox_pending)"),)),
        Panel("Age of the oldest of them", "s", (Query("max by (job) (crm_outbox_oldest_age_seconds)"),)),
        Panel("Record to Kafka", "s", (Query(_quantile(0.99, "crm_outbox_delay_seconds", "job"), "{{job}} p99"),)),
        Panel(
            "Record to effect",
            "s",
            (Query(_quantile(0.99, "crm_consumer_delay_seconds", "job, group"), "{{job}} {{group}} p99"),),
        ),
        Panel(
            "Reads that waited for their own write",
            "s",
            (Query(_quantile(0.95, "crm_consistency_wait_seconds", "job, outcome"), "{{job}} {{outcome}} p95"),),
        ),
        Panel(
            "Epoch (rises with a restore)",
            "short",
            (
                Query("max by (job) (crm_eventstore_epoch)"),
                Query("max by (job) (crm_eventstore_epoch_bump_needed)", "{{job}} needs a new one"),
            ),
        ),
        Panel("Size of the databases", "bytes", (Query("max by (job) (crm_database_bytes)"),)),
        Panel("Persons whose key was destroyed", "short", (Query("max by (job) (crm_crypto_keys_shredded_total)"),)),
    ),
)

CONSUMERS = Dashboard(
    "consumers",
    "Kafka's readers",
    "How far each projection is, in seconds first: a count of messages says nothing of urgency.",
    (
        Panel("Behind, in seconds", "s", (Query("max by (job, group) (crm_consumer_lag_seconds)", GROUP),)),
        Panel(
            "Behind, in messages",
            "short",
            (Query("sum by (job, group, topic) (crm_consumer_lag_messages)", "{{job}} {{group}} {{topic}}"),),
        ),
        Panel(
            "Messages read",
            "ops",
            (Query("sum by (job, group, outcome) (rate(crm_consumer_processed_total[5m]))", GROUP + " {{outcome}}"),),
        ),
        Panel(
            "Partitions dealt out anew",
            "short",
            (Query("sum by (job, group) (increase(crm_consumer_rebalances_total[1h]))", GROUP),),
        ),
        Panel("Streams set aside", "short", (Query("max by (job, source) (crm_dead_letters)", "{{job}} {{source}}"),)),
        Panel(
            "Rebuilding",
            "percentunit",
            (Query("min by (job, projection) (crm_projection_rebuild_progress_ratio)", "{{job}} {{projection}}"),),
        ),
        Panel(
            "Last position applied",
            "short",
            (Query("max by (job, projection, source) (crm_projection_position)", "{{job}} {{projection}} {{source}}"),),
        ),
        Panel(
            "Age of the last event applied, when it was",
            "s",
            (Query("max by (job, projection) (crm_projection_lag_seconds)", "{{job}} {{projection}}"),),
        ),
        Panel("Relays that publish", "short", (Query("sum by (job) (crm_outbox_leading)"),)),
        Panel("Checks that found a difference", "short", (Query("max by (job) (crm_verify_failed_checks)"),)),
    ),
)

REACTIONS = Dashboard(
    "reactions",
    "notices and automations",
    "What the system does by itself: automations that are due, notifications made, conditions not decided.",
    (
        Panel("Automations that could run", "short", (Query("max by (queue) (crm_jobs_ready)", "{{queue}}"),)),
        Panel(
            "For how long the oldest could",
            "s",
            (Query("max by (queue) (crm_jobs_oldest_ready_age_seconds)", "{{queue}}"),),
        ),
        Panel("Waiting for another attempt", "short", (Query("sum by (queue) (crm_jobs_failed)", "{{queue}}"),)),
        Panel("Timers a minute late", "short", (Query("max(crm_timers_overdue)", "overdue"),)),
        Panel("Notifications made", "ops", (Query("max(rate(crm_notify_notifications[5m]))", "made"),)),
        Panel("Conditions not decided", "short", (Query("max(crm_notify_condition_errors)", "kept"),)),
        Panel(
            "Event to notification",
            "s",
            (Query(_quantile(0.99, "crm_consumer_delay_seconds", "group", '{group="inbox"}'), "p99"),),
        ),
        Panel("Readers of the inbox now", "short", (Query('sum(crm_sse_connections{job="flowline-notify"})', "open"),)),
    ),
)

FUNNEL = Dashboard(
    "funnel",
    "the business",
    "What people do with it: deals opened, moved, won, lost; customers and activities; where deals leave the drawing.",
    (
        Panel(
            "Deals per hour",
            "short",
            (
                Query(
                    _happened("DealOpened|DealStageChanged|DealWon|DealLost"),
                    "{{type}}",
                ),
            ),
        ),
        Panel(
            "Won of all decided, last day",
            "percentunit",
            (
                Query(
                    'sum(increase(crm_outbox_published_total{type="DealWon"}[1d])) / '
                    'sum(increase(crm_outbox_published_total{type=~"DealWon|DealLost"}[1d]))',
                    "win rate",
                ),
            ),
        ),
        Panel(
            "Customers and activities per hour",
            "short",
            (
                Query(
                    _happened("CustomerCreated|ContactAdded|ActivityRecorded|ActivityCompleted"),
                    "{{type}}",
                ),
            ),
        ),
        Panel(
            "Commands refused, by rule",
            "ops",
            (
                Query(
                    _top(f"sum by (outcome) (rate(crm_eventstore_append_total{REFUSED_DEALS}[5m]))"),
                    "{{outcome}}",
                ),
            ),
        ),
        Panel("Processes that drift from their drawing", "short", (Query("max(crm_processes_drifting)", "drifting"),)),
        Panel(
            "Deals that left the drawing, worst process",
            "percentunit",
            (Query("max(crm_process_not_conforming_ratio)", "share"),),
        ),
    ),
)

DASHBOARDS = (SERVICES, EVENT_FLOW, CONSUMERS, REACTIONS, FUNNEL)
