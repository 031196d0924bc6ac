"""From Kafka alone: what is in the topics becomes the reports, and becomes them again in a rebuild."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from services.analytics.tests.histories import directory
from services.analytics.tests.running import Desk, running
from services.analytics.tests.test_api import small_company
from shared.eventstore.partitions import partition_of
from shared.eventstore.recorded import Recorded
from shared.messaging.cloudevents import to_headers
from shared.messaging.kafka import KafkaError, transactional_producer
from shared.messaging.topics import ensure_events_topic, events_topic
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

PARTITIONS = 3
FIGURES = ("deals_total", "by_stage", "won_value", "won_value_by_quarter", "win_rate", "sales_cycle_days", "top_owners")


async def created(kafka: str, service: str) -> None:
    """Make a service's topic; a new broker may need a moment, which a relay would also wait out."""
    for _ in range(50):
        try:
            await ensure_events_topic(kafka, service, PARTITIONS, 1)
        except KafkaError:
            await asyncio.sleep(0.2)
        else:
            return
    raise AssertionError(f"no topic for {service}")


async def published(kafka: str, *logs: Sequence[Recorded]) -> None:
    """Put events where the relays of their services would put them."""
    producer = transactional_producer(kafka, "flowline-test-analytics", 10_000)
    await producer.start()
    try:
        async with producer.transaction():
            for event in (event for log in logs for event in log):
                place = {"partition": partition_of(event.stream_id, PARTITIONS), "key": str(event.stream_id).encode()}
                topic, headers = events_topic(event.service), to_headers(event, 1)
                await producer.send(topic, event.data, headers=headers, **place)
    finally:
        await producer.stop()


def token_of(events: Sequence[Recorded]) -> str:
    """The Consistency-Token of whoever wrote all this."""
    highest = {partition_of(event.stream_id, PARTITIONS): event.position for event in events}
    return f"{events[0].service}@1=" + ",".join(f"{place}:{position}" for place, position in sorted(highest.items()))


async def rebuilt(operator: Desk, name: str) -> Any:
    """Build a projection anew and wait for the outcome."""
    answer = await operator.send("POST", f"/operations/analytics/projections/{name}/rebuild")
    assert answer.status_code == 202, answer.text
    rows: list[Any] = []
    for _ in range(300):
        rows = (await operator.get("/operations/analytics/projections")).json()["projections"]
        outcome = next(row for row in rows if row["name"] == name)["rebuild"]
        if outcome["state"] != "running":
            return outcome
        await asyncio.sleep(0.1)
    raise AssertionError(f"the rebuild of {name} does not end: {rows}")


async def test_reports_come_from_the_topics_and_come_again_after_a_rebuild(
    fresh_database: Databases, token_issuer: TokenIssuer, kafka: str
) -> None:
    people, deals = directory().events, small_company().events
    for name in ("customer", "pipeline"):
        await created(kafka, name)
    await published(kafka, people, deals)
    token = f"{token_of(people)};{token_of(deals)}"
    async with running(fresh_database, token_issuer, kafka, ("api", "consumers")) as service:
        admin = service.desk("admin")
        answer = await admin.get("/reports/overview", consistency_token=token, prefer="wait=30")
        assert answer.status_code == 200, answer.text
        first = answer.json()
        assert (first["deals_total"], first["top_owners"][0]["owner"]) == (4, "Anna")
        assert first["positions"] == {"customer": f"1:{len(people)}", "pipeline": f"1:{len(deals)}"}
        for name in ("deals", "directory", "deal_events", "process_map"):
            outcome = await rebuilt(admin, name)
            assert (outcome["state"], outcome.get("equal")) == ("done", True), outcome
        second = (await admin.get("/reports/overview")).json()
        assert {name: second[name] for name in FIGURES} == {name: first[name] for name in FIGURES}
        assert second["positions"] == first["positions"]
