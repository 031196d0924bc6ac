"""Every event of every deal with who did it, what it changed and what it gave as its cause: what explanations read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from shared.eventstore.folding import Gap
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

TOPIC = "flowline.pipeline.events"

TABLES = """
CREATE TABLE deal_event (
  deal_id uuid NOT NULL,
  version int NOT NULL,
  event_id uuid NOT NULL,
  type text NOT NULL,
  actor text NOT NULL,
  on_behalf_of text,
  correlation_id text NOT NULL,
  causation_id text,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  changes jsonb NOT NULL,
  reasons jsonb NOT NULL,
  PRIMARY KEY (deal_id, version)
);
CREATE INDEX deal_event_id ON deal_event (event_id);
"""
LAST = "SELECT deal_id, max(version) FROM deal_event WHERE deal_id = ANY($1) GROUP BY deal_id"

# What an event says about why it happened, by the names that pipeline gives it.
REASONS = (
    "decisions", "override", "reason", "competitor", "automation", "when", "action", "trigger_version", "done",
    "detail", "stage_name", "to_version", "from_version",
)  # fmt: skip

Change = dict[str, Any]
Decoder = msgspec.json.Decoder(dict[str, Any])


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Write a batch of pipeline's events of deals; raises Gap where one between them is missing."""
    ours = [event for event in events if event.type.startswith("Deal")]
    if not ours:
        return
    found = await connection.fetch(LAST, list({event.stream_id for event in ours}))
    last: dict[UUID, int] = {row[0]: row[1] for row in found}
    for event in ours:
        before = last.get(event.stream_id, 0)
        if event.version != before + 1:
            raise Gap(f"version {event.version} of deal {event.stream_id} after version {before}")
        last[event.stream_id] = event.version
    await connection.copy_records_to_table("deal_event", records=[row_of(event) for event in ours])


def row_of(recorded: Recorded) -> tuple[Any, ...]:
    """An event in the order of the table's columns."""
    data, said = Decoder.decode(recorded.data), recorded.metadata
    reasons = {name: data[name] for name in REASONS if data.get(name) not in (None, [], ())}
    return (
        recorded.stream_id,
        recorded.version,
        recorded.event_id,
        recorded.type,
        said.actor,
        said.on_behalf_of,
        said.correlation_id,
        said.causation_id,
        recorded.occurred_at,
        recorded.recorded_at,
        msgspec.json.encode(changes_of(recorded.type, data)).decode(),
        msgspec.json.encode(reasons).decode(),
    )


def changes_of(type_name: str, data: dict[str, Any]) -> dict[str, Change]:
    """What an event sets: aspect → before and after, `before` only where the event itself tells it."""
    match type_name:
        case "DealOpened":
            return {**_moved(None, data["stage"]), **_set(data, "owner_id", "amount", "expected_close")}
        case "DealStageChanged" | "DealMigrated":
            return _moved(data.get("from_stage"), data["to_stage"])
        case "DealWon":
            return {**_moved(data.get("from_stage"), data["stage"]), **_set(data, "amount")}
        case "DealLost" | "DealReopened":
            return _moved(data.get("from_stage"), data["stage"])
        case "DealAssigned":
            return {"owner": {"before": data.get("previous_owner_id"), "after": data.get("owner_id")}}
        case "DealAmountChanged":
            return {"amount": {"before": data.get("before"), "after": data.get("after")}}
        case "DealLinesChanged":
            return {"amount": {"before": data.get("amount_before"), "after": data.get("amount_after")}}
        case "DealExpectedCloseChanged":
            return {"expected_close": {"before": data.get("before"), "after": data.get("after")}}
        case "DealForecastChanged":
            return {"forecast": {"before": _view(data, "before"), "after": _view(data, "after")}}
        case "DealDeleted" | "DealRestored":
            return {"deleted": {"before": type_name == "DealRestored", "after": type_name == "DealDeleted"}}
        case _:
            return {}


def _set(data: dict[str, Any], *names: str) -> dict[str, Change]:
    return {name.removesuffix("_id"): {"after": data.get(name)} for name in names}


def _moved(before: dict[str, Any] | None, after: dict[str, Any]) -> dict[str, Change]:
    """A stage, and with it the chances of all that are in it."""
    told = {"after": _stage(after)} if before is None else {"before": _stage(before), "after": _stage(after)}
    return {"stage": told}


def _stage(stage: dict[str, Any]) -> dict[str, Any]:
    return {name: stage.get(name) for name in ("key", "name", "category", "probability", "forecast_category")}


def _view(data: dict[str, Any], when: str) -> dict[str, Any]:
    """How somebody sees the chances; None = as the stage says."""
    return {"category": data.get(f"category_{when}"), "probability": data.get(f"probability_{when}")}


DEAL_EVENTS = ReadModel(name="deal_events", tables=TABLES, apply=apply)
