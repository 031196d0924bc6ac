"""What a service says about itself: logs that belong together, numbers, and the trace of a request."""

from __future__ import annotations

import io
import json
import logging

import pytest
import structlog

from shared.observability import tracing
from shared.observability.logging import configure, logger
from shared.observability.metrics import Metrics
from shared.tests.conftest import Notes

PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


async def test_what_is_logged_for_a_request_carries_its_correlation_id(notes: Notes) -> None:
    configure("note", "INFO", notes.log)
    start = notes.log.tell()
    answer = await notes.client.get("/api/v1/broken", headers={"x-correlation-id": "order-66", "traceparent": PARENT})
    [line] = [json.loads(line) for line in notes.log.getvalue()[start:].splitlines()]
    assert (line["level"], line["service"], line["path"]) == ("error", "note", "/api/v1/broken")
    assert line["correlation_id"] == answer.headers["x-correlation-id"] == "order-66"
    assert line["trace_id"] == answer.json()["trace_id"] == PARENT[3:35]
    assert "the secret is 42" in line["exception"]


async def test_an_unreadable_correlation_id_is_replaced(notes: Notes) -> None:
    answer = await notes.client.get("/healthz", headers={"x-correlation-id": "two words"})
    assert answer.headers["x-correlation-id"] != "two words"


def test_lines_of_other_libraries_look_the_same() -> None:
    out = io.StringIO()
    configure("note", "INFO", out)
    with structlog.contextvars.bound_contextvars(correlation_id="c"):
        logging.getLogger("some.library").warning("odd: %s", 3)
        logger(stream="s", version=2).info("event applied", event_id="e")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["odd: 3", "event applied"]
    assert {line["correlation_id"] for line in lines} == {"c"}
    assert (lines[1]["stream"], lines[1]["version"], lines[1]["event_id"]) == ("s", 2, "e")


async def test_requests_are_measured_by_route_and_never_by_id(notes: Notes) -> None:
    note = (await notes.write()).json()["id"]
    await notes.client.get(f"/api/v1/notes/{note}", headers=notes.issuer.headers("admin"))
    shown = (await notes.client.get("/metrics")).text
    assert 'route="/notes/{note_id}",service="note",status="200"' in shown
    assert note not in shown
    assert "crm_event_loop_lag_seconds" in shown
    assert "crm_build_info" in shown


async def test_commands_are_counted_by_outcome(notes: Notes) -> None:
    note = (await notes.write("final", idempotency_key="counted")).json()["id"]
    await notes.write("final", idempotency_key="counted")
    await notes.rename(note, "b", if_match='"1"')
    shown = notes.assembly.context.metrics.exposition().decode()
    for outcome in ("written", "replayed", "note-is-final"):
        assert f'crm_eventstore_append_total{{outcome="{outcome}",stream="note"}}' in shown


def test_every_name_is_ours_or_the_convention_s() -> None:
    for line in Metrics("note").exposition().decode().splitlines():
        assert line.startswith(("#", "crm_", "http_server_request_duration_seconds")), line


def test_a_trace_is_continued() -> None:
    trace = tracing.continued(PARENT)
    assert trace.trace_id == PARENT[3:35]
    assert trace.span_id != PARENT[36:52]
    assert tracing.parse(trace.header) == trace


@pytest.mark.parametrize(
    "header",
    [None, "", "rubbish", "01" + PARENT[2:], PARENT.upper(), "00-" + "0" * 32 + PARENT[35:], PARENT + "-more"],
)
def test_a_trace_that_is_none_begins_here(header: str | None) -> None:
    assert tracing.parse(header) is None
    assert tracing.parse(tracing.continued(header).header) is not None
