"""What the services promise to strangers: their catalogues and examples, found by their place in every service."""

from __future__ import annotations

import importlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.domain import Decider, Event
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
    """Collect the deciders of every aggregate of a service and its examples."""
    folders = sorted((ROOT / "services" / service / "domain").glob("*/decider.py"))
    modules = [importlib.import_module(f"services.{service}.domain.{path.parent.name}.decider") for path in folders]
    deciders = [value for module in modules for value in vars(module).values() if isinstance(value, Decider)]
    examples = importlib.import_module(f"services.{service}.tests.examples").EXAMPLES
    return Promise(service, Catalogue(service, deciders), tuple(examples))


def text_of(value: Any) -> str:
    """Write a document the way it is committed."""
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
