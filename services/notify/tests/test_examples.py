"""Every event has an example, and yesterday's JSON of it is today's event."""

import msgspec
import pytest

from services.notify.domain.inbox.decider import INBOX
from services.notify.domain.rule.decider import rule_decider
from services.notify.tests.examples import EXAMPLES
from shared.domain import Event

KNOWN = {*rule_decider({}).events, *INBOX.events}


def test_every_event_has_an_example() -> None:
    assert {type(example) for example in EXAMPLES} == KNOWN


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_an_event_survives_its_own_json(example: Event) -> None:
    assert msgspec.json.decode(msgspec.json.encode(example), type=type(example)) == example
