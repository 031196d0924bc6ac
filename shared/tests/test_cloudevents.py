from __future__ import annotations

import json
from dataclasses import dataclass

import msgspec
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.eventstore.recorded import Metadata, Recorded
from shared.messaging.cloudevents import Unparsable, from_message, to_headers, to_json
from shared.tests.made_events import made

words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
events = st.builds(
    lambda position, version, actor, cause: msgspec.structs.replace(
        made(position, 1, version),
        metadata=Metadata(actor=actor, correlation_id="c", causation_id=cause, traceparent="00-1-2-01"),
    ),
    st.integers(1, 2**62),
    st.integers(1, 2**31),
    words,
    st.none() | words,
)


@dataclass
class Record:
    offset: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


def record_of(event: Recorded, incarnation: int = 7) -> Record:
    return Record(0, str(event.stream_id).encode(), event.data, to_headers(event, incarnation))


@given(events)
def test_an_event_read_back_from_kafka_is_the_event_that_was_published(event: Recorded) -> None:
    assert from_message(record_of(event)) == (event, 7)


@given(events)
def test_the_cloudevents_sdk_parses_every_message(event: Recorded) -> None:
    record = record_of(event)
    parsed = from_binary(KafkaMessage(dict(record.headers), record.key, event.data), JSONFormat())
    attributes = parsed.get_attributes()
    assert attributes["type"] == "flowline.shop.AmountCounted.v1"
    assert attributes["sequence"] == f"{event.version:020d}"
    assert attributes["partitionkey"] == attributes["subject"] == str(event.stream_id)
    assert parsed.get_time() == event.occurred_at
    assert parsed.get_data() == {"amount": 1}


def test_the_headers_are_exactly_those_of_the_architecture() -> None:
    metadata = Metadata(actor="a", correlation_id="c", causation_id="d", traceparent="t", key="k")
    event = msgspec.structs.replace(made(3, 1, 2), metadata=metadata)
    assert {name for name, _ in to_headers(event, 1)} == {
        *("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_dataschema"),
        *("ce_partitionkey", "ce_sequence", "ce_position", "ce_epoch", "ce_incarnation", "ce_recordedtime"),
        *("ce_correlationid", "ce_causationid", "ce_actor", "traceparent", "content-type"),
    }


def test_the_feed_shows_the_same_event_as_structured_json() -> None:
    event = made(3, 1, 2)
    shown = json.loads(to_json(event))
    assert shown["data"] == {"amount": 1}
    assert shown["source"] == "/flowline/shop"
    assert (shown["epoch"], shown["position"]) == ("1", "3")
    parsed = JSONFormat().read(None, to_json(event))
    assert parsed.get_id() == str(event.event_id)


@pytest.mark.parametrize(
    "broken",
    [
        Record(0, None, b"{}", []),
        Record(0, None, None, record_of(made(1, 1, 1)).headers),
        Record(0, None, b"{}", [*record_of(made(1, 1, 1)).headers, ("ce_subject", b"no uuid")]),
        Record(0, None, b"{}", [*record_of(made(1, 1, 1)).headers, ("ce_type", b"somebody.else")]),
        Record(0, None, b"{}", [*record_of(made(1, 1, 1)).headers, ("ce_position", b"\xff")]),
    ],
    ids=["no headers", "no value", "subject", "type", "position"],
)
def test_a_message_that_is_none_of_ours_is_named_as_such(broken: Record) -> None:
    with pytest.raises(Unparsable):
        from_message(broken)
