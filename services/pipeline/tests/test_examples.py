"""The examples: every event has one, and each survives its stored form; the catalogue describes them all."""

from __future__ import annotations

import msgspec
import pytest

from services.pipeline.bootstrap import DECIDERS
from services.pipeline.tests.examples import EXAMPLES
from shared.domain import Event
from shared.eventstore.catalogue import Catalogue

EVENTS = {event for decider in DECIDERS for event in decider.events}


def test_every_event_has_one_example() -> None:
    assert {type(example) for example in EXAMPLES} == EVENTS
    assert len(EXAMPLES) == len(EVENTS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_an_event_survives_its_json(example: Event) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example


def test_the_catalogue_describes_every_event() -> None:
    schemas = Catalogue("pipeline", DECIDERS).schemas()
    assert set(schemas) == {f"{event.__name__}.v1" for event in EVENTS}
