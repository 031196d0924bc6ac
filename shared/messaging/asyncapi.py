"""Describes a service's topic as an AsyncAPI 3 document, from its event catalogue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from shared.domain import Event
from shared.messaging.cloudevents import CONTENT_TYPE, SOURCE_PREFIX
from shared.messaging.topics import events_topic

_TEXT = {"type": "string"}
_HEADERS: dict[str, dict[str, Any]] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {
        "type": "string",
        "format": "uuid",
        "description": "The event; with ce_source the key to recognise it by.",
    },
    "ce_source": _TEXT,
    "ce_type": {"type": "string", "description": "flowline.<service>.<EventName>.v<n>"},
    "ce_subject": {"type": "string", "format": "uuid", "description": "The stream: the thing this happened to."},
    "ce_time": {"type": "string", "format": "date-time", "description": "When it happened in the business."},
    "ce_dataschema": _TEXT,
    "ce_partitionkey": {"type": "string", "description": "Equal to the record's key."},
    "ce_sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "The version in its stream, from 1."},
    "ce_position": {"type": "string", "description": "The place in the service's log; rises within an epoch."},
    "ce_epoch": {"type": "string", "description": "Rises when the service was restored; compare (epoch, position)."},
    "ce_incarnation": {
        "type": "string",
        "description": "Rises when the topic was made anew and everything is re-sent.",
    },
    "ce_epochs": {
        "type": "string",
        "pattern": "^[0-9]+:[0-9]+(,[0-9]+:[0-9]+)*$",
        "description": "Only after a restore: each later epoch and the position after which it began, such as 2:1200. "
        "What you have of an older epoch above that position is lost: forget it and read the topic from its start.",
    },
    "ce_recordedtime": {"type": "string", "format": "date-time", "description": "When we knew it."},
    "ce_correlationid": _TEXT,
    "ce_causationid": _TEXT,
    "ce_actor": _TEXT,
    "traceparent": {"type": "string", "description": "W3C trace context."},
    "content-type": {"type": "string", "const": CONTENT_TYPE},
}
_OPTIONAL = {"ce_causationid", "ce_epochs", "traceparent"}


def document(service: str, schemas: Mapping[str, dict[str, Any]], examples: Iterable[Event]) -> dict[str, Any]:
    """Return the AsyncAPI 3 document; `schemas` is `Catalogue.schemas()`, `examples` one of each event.

    Payload schemas are referenced as `<service>/<Name>.v<n>.json` beside the document.
    """
    topic = events_topic(service)
    shown = {f"{type(event).__name__}.v{event.schema_version}": event for event in examples}
    messages = {name: _message(service, name, shown.get(name)) for name in schemas}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Flowline {service} events", "version": "1.0.0", "description": _DESCRIPTION},
        "defaultContentType": CONTENT_TYPE,
        "channels": {"events": _channel(topic, messages)},
        "operations": {"publish": {"action": "send", "channel": {"$ref": "#/channels/events"}}},
        "components": {"messages": messages, "schemas": {"CloudEventHeaders": _headers(service)}},
    }


_DESCRIPTION = (
    "CloudEvents 1.0 in binary mode, in order within a stream, kept from the first event on. Read with "
    "isolation.level=read_committed; drop what has (epoch, position) at or below the last one of its partition; "
    "offsets may have holes. Within a version only optional fields are ever added: ignore what you do not know."
)


def _channel(topic: str, messages: Mapping[str, Any]) -> dict[str, Any]:
    configuration = {"cleanup.policy": ["delete"], "retention.ms": -1}
    return {
        "address": topic,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in messages},
        "bindings": {"kafka": {"topic": topic, "topicConfiguration": configuration}},
    }


def _message(service: str, name: str, example: Event | None) -> dict[str, Any]:
    message: dict[str, Any] = {
        "name": f"flowline.{service}.{name}",
        "headers": {"$ref": "#/components/schemas/CloudEventHeaders"},
        "payload": {"$ref": f"./{service}/{name}.json"},
        "correlationId": {"location": "$message.header#/ce_correlationid"},
        "bindings": {"kafka": {"key": {"type": "string", "format": "uuid"}}},
    }
    if example is not None and example.__doc__:
        message["summary"] = example.__doc__.strip().splitlines()[0]
    return message


def _headers(service: str) -> dict[str, Any]:
    properties = dict(_HEADERS) | {"ce_source": {"type": "string", "const": f"{SOURCE_PREFIX}{service}"}}
    required = [name for name in properties if name not in _OPTIONAL]
    return {"type": "object", "properties": properties, "required": required}


def plain(document: Mapping[str, Any]) -> Any:
    """Return the document as JSON values only, ready to be written."""
    return json.loads(msgspec.json.encode(document))
