"""What is sent and answered about rules: bodies, and how they become commands and come from rows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.notify.api.recipients import RecipientBody, recipient_of, shown
from services.notify.domain.rule import commands
from services.notify.domain.rule.decider import MAX_NAME, MAX_RECIPIENTS
from services.notify.domain.rule.events import Reach
from services.notify.projections.inbox import ConditionError
from services.notify.projections.rules import RuleState
from shared.conditions.scan import MAX_TEXT
from shared.http.calls import Call
from shared.http.payload import Payload

Name = Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
EventName = Annotated[str, Field(min_length=1, max_length=100)]
Condition = Annotated[str, Field(max_length=MAX_TEXT, description="CEL about `event`; empty = always")]
Recipients = Annotated[list[RecipientBody], Field(min_length=1, max_length=MAX_RECIPIENTS)]


class CreateRule(Payload):
    """A rule: on events of this type, where the condition holds, tell these recipients."""

    id: UUID | None = None
    name: Name
    event_type: EventName
    condition: Condition = ""
    recipients: Recipients


class ChangeRule(Payload):
    """What the rule is to say; what is left out stays as it is."""

    name: Name | None = None
    event_type: EventName | None = None
    condition: Condition | None = None
    recipients: Recipients | None = None


class RuleView(BaseModel):
    """A rule as it is now; `since` is when it began to say what it says."""

    id: UUID
    version: int
    name: str
    event_type: str
    condition: str
    recipients: list[dict[str, str]]
    reach: Reach
    author: str
    enabled: bool
    since: datetime
    created_at: datetime


class ErrorView(BaseModel):
    """An event for which the condition could not be decided, and why: the event did not match."""

    event_id: UUID
    event_type: str
    stream_id: UUID
    rule_version: int
    reason: str
    recorded_at: datetime


def creation(body: CreateRule, reach: Reach) -> commands.CreateRule:
    """The command of a body."""
    return commands.CreateRule(
        name=body.name,
        event_type=body.event_type,
        condition=body.condition,
        recipients=tuple(recipient_of(one) for one in body.recipients),
        reach=reach,
    )


def change(body: ChangeRule) -> commands.ChangeRule:
    """The command of a body."""
    recipients = None if body.recipients is None else tuple(recipient_of(one) for one in body.recipients)
    return commands.ChangeRule(
        name=body.name, event_type=body.event_type, condition=body.condition, recipients=recipients
    )


def reach_of(call: Call) -> Reach:
    """What an author's rules may tell of: no more than the author may see."""
    if call.allows("rule.reach-everything"):
        return "everything"
    return "team" if call.allows("rule.reach-team") else "own"


def rule_view(rule: RuleState) -> RuleView:
    """A row as it is answered."""
    return RuleView(
        id=rule.rule_id,
        version=rule.version,
        name=rule.name,
        event_type=rule.event_type,
        condition=rule.condition,
        recipients=shown(rule.recipients),
        reach=rule.reach,
        author=rule.author,
        enabled=rule.enabled,
        since=rule.since,
        created_at=rule.created_at,
    )


def error_view(error: ConditionError) -> ErrorView:
    """A row as it is answered."""
    return ErrorView(
        event_id=error.event_id,
        event_type=error.event_type,
        stream_id=error.stream_id,
        rule_version=error.rule_version,
        reason=error.reason,
        recorded_at=error.recorded_at,
    )
