"""Every event of every customer with who did it and whom it gave the customer to: what explains a customer's owner."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.analytics.projections.told_events import Change, written
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

CUSTOMER_EVENTS = """
CREATE TABLE customer_event (
  customer_id uuid NOT NULL,
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
  PRIMARY KEY (customer_id, version)
);
"""


async def apply_customer_events(connection: Connection, events: Sequence[Recorded]) -> None:
    """Write a batch of customer's events of customers; raises Gap where one between them is missing."""
    ours = [event for event in events if event.type.startswith("Customer")]
    await written(connection, "customer", ours, changes_of)


def changes_of(type_name: str, data: dict[str, Any]) -> dict[str, Change]:
    """What an event sets: whose the customer is, and whether it is deleted."""
    match type_name:
        case "CustomerCreated":
            return {"owner": {"after": data.get("owner_id")}}
        case "CustomerAssigned":
            return {"owner": {"before": data.get("previous_owner_id"), "after": data.get("owner_id")}}
        case "CustomerDeleted" | "CustomerRestored":
            return {"deleted": {"before": type_name == "CustomerRestored", "after": type_name == "CustomerDeleted"}}
        case _:
            return {}
