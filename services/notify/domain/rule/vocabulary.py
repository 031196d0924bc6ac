"""What rules may speak about: the event types, and samples that stand for their fields and types."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.conditions.vocabulary import Facts


@dataclass(frozen=True, slots=True)
class EventType:
    """One event type; `full` and `sparse` are values of the variable `event` with and without its optional fields.

    `closed`: it tells of things whose owner notify does not know, so only those who see everything may be told.
    """

    name: str
    full: Facts
    sparse: Facts
    closed: bool = False


Vocabulary = Mapping[str, EventType]
