"""A rule: who is told of which events, and what it may not say."""

import pytest

from services.notify.domain.rule.commands import ChangeRule, CreateRule, DeleteRule, DisableRule, EnableRule
from services.notify.domain.rule.decider import (
    EventTypeBeyondReach,
    EventTypeUnknown,
    NameRefused,
    RecipientsRefused,
    RuleExists,
    RuleUnknown,
    rule_decider,
)
from services.notify.domain.rule.events import (
    Owner,
    RuleChanged,
    RuleCreated,
    RuleDeleted,
    RuleDisabled,
    RuleEnabled,
    Subject,
    Terms,
)
from services.notify.reactions.facts import vocabulary
from services.notify.tests.examples import CREATED, TERMS
from services.notify.upstream.reading import EVENTS
from shared.conditions.condition import ConditionRefused
from shared.domain import Command
from shared.testing.scenario import scenario

rule = scenario(rule_decider(vocabulary(EVENTS)))
living = rule.given(CREATED)

ME = Subject(subject="ada")
CREATE = CreateRule(name="Wins", event_type="DealWon", recipients=(ME,), reach="own")


def test_a_rule_is_created() -> None:
    rule.when(CREATE).then(RuleCreated(name="Wins", event_type="DealWon", condition="", recipients=(ME,), reach="own"))


def test_a_rule_is_created_once() -> None:
    living.when(CREATE).then_rejected(RuleExists)


def test_a_name_is_trimmed_and_must_not_be_empty() -> None:
    rule.when(CreateRule(name="  ", event_type="DealWon", recipients=(ME,), reach="own")).then_rejected(
        NameRefused, field="/name"
    )


def test_an_event_type_must_be_known() -> None:
    rule.when(CreateRule(name="x", event_type="DealEaten", recipients=(ME,), reach="own")).then_rejected(
        EventTypeUnknown, field="/event_type"
    )


def test_recipients_must_be_named_once_each() -> None:
    for recipients in ((), (ME, ME), tuple(Subject(subject=str(n)) for n in range(21))):
        rule.when(CreateRule(name="x", event_type="DealWon", recipients=recipients, reach="own")).then_rejected(
            RecipientsRefused, field="/recipients"
        )


def test_a_condition_must_fit_its_event_type() -> None:
    rule.when(
        CreateRule(name="x", event_type="DealLost", condition=TERMS.condition, recipients=(ME,), reach="own")
    ).then_rejected(ConditionRefused, field="/condition")


def test_only_who_sees_everything_can_follow_contacts() -> None:
    command = CreateRule(name="x", event_type="ContactAdded", recipients=(ME,), reach="team")
    rule.when(command).then_rejected(EventTypeBeyondReach)


def test_a_change_says_before_and_after() -> None:
    after = Terms(name="Wins", event_type="DealWon", condition="", recipients=(Owner(),))
    living.when(ChangeRule(name=" Wins ", condition="", recipients=(Owner(),))).then(
        RuleChanged(before=TERMS, after=after)
    )


def test_a_change_that_changes_nothing_says_nothing() -> None:
    living.when(ChangeRule(name=TERMS.name)).then_nothing()


def test_another_event_type_needs_a_condition_that_fits_it() -> None:
    living.when(ChangeRule(event_type="DealLost")).then_rejected(ConditionRefused)
    living.when(ChangeRule(event_type="CustomerCreated")).then_rejected(ConditionRefused)


def test_a_rule_rests_and_holds_again() -> None:
    living.when(DisableRule()).then(RuleDisabled()).when(DisableRule()).then_nothing().when(EnableRule()).then(
        RuleEnabled()
    ).when(EnableRule()).then_nothing()


def test_a_resting_rule_can_be_changed() -> None:
    outcome = living.given(RuleDisabled()).when(ChangeRule(name="Later"))
    assert [type(event) for event in outcome.decided] == [RuleChanged]


def test_a_deleted_rule_is_gone() -> None:
    gone = living.when(DeleteRule()).then(RuleDeleted())
    for command in (ChangeRule(name="x"), EnableRule(), DisableRule(), DeleteRule()):
        gone.when(command).then_rejected(RuleUnknown)
    gone.when(CREATE).then_rejected(RuleExists)


@pytest.mark.parametrize("command", [ChangeRule(name="x"), EnableRule(), DisableRule(), DeleteRule()])
def test_what_was_never_created_cannot_change(
    command: ChangeRule | EnableRule | DisableRule | DeleteRule,
) -> None:
    assert isinstance(command, Command)
    rule.when(command).then_rejected(RuleUnknown)
