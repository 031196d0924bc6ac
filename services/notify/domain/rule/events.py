"""What happens to a rule; the stored and published format."""

from typing import Literal

import msgspec

from shared.domain import Event

Reach = Literal["own", "team", "everything"]


class Person(msgspec.Struct, frozen=True, tag_field="kind", tag="person"):
    """One person of the sales organisation."""

    person_id: str


class Subject(msgspec.Struct, frozen=True, tag_field="kind", tag="subject"):
    """Whoever signs in as this subject, with or without an entry in the directory."""

    subject: str


class Owner(msgspec.Struct, frozen=True, tag_field="kind", tag="owner"):
    """Who owned the deal, customer or activity when the event happened."""


class Team(msgspec.Struct, frozen=True, tag_field="kind", tag="team"):
    """Everyone who was in this team when the event was recorded."""

    team_id: str


Recipient = Person | Subject | Owner | Team


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says: on which events, under which CEL condition ("" = always), who is told."""

    name: str
    event_type: str
    condition: str
    recipients: tuple[Recipient, ...]


class RuleCreated(Event, frozen=True, kw_only=True):
    """A rule holds for events recorded from now on; `reach` bounds it to what its author may see."""

    name: str
    event_type: str
    condition: str
    recipients: tuple[Recipient, ...]
    reach: Reach


class RuleChanged(Event, frozen=True, kw_only=True):
    """From now on the rule says something else; events recorded before still meet what it said then."""

    before: Terms
    after: Terms


class RuleEnabled(Event, frozen=True, kw_only=True):
    """The rule holds again, for events recorded from now on."""


class RuleDisabled(Event, frozen=True, kw_only=True):
    """The rule rests: events recorded from now on do not meet it."""


class RuleDeleted(Event, frozen=True, kw_only=True):
    """The rule is gone from lists and never holds again."""


RuleEvent = RuleCreated | RuleChanged | RuleEnabled | RuleDisabled | RuleDeleted
