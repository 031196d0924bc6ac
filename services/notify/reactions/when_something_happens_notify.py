"""An event happens → everyone whom a rule names is told, once per event, rule and recipient.

Runs inside the transaction that moves the projection's offsets. A rule's version that held when the event was recorded
decides (projections/rules.py); a condition that cannot be decided does not match, and its reason is kept.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import assert_never
from uuid import uuid5

import msgspec

from services.notify.domain.rule.condition import compiled, matter_of
from services.notify.domain.rule.events import Owner, Person, Recipient, Subject, Team
from services.notify.projections.inbox import (
    LOAD_THINGS,
    SAVE_THINGS,
    TABLES,
    ConditionError,
    Notification,
    Thing,
    add_errors,
    add_notifications,
)
from services.notify.projections.rules import HeldRule, RuleState, held
from services.notify.reactions.facts import facts_of
from services.notify.reactions.things import thing_after
from services.notify.reactions.when_an_automation_asks_notify import heard_since, requested
from services.notify.upstream.contact import ContactErased
from services.notify.upstream.deal import DealNotificationRequested
from services.notify.upstream.event import Upstream
from services.notify.upstream.quota import QuotaSet, QuotaWithdrawn
from services.notify.upstream.reading import decoded
from shared.conditions.condition import Condition, ConditionRefused, Matter, NotDecidable
from shared.eventstore.folding import fold_rows
from shared.eventstore.personal import destroy_keys
from shared.eventstore.read_model import Connection, ReadModel
from shared.eventstore.recorded import Recorded

COMPILED = 1000
RECIPIENTS = msgspec.json.Decoder(tuple[Recipient, ...])

Compile = Callable[[str], Condition]
Told = Callable[[frozenset[str]], None]


@dataclass(frozen=True, slots=True)
class Happening:
    """One event as we read it, with its thing as it was right after it."""

    recorded: Recorded
    event: Upstream
    thing: Thing


def inbox_model(told: Told) -> ReadModel:
    """The read model; `told` hears the recipients of every batch before it is committed."""
    compile_once = lru_cache(COMPILED)(compiled)

    async def apply(connection: Connection, batch: Sequence[Recorded]) -> None:
        happenings = await _understood(connection, batch)
        if not happenings:
            return
        times = [happening.recorded.recorded_at for happening in happenings]
        types = {happening.recorded.type for happening in happenings}
        rules = await held(connection, types, min(times), max(times))
        notifications, errors = matched(happenings, rules, compile_once)
        notifications += await _asked_for(connection, happenings)
        await _erase(connection, happenings)
        await add_notifications(connection, notifications)
        await add_errors(connection, errors)
        told(frozenset(notification.recipient for notification in notifications))

    return ReadModel("inbox", TABLES, apply)


async def _asked_for(connection: Connection, happenings: Sequence[Happening]) -> list[Notification]:
    """What automations asked for since this service hears them: an old log is read without sending anything again."""
    asked = [(one, one.event) for one in happenings if isinstance(one.event, DealNotificationRequested)]
    since = await heard_since(connection) if asked else None
    news = ((one, event) for one, event in asked if since is not None and one.recorded.recorded_at >= since)
    return [told for one, event in news for told in requested(one.recorded, event, one.thing)]


async def _erase(connection: Connection, happenings: Sequence[Happening]) -> None:
    """Destroy our copy of an erased person's key with the event: its tombstone may have been missed."""
    erased = [one.thing.id for one in happenings if isinstance(one.event, ContactErased)]
    if erased:
        await destroy_keys(connection, sorted(set(erased)))


async def _understood(connection: Connection, batch: Sequence[Recorded]) -> list[Happening]:
    """Keep what is known of every thing up to date; answers the events that rules may be about."""
    happenings: list[Happening] = []

    def evolve(thing: Thing | None, recorded: Recorded) -> Thing:
        event = decoded(recorded.type, recorded.data)
        after = thing_after(thing, recorded, event)
        if event is not None:
            happenings.append(Happening(recorded, event, after))
        return after

    await fold_rows(
        connection,
        batch,
        load=LOAD_THINGS,
        save=SAVE_THINGS,
        row=Thing,
        key=lambda recorded: recorded.stream_id,
        evolve=evolve,
    )
    return happenings


def matched(
    happenings: Sequence[Happening], rules: Sequence[HeldRule], compile_once: Compile
) -> tuple[list[Notification], list[ConditionError]]:
    """Who is told of what, and which conditions could not be decided; in the order of the events."""
    notifications: list[Notification] = []
    errors: list[ConditionError] = []
    for happening in happenings:
        matter: Matter | None = None
        for rule in _meeting(happening, rules):
            matter = matter or matter_of(facts_of(happening.recorded, happening.event))
            try:
                if compile_once(rule.condition).holds(matter):
                    notifications += _notifications(happening, rule)
            except (NotDecidable, ConditionRefused) as problem:
                errors.append(_error(happening, rule, str(problem)))
    return notifications, errors


def _meeting(happening: Happening, rules: Sequence[HeldRule]) -> Iterator[RuleState]:
    for rule in rules:
        if rule.state.event_type == happening.recorded.type and rule.held_at(happening.recorded.recorded_at):
            yield rule.state


def _notifications(happening: Happening, rule: RuleState) -> list[Notification]:
    named = (_address(recipient, happening) for recipient in RECIPIENTS.decode(rule.recipients))
    addresses = dict.fromkeys(address for address in named if address is not None)
    return [_notification(happening, rule, address) for address in addresses]


def _address(recipient: Recipient, happening: Happening) -> str | None:
    match recipient:
        case Person():
            return f"person:{recipient.person_id}"
        case Subject():
            return f"subject:{recipient.subject}"
        case Team():
            return f"team:{recipient.team_id}"
        case Owner():
            return _owner(happening)
        case _:
            assert_never(recipient)


def _owner(happening: Happening) -> str | None:
    """The person whose thing it is; a quota may be a whole team's."""
    owner_id, event = happening.thing.owner_id, happening.event
    if owner_id is None:
        return None
    return f"{event.of}:{owner_id}" if isinstance(event, QuotaSet | QuotaWithdrawn) else f"person:{owner_id}"


def _notification(happening: Happening, rule: RuleState, recipient: str) -> Notification:
    recorded, thing = happening.recorded, happening.thing
    return Notification(
        id=uuid5(recorded.event_id, f"{rule.rule_id}:{recipient}"),
        event_id=recorded.event_id,
        rule_id=rule.rule_id,
        recipient=recipient,
        rule_name=rule.name,
        reach=rule.reach,
        author=rule.author,
        service=recorded.service,
        event_type=recorded.type,
        stream_id=recorded.stream_id,
        kind=thing.kind,
        name=thing.name,
        owner_id=thing.owner_id,
        about_id=thing.about_id,
        data=recorded.data.decode(),
        actor=recorded.metadata.actor,
        occurred_at=recorded.occurred_at,
        recorded_at=recorded.recorded_at,
    )


def _error(happening: Happening, rule: RuleState, reason: str) -> ConditionError:
    recorded = happening.recorded
    return ConditionError(
        rule_id=rule.rule_id,
        event_id=recorded.event_id,
        rule_version=rule.version,
        reason=reason,
        event_type=recorded.type,
        stream_id=recorded.stream_id,
        recorded_at=recorded.recorded_at,
    )
