"""What conditions see of an event: plain values of types that the condition engine compares, and samples of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import inspect

from services.notify.domain.rule.vocabulary import EventType, Vocabulary
from services.notify.upstream.event import Sealed, Upstream
from shared.conditions.vocabulary import Fact, Facts
from shared.eventstore.recorded import Recorded

CLOSED = frozenset({"contact"})
SOME_TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def facts_of(recorded: Recorded, event: Upstream) -> Facts:
    """The variable `event` of one event: decimals are numbers, dates are points in time, absent fields are left out."""
    return _envelope(recorded.type, recorded.metadata.actor, recorded.occurred_at, str(recorded.stream_id)) | {
        "data": _fields(event)
    }


def vocabulary(events: Mapping[str, type[Upstream]]) -> Vocabulary:
    """What rules may speak about, with samples made from the types of the fields."""
    return {name: _event_type(name, kind) for name, kind in events.items()}


def _envelope(name: str, actor: str, occurred_at: datetime, stream_id: str) -> Facts:
    return {"type": name, "actor": actor, "occurred_at": occurred_at, "stream_id": stream_id}


def _event_type(name: str, kind: type[Upstream]) -> EventType:
    envelope = _envelope(name, "somebody", SOME_TIME, "00000000-0000-0000-0000-000000000000")
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return EventType(
        name=name,
        full=envelope | {"data": _sampled(info, kind, sparse=False)},
        sparse=envelope | {"data": _sampled(info, kind, sparse=True)},
        closed=kind.about in CLOSED,
    )


def _sampled(info: inspect.StructType, kind: type[Any], *, sparse: bool) -> Facts:
    shown = [field for field in info.fields if kind.__annotations__.get(field.name) is not Sealed]
    return {field.name: _sample(field.type, sparse=sparse) for field in shown if not (sparse and field.default is None)}


def _sample(kind: inspect.Type, *, sparse: bool) -> Fact:
    match kind:
        case inspect.BoolType():
            return True
        case inspect.IntType():
            return 1
        case inspect.DecimalType():
            return 1.0
        case inspect.DateType() | inspect.DateTimeType():
            return SOME_TIME
        case inspect.VarTupleType():
            return [] if sparse else [_sample(kind.item_type, sparse=sparse)]
        case inspect.StructType():
            return _sampled(kind, kind.cls, sparse=sparse)
        case inspect.UnionType():
            return next(_sample(one, sparse=sparse) for one in kind.types if not isinstance(one, inspect.NoneType))
        case inspect.DictType():
            return {}
        case inspect.LiteralType():
            return kind.values[0]
        case _:
            return "text"


def _fields(struct: msgspec.Struct) -> Facts:
    annotations = type(struct).__annotations__
    pairs = ((name, getattr(struct, name)) for name in struct.__struct_fields__ if annotations.get(name) is not Sealed)
    return {name: _fact(value) for name, value in pairs if value is not None}


def _fact(value: Any) -> Fact:
    match value:
        case Decimal():
            return float(value)
        case datetime():
            return value
        case date():
            return datetime.combine(value, time(), tzinfo=UTC)
        case msgspec.Struct():
            return _fields(value)
        case list() | tuple():
            return [_fact(item) for item in value]
        case dict():
            return {str(name): _fact(item) for name, item in value.items() if not _hidden(item)}
        case _:
            return value if isinstance(value, bool | int | float | str) else str(value)


def _hidden(value: Any) -> bool:
    """Absent, or an envelope of personal data."""
    return value is None or (isinstance(value, dict) and "$enc" in value)
