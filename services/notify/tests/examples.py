"""One example of every event of this service, as other services will meet it."""

from uuid import UUID

from services.notify.domain.inbox.events import InboxRead
from services.notify.domain.rule.events import (
    Owner,
    Person,
    RuleChanged,
    RuleCreated,
    RuleDeleted,
    RuleDisabled,
    RuleEnabled,
    Subject,
    Team,
    Terms,
)
from shared.domain import Event

PERSON = UUID("0192f6c0-0000-7000-8000-000000000001")
TEAM = UUID("0192f6c0-0000-7000-8000-000000000002")

TERMS = Terms(
    name="Big wins",
    event_type="DealWon",
    condition="has(event.data.amount) && event.data.amount.amount > 10000.0",
    recipients=(Owner(), Team(team_id=str(TEAM))),
)
CREATED = RuleCreated(
    name=TERMS.name,
    event_type=TERMS.event_type,
    condition=TERMS.condition,
    recipients=TERMS.recipients,
    reach="everything",
)
CHANGED = RuleChanged(
    before=TERMS,
    after=Terms(
        name="大单赢单",
        event_type="DealWon",
        condition="",
        recipients=(Person(person_id=str(PERSON)), Subject(subject="ada")),
    ),
)
READ = InboxRead(notification_ids=("0192f6c0-0000-7000-8000-000000000003",))

EXAMPLES: tuple[Event, ...] = (
    CREATED,
    CHANGED,
    RuleEnabled(),
    RuleDisabled(),
    RuleDeleted(),
    READ,
    InboxRead(up_to=42),
)
