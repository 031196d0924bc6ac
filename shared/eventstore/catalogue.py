"""The events of a service by name: how each is written to the log, read back and described to others."""

from __future__ import annotations

import types
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

import msgspec

from shared.domain import Decider, Event
from shared.eventstore.personal import (
    ERASED,
    DataKey,
    Envelope,
    KeyMissing,
    Keys,
    PersonErased,
    Vault,
    envelope_schema,
    open_value,
    seal_value,
)
from shared.eventstore.read_model import Connection
from shared.eventstore.recorded import Recorded

NO_KEYS: Keys = types.MappingProxyType({})
_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENVELOPE = msgspec.json.Decoder(Envelope)
_NULL = b"null"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event type; `personal`: published name of each personal field → the JSON left of it after erasure."""

    event: type[Event]
    decoder: msgspec.json.Decoder[Any]
    personal: dict[str, bytes]


class Catalogue:
    """All events of a service's deciders; `vault` is needed when any has personal fields."""

    def __init__(self, service: str, deciders: Iterable[Decider[Any, Any, Any]], *, vault: Vault | None = None) -> None:
        self.service = service
        self.vault = vault
        self._entries: dict[str, Entry] = {}
        for event in (event for decider in deciders for event in decider.events):
            self._add(event)

    def _add(self, event: type[Event]) -> None:
        known = self._entries.setdefault(event.__name__, _entry(event))
        if known.event is not event:
            raise ValueError(f"two events are called {event.__name__}")

    def type_of(self, name: str) -> type[Event]:
        """The class of the event called `name`; KeyError when this service has none."""
        return self._entries[name].event

    def names(self) -> list[str]:
        """All event names, sorted."""
        return sorted(self._entries)

    def has_personal(self, name: str) -> bool:
        """True when events called `name` carry envelopes."""
        return bool(self._entries[name].personal)

    def seal(self, event: Event, *, event_id: UUID, stream_id: UUID, keys: Keys = NO_KEYS) -> bytes:
        """The event's JSON as it is stored; personal fields need the stream's key in `keys` (see `keys_for`).

        Raises `PersonErased` when that key is destroyed.
        """
        entry, data = self._entries[type(event).__name__], msgspec.json.encode(event)
        if not entry.personal:
            return data
        fields, key = _FIELDS.decode(data), _key_of(stream_id, keys)
        if key is None:
            raise PersonErased
        for name in entry.personal.keys() & fields.keys():
            if bytes(fields[name]) != _NULL:
                envelope = seal_value(key, bytes(fields[name]), event_id=event_id, field=name)
                fields[name] = msgspec.Raw(msgspec.json.encode(envelope))
        return msgspec.json.encode(fields)

    def open(self, recorded: Recorded, keys: Keys = NO_KEYS) -> Event:
        """The event as its class; personal fields need `keys` (see `open_many`) and read `ERASED` without their key."""
        entry = self._entries[recorded.type]
        data = recorded.data if not entry.personal else _opened(entry, recorded, keys)
        event: Event = entry.decoder.decode(data)
        return event

    async def open_many(self, events: Sequence[Recorded], connection: Connection | None = None) -> list[Event]:
        """The events as their classes, in order; the keys they need are fetched at once (over `connection`)."""
        people = {event.stream_id for event in events if self.has_personal(event.type)}
        keys = await self._vault().keys(people, connection) if people else NO_KEYS
        return [self.open(event, keys) for event in events]

    async def keys_for(self, events: Iterable[tuple[UUID, Event]]) -> Keys:
        """The keys with which to seal these (stream, event) pairs, made where needed."""
        people = {stream_id for stream_id, event in events if self.has_personal(type(event).__name__)}
        return await self._vault().ensure(people) if people else NO_KEYS

    def _vault(self) -> Vault:
        if self.vault is None:
            raise RuntimeError(f"the {self.service} catalogue has personal fields but no vault")
        return self.vault

    def schemas(self) -> dict[str, dict[str, Any]]:
        """`Name.v<n>` → JSON Schema of the published data, personal fields as envelopes."""
        entries = sorted(self._entries.items())
        return {f"{name}.v{entry.event.schema_version}": _published_schema(entry) for name, entry in entries}


def _key_of(stream_id: UUID, keys: Keys) -> DataKey | None:
    if stream_id not in keys:
        raise KeyMissing(f"no key of {stream_id} is known here")
    return keys[stream_id]


def _opened(entry: Entry, recorded: Recorded, keys: Keys) -> bytes:
    fields = _FIELDS.decode(recorded.data)
    for name, erased in entry.personal.items():
        if name in fields and bytes(fields[name]) != _NULL:
            key = _key_of(recorded.stream_id, keys)
            fields[name] = msgspec.Raw(erased if key is None else _field(key, fields[name], recorded.event_id, name))
    return msgspec.json.encode(fields)


def _field(key: DataKey, raw: msgspec.Raw, event_id: UUID, name: str) -> bytes:
    return open_value(key, _ENVELOPE.decode(raw), event_id=event_id, field=name)


def _entry(event: type[Event]) -> Entry:
    personal: dict[str, bytes] = {}
    for field in msgspec.structs.fields(event):
        if _is_personal(field.type):
            personal[field.encode_name] = _left_after_erasure(event, field)
        elif _hides_personal(field.type):
            raise TypeError(f"{event.__name__}.{field.name}: only fields of the event itself can be Personal")
    return Entry(event, msgspec.json.Decoder(event), personal)


def _is_personal(annotation: Any) -> bool:
    if get_origin(annotation) is Annotated:
        marks = annotation.__metadata__
        return any(isinstance(mark, msgspec.Meta) and (mark.extra or {}).get("personal") for mark in marks)
    is_union = get_origin(annotation) in (Union, types.UnionType)
    return is_union and any(_is_personal(part) for part in get_args(annotation))


def _hides_personal(annotation: Any) -> bool:
    if _is_personal(annotation):
        return True
    if isinstance(annotation, type) and issubclass(annotation, msgspec.Struct):
        return any(_hides_personal(field.type) for field in msgspec.structs.fields(annotation))
    return any(_hides_personal(part) for part in get_args(annotation))


def _left_after_erasure(event: type[Event], field: msgspec.structs.FieldInfo) -> bytes:
    for left in (msgspec.json.encode(ERASED), _NULL):
        try:
            msgspec.json.decode(left, type=field.type)
        except msgspec.ValidationError:
            continue
        return left
    raise TypeError(f"{event.__name__}.{field.name}: a personal field must take text or None, the rest after erasure")


def _published_schema(entry: Entry) -> dict[str, Any]:
    schema = msgspec.json.schema(entry.event)
    properties = schema["$defs"][entry.event.__name__]["properties"]
    for name in entry.personal:
        optional = _takes_null(properties[name])
        properties[name] = {"anyOf": [{"$ref": "#/$defs/Envelope"}, *([{"type": "null"}] if optional else [])]}
        if optional:
            properties[name]["default"] = None
        schema["$defs"].update(envelope_schema()["$defs"])
    return schema


def _takes_null(schema: dict[str, Any]) -> bool:
    return any(part.get("type") == "null" for part in schema.get("anyOf", ()))
