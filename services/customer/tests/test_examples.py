"""The examples: every event has one, and each survives its stored form."""

from __future__ import annotations

import msgspec
import pytest

from services.customer.domain.activity.decider import ACTIVITY
from services.customer.domain.contact.decider import CONTACT
from services.customer.domain.customer.decider import CUSTOMER
from services.customer.domain.person.decider import PERSON
from services.customer.domain.team.decider import TEAM
from services.customer.tests.examples import EXAMPLES
from shared.domain import Event

EVENTS = {*TEAM.events, *PERSON.events, *CUSTOMER.events, *CONTACT.events, *ACTIVITY.events}


def test_every_event_has_one_example() -> None:
    assert {type(example) for example in EXAMPLES} == EVENTS
    assert len(EXAMPLES) == len(EVENTS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_an_event_survives_its_json(example: Event) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example
