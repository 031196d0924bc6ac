"""What the services promise to strangers: their catalogues and examples, found by their place in every service."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.domain import Command, Decider, Event
from shared.eventstore.catalogue import Catalogue
from shared.messaging.asyncapi import document, plain

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "docs" / "events"
SERVICES = ("customer", "pipeline", "analytics", "notify")


@dataclass(frozen=True, slots=True)
class Promise:
    """One service's published events."""

    service: str
    catalogue: Catalogue
    examples: tuple[Event, ...]

    def files(self) -> dict[Path, Any]:
        """Return the JSON documents of this service by the path where they are committed."""
        schemas = self.catalogue.schemas()
        found: dict[Path, Any] = {EVENTS / self.service / f"{name}.json": schema for name, schema in schemas.items()}
        found[EVENTS / f"{self.service}.asyncapi.json"] = plain(document(self.service, schemas, self.examples))
        return found


def promise_of(service: str) -> Promise:
    """Collect the events of every aggregate of a service and its examples."""
    folders = sorted((ROOT / "services" / service / "domain").glob("*/events.py"))
    events = [event for path in folders for event in _events(f"services.{service}.domain.{path.parent.name}.events")]
    examples = importlib.import_module(f"services.{service}.tests.examples").EXAMPLES
    return Promise(service, Catalogue(service, [_recorder(events)]), tuple(examples))


def _events(module: str) -> list[type[Event]]:
    found = vars(importlib.import_module(module)).values()
    return [each for each in found if isinstance(each, type) and issubclass(each, Event) and each.__module__ == module]


def _recorder(events: list[type[Event]]) -> Decider[None, Command, Event]:
    """An aggregate that only has events, for the catalogue to describe."""
    return Decider("described", None, lambda _state, _wish: (), lambda state, _fact: state, tuple(events))


def text_of(value: Any) -> str:
    """Write a document the way it is committed."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
