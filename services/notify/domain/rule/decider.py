"""A rule: who is told of which events, from when to when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import assert_never

from services.notify.domain.rule.commands import (
    ChangeRule,
    CreateRule,
    DeleteRule,
    DisableRule,
    EnableRule,
    RuleCommand,
)
from services.notify.domain.rule.condition import checked
from services.notify.domain.rule.events import (
    Reach,
    RuleChanged,
    RuleCreated,
    RuleDeleted,
    RuleDisabled,
    RuleEnabled,
    RuleEvent,
    Terms,
)
from services.notify.domain.rule.vocabulary import Vocabulary
from shared.domain import Decider
from shared.errors import Conflict, Forbidden, Invalid, NotFound

MAX_NAME = 200
MAX_RECIPIENTS = 20


class RuleUnknown(NotFound):
    """There is no such rule."""

    code = "rule-unknown"


class RuleExists(Conflict):
    """A rule with this id exists already."""

    code = "rule-exists"


class NameRefused(Invalid):
    """A rule's name has 1 to 200 characters."""

    code = "name-refused"


class EventTypeUnknown(Invalid):
    """Rules cannot be made about events of this type."""

    code = "event-type-unknown"


class EventTypeBeyondReach(Forbidden):
    """Only who may see everything can make rules about events of this type."""

    code = "event-type-beyond-reach"


class RecipientsRefused(Invalid):
    """A rule has 1 to 20 different recipients."""

    code = "recipients-refused"


@dataclass(frozen=True, slots=True)
class NoRule:
    """Nothing is known under this id."""


@dataclass(frozen=True, slots=True)
class LivingRule:
    """A rule that can be changed; it holds while it is enabled."""

    terms: Terms
    reach: Reach
    enabled: bool


@dataclass(frozen=True, slots=True)
class DeletedRule:
    """A rule that is gone."""


Rule = NoRule | LivingRule | DeletedRule
RuleDecider = Decider[Rule, RuleCommand, RuleEvent]


def rule_decider(vocabulary: Vocabulary) -> RuleDecider:
    """The decider of rules that may speak about these event types."""
    return Decider(
        category="rule",
        initial=NoRule(),
        decide=partial(_decide, vocabulary),
        evolve=evolve,
        events=(RuleCreated, RuleChanged, RuleEnabled, RuleDisabled, RuleDeleted),
    )


def _decide(vocabulary: Vocabulary, rule: Rule, command: RuleCommand) -> Sequence[RuleEvent]:
    match command:
        case CreateRule():
            return _create(vocabulary, rule, command)
        case ChangeRule():
            return _change(vocabulary, _living(rule), command)
        case EnableRule():
            return () if _living(rule).enabled else (RuleEnabled(),)
        case DisableRule():
            return (RuleDisabled(),) if _living(rule).enabled else ()
        case DeleteRule():
            _living(rule)
            return (RuleDeleted(),)
        case _:
            assert_never(command)


def evolve(rule: Rule, event: RuleEvent) -> Rule:
    """What each fact makes of a rule."""
    match event:
        case RuleCreated():
            return LivingRule(_terms_of(event), event.reach, enabled=True)
        case RuleChanged():
            return replace(_living(rule), terms=event.after)
        case RuleEnabled():
            return replace(_living(rule), enabled=True)
        case RuleDisabled():
            return replace(_living(rule), enabled=False)
        case RuleDeleted():
            return DeletedRule()
        case _:
            assert_never(event)


def _create(vocabulary: Vocabulary, rule: Rule, command: CreateRule) -> Sequence[RuleEvent]:
    if not isinstance(rule, NoRule):
        raise RuleExists
    terms = _accepted(vocabulary, _terms_of(command), command.reach)
    return (
        RuleCreated(
            name=terms.name,
            event_type=terms.event_type,
            condition=terms.condition,
            recipients=terms.recipients,
            reach=command.reach,
        ),
    )


def _change(vocabulary: Vocabulary, rule: LivingRule, command: ChangeRule) -> Sequence[RuleEvent]:
    before = rule.terms
    after = Terms(
        name=before.name if command.name is None else command.name,
        event_type=before.event_type if command.event_type is None else command.event_type,
        condition=before.condition if command.condition is None else command.condition,
        recipients=before.recipients if command.recipients is None else command.recipients,
    )
    after = _accepted(vocabulary, after, rule.reach)
    return () if after == before else (RuleChanged(before=before, after=after),)


def _accepted(vocabulary: Vocabulary, terms: Terms, reach: Reach) -> Terms:
    """The terms with a trimmed name, or a refusal that names the field."""
    name = terms.name.strip()
    if not 1 <= len(name) <= MAX_NAME:
        raise NameRefused(field="/name")
    if not 1 <= len(terms.recipients) <= MAX_RECIPIENTS or len(set(terms.recipients)) < len(terms.recipients):
        raise RecipientsRefused(field="/recipients")
    event_type = vocabulary.get(terms.event_type)
    if event_type is None:
        raise EventTypeUnknown(f"There are no events of type {terms.event_type[:80]}.", field="/event_type")
    if event_type.closed and reach != "everything":
        raise EventTypeBeyondReach(field="/event_type")
    checked(terms.condition, event_type)
    return Terms(name=name, event_type=terms.event_type, condition=terms.condition, recipients=terms.recipients)


def _terms_of(source: CreateRule | RuleCreated) -> Terms:
    return Terms(
        name=source.name,
        event_type=source.event_type,
        condition=source.condition,
        recipients=source.recipients,
    )


def _living(rule: Rule) -> LivingRule:
    if not isinstance(rule, LivingRule):
        raise RuleUnknown
    return rule
