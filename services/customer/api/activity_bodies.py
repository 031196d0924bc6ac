"""What a request about an activity holds, and the wish it stands for."""

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.customer.api.fields import Moment, Name, Text, given
from services.customer.api.references import Known, Mentioned, ids
from services.customer.domain.activity import commands
from services.customer.domain.activity.events import Kind
from shared.http.batch import BatchItem
from shared.http.payload import Payload


class ActivityBody(Payload):
    """What recorded and planned activities have in common; without `owner_id` it is the caller's own."""

    kind: Kind
    customer_id: UUID | None = None
    contact_ids: list[UUID] = Field(default_factory=list, max_length=100)
    owner_id: UUID | None = None
    subject: Name
    notes: Text | None = None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        people, customers = ids(self.owner_id), ids(self.customer_id)
        return Mentioned(people=people, customers=customers, contacts=frozenset(self.contact_ids))

    def checked(self, known: Known, kind: type[Payload]) -> dict[str, Any]:
        """The fields of `kind`; raises UnknownPerson, UnknownCustomer, UnknownContact."""
        known.person(self.owner_id)
        known.customer(self.customer_id)
        known.contacts(self.contact_ids)
        return {"owner_id": known.caller} | given(self, kind)


class ActivityToRecord(ActivityBody):
    """What was done."""

    def wish(self, known: Known) -> commands.RecordActivity:
        """Raises UnknownPerson, UnknownCustomer, UnknownContact."""
        return commands.RecordActivity(**self.checked(known, ActivityToRecord))


class ActivityToPlan(ActivityBody):
    """What is to be done by `due_at`."""

    due_at: Moment

    def wish(self, known: Known) -> commands.PlanActivity:
        """Raises UnknownPerson, UnknownCustomer, UnknownContact."""
        return commands.PlanActivity(**self.checked(known, ActivityToPlan))


class RecordActivity(ActivityToRecord):
    """What was done, perhaps with an id that the client made."""

    id: UUID | None = None


class PlanActivity(ActivityToPlan):
    """What is to be done, perhaps with an id that the client made."""

    id: UUID | None = None


class CompleteActivity(Payload):
    """How it went."""

    outcome: Text | None = None

    def wish(self) -> commands.CompleteActivity:
        """It is done."""
        return commands.CompleteActivity(outcome=self.outcome)


class RecordActivityItem(ActivityToRecord, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "activity.record"
    creates: ClassVar[bool] = True
    command: Literal["record-activity"]


class PlanActivityItem(ActivityToPlan, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "activity.plan"
    creates: ClassVar[bool] = True
    command: Literal["plan-activity"]


class CompleteActivityItem(CompleteActivity, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "activity.complete"
    command: Literal["complete-activity"]


class CancelActivityItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "activity.cancel"
    command: Literal["cancel-activity"]


ActivityItem = Annotated[
    RecordActivityItem | PlanActivityItem | CompleteActivityItem | CancelActivityItem, Field(discriminator="command")
]
