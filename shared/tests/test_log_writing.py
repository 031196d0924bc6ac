"""What is written is read again as it was; OCEL keeps to the rules of its schema."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from shared.mining.log import Event, Nested, Value, by_case
from shared.mining.ocel_writing import written_ocel
from shared.mining.xes_log import read_xes
from shared.mining.xes_writing import written_xes

HOSTILE = [
    "end",
    'a "quoted" name',
    "<script>alert(1)</script>",
    "😀",
    "合同/付款",
    "\u202eright to left",
    "a & b;",
    "x\ty\nz\r",
]
AT = datetime(2026, 1, 1, tzinfo=UTC)
names = st.sampled_from(HOSTILE)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1) | names
offsets = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
times = st.datetimes(datetime.fromisoformat("1970-01-01"), datetime.fromisoformat("2100-01-01"), timezones=offsets)
scalars = texts | st.integers() | st.floats(allow_nan=False) | st.booleans() | times
members = st.lists(st.tuples(names, scalars), min_size=1, max_size=3).map(tuple)
values: st.SearchStrategy[Value] = scalars | st.builds(Nested, st.none() | scalars, members)
attributes = st.dictionaries(texts.filter(lambda key: ":" not in key), values, max_size=3)


@st.composite
def an_event(draw: st.DrawFn, case: str, index: int, of_case: dict[str, Value]) -> Event:
    return Event(
        case=case,
        index=index,
        activity=draw(texts.filter(str.strip)),
        at=draw(times),
        resource=draw(st.none() | texts),
        attributes=draw(attributes),
        case_attributes=of_case,
    )


@st.composite
def cases(draw: st.DrawFn) -> dict[str, list[Event]]:
    made: list[Event] = []
    for case in draw(st.lists(names, unique=True)):
        of_case = draw(attributes)
        made.extend(draw(an_event(case, index, of_case)) for index in range(1, draw(st.integers(2, 4))))
    return by_case(made)


@settings(deadline=None)
@given(cases())
def test_xes_is_read_again_as_it_was(made: dict[str, list[Event]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.xes"
        path.write_bytes("".join(written_xes(made)).encode())
        assert by_case(read_xes(path)) == made


def test_xes_has_one_element_in_a_line() -> None:
    event = Event(case="A", index=1, activity="a", at=AT, attributes={"n": Nested(1, (("m", "x"),))})
    lines = "".join(written_xes({"A": [event]})).splitlines()
    assert all(line.count("<") == 1 for line in lines)
    assert '      <date key="time:timestamp" value="2026-01-01T00:00:00.000+00:00"/>' in lines


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    event = Event(case="A", index=1, activity="a\0b\x1b\ufffe", at=AT)
    assert 'value="a\ufffdb\ufffd\ufffd"' in "".join(written_xes({"A": [event]}))


def test_the_log_is_in_the_order_of_its_indices_and_each_event_once() -> None:
    one, two = (Event(case="A", index=index, activity=str(index), at=AT) for index in (1, 2))
    assert by_case([two, one, two]) == {"A": [one, two]}


def _list(**properties: Any) -> dict[str, Any]:
    item = {"type": "object", "required": list(properties), "properties": properties, "additionalProperties": False}
    return {"type": "array", "items": item}


TEXT = {"type": "string"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
TYPES = _list(name=TEXT, attributes=_list(name=TEXT, type={"enum": ["string", "time", "integer", "float", "boolean"]}))
LINKS = _list(objectId=TEXT, qualifier=TEXT)
OCEL = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "additionalProperties": False,
    "properties": {
        "eventTypes": TYPES,
        "objectTypes": TYPES,
        "events": _list(id=TEXT, type=TEXT, time=TIME, attributes=_list(name=TEXT, value=TEXT), relationships=LINKS),
        "objects": _list(id=TEXT, type=TEXT, attributes=_list(name=TEXT, value=TEXT, time=TIME), relationships=LINKS),
    },
}


@settings(deadline=None)
@given(cases())
def test_ocel_keeps_to_its_schema_and_refers_only_to_what_is_there(made: dict[str, list[Event]]) -> None:
    found = json.loads(b"".join(written_ocel(made)))
    Draft7Validator(OCEL).validate(found)
    events, objects = ({each["id"]: each for each in found[kind]} for kind in ("events", "objects"))
    assert len(events) == len(found["events"]) == sum(map(len, made.values()))
    assert len(objects) == len(found["objects"])
    assert all(link["objectId"] in objects for each in events.values() for link in each["relationships"])
    assert {each["type"] for each in events.values()} == {each["name"] for each in found["eventTypes"]}
    declared = {kind["name"]: {each["name"] for each in kind["attributes"]} for kind in found["eventTypes"]}
    assert all(each["name"] in declared[event["type"]] for event in events.values() for each in event["attributes"])


def test_ocel_declares_the_type_that_all_values_have() -> None:
    amounts: tuple[Value, ...] = (1, 2, Nested(3, (("unit", "kg"),)))
    mixed: tuple[Value, ...] = (1, "x", True)
    values_of: list[dict[str, Value]] = [
        {"n": n, "mixed": other, "due": AT} for n, other in zip(amounts, mixed, strict=True)
    ]
    events = [
        Event(case="A", index=index, activity="a", at=AT, resource="A", attributes=each)
        for index, each in enumerate(values_of, 1)
    ]
    found = json.loads(b"".join(written_ocel({"A": events})))
    types = {each["name"]: each["type"] for each in found["eventTypes"][0]["attributes"]}
    assert types == {"n": "integer", "n/unit": "string", "mixed": "string", "due": "time"}
    assert [each["value"] for each in found["events"][2]["attributes"]] == ["3", "kg", "true", "2026-01-01T00:00:00Z"]
    assert [each["id"] for each in found["objects"]] == ["case:A", "resource:A"]
