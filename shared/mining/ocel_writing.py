"""Writes an event log as OCEL 2.0 JSON: cases and resources are objects, values are texts as the schema wants them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import orjson

from shared.mining.log import Event, Nested, Scalar, Value

_ALWAYS = "1970-01-01T00:00:00Z"  # the time of a value that never changes
_TYPES: tuple[tuple[type, str], ...] = ((bool, "boolean"), (int, "integer"), (float, "float"), (datetime, "time"))


def written_ocel(cases: Mapping[str, list[Event]]) -> Iterator[bytes]:
    """Give the file in pieces; events in the order of cases, ids `case:…`, `resource:…` and `event:<case>#<index>`.

    An attribute is of the type that all its values have, else a string. Nested ones are named `outer/inner`.
    """
    events = [event for of_case in cases.values() for event in of_case]
    yield b'{"eventTypes":['
    yield from _separated(_event_types(events))
    yield b'],"objectTypes":['
    yield from _separated(_object_types(cases))
    yield b'],"events":['
    yield from _separated(map(_event, events))
    yield b'],"objects":['
    yield from _separated(_objects(cases, events))
    yield b"]}\n"


def _separated(values: Iterable[Any]) -> Iterator[bytes]:
    for position, value in enumerate(values):
        yield (b",\n" if position else b"\n") + orjson.dumps(value)


def _event_types(events: Iterable[Event]) -> list[dict[str, Any]]:
    types: dict[str, dict[str, set[str]]] = {}
    for event in events:
        _note(types.setdefault(event.activity, {}), event.attributes)
    return [{"name": name, "attributes": _declared(found)} for name, found in sorted(types.items())]


def _object_types(cases: Mapping[str, list[Event]]) -> list[dict[str, Any]]:
    found: dict[str, set[str]] = {}
    for events in cases.values():
        _note(found, events[0].case_attributes)
    return [{"name": "case", "attributes": _declared(found)}, {"name": "resource", "attributes": []}]


def _event(event: Event) -> dict[str, Any]:
    links = [{"objectId": f"case:{event.case}", "qualifier": "case"}]
    if event.resource is not None:
        links.append({"objectId": f"resource:{event.resource}", "qualifier": "resource"})
    attributes = [{"name": name, "value": _text(value)} for name, value in _flat(event.attributes)]
    return {
        "id": f"event:{event.case}#{event.index}",
        "type": event.activity,
        "time": _text(event.at),
        "attributes": attributes,
        "relationships": links,
    }


def _objects(cases: Mapping[str, list[Event]], events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    for case, of_case in cases.items():
        values = [
            {"name": name, "value": _text(value), "time": _ALWAYS} for name, value in _flat(of_case[0].case_attributes)
        ]
        yield {"id": f"case:{case}", "type": "case", "attributes": values, "relationships": []}
    for resource in dict.fromkeys(event.resource for event in events if event.resource is not None):
        yield {"id": f"resource:{resource}", "type": "resource", "attributes": [], "relationships": []}


def _note(found: dict[str, set[str]], attributes: Mapping[str, Value]) -> None:
    for name, value in _flat(attributes):
        found.setdefault(name, set()).add(_type(value))


def _declared(found: Mapping[str, set[str]]) -> list[dict[str, str]]:
    return [{"name": name, "type": next(iter(types)) if len(types) == 1 else "string"} for name, types in found.items()]


def _flat(attributes: Mapping[str, Value]) -> Iterator[tuple[str, Scalar]]:
    for name, value in attributes.items():
        yield from _leaves(name, value)


def _leaves(name: str, value: Value) -> Iterator[tuple[str, Scalar]]:
    plain = value.value if isinstance(value, Nested) else value
    if plain is not None:
        yield name, plain
    for inner_name, inner in value.attributes if isinstance(value, Nested) else ():
        yield from _leaves(f"{name}/{inner_name}", inner)


def _type(value: Scalar) -> str:
    return next((name for type_, name in _TYPES if isinstance(value, type_)), "string")


def _text(value: Scalar) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value).lower() if isinstance(value, bool) else str(value)
