"""A rule's condition: it speaks about one variable, the event."""

from services.notify.domain.rule.vocabulary import EventType
from shared.conditions import condition
from shared.conditions.condition import Condition, Matter
from shared.conditions.vocabulary import Facts, Vocabulary

FIELD = "/condition"
VARIABLES = frozenset({"event"})


def matter_of(event: Facts) -> Matter:
    """An event that conditions are asked about."""
    return Matter({"event": event})


def compiled(text: str) -> Condition:
    """Compile a text within the bounds, without looking at an event type; raises ConditionRefused."""
    return condition.compiled(text, VARIABLES, FIELD)


def checked(text: str, event_type: EventType) -> Condition:
    """Compile a text and hold it against one event type: names, types and a dry run; raises ConditionRefused."""
    return condition.checked(text, _vocabulary(event_type), FIELD)


def warnings(checked: Condition, event_type: EventType) -> tuple[str, ...]:
    """What may keep a checked condition from being decided: optional fields that it uses without has()."""
    return condition.warnings(checked, _vocabulary(event_type))


def _vocabulary(event_type: EventType) -> Vocabulary:
    return Vocabulary(event_type.name, {"event": event_type.full}, {"event": event_type.sparse})
