"""Every event of every deal with who did it, what it changed and what it gave as its cause: what explanations read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.analytics.projections.told_events import Change, written
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


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    """Write a batch of pipeline's events of deals; raises Gap where one between them is missing."""
    ours = [event for event in events if event.type.startswith("Deal")]
    await written(connection, "deal", ours, changes_of)


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
