"""What a request about a customer holds, and the wish it stands for."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.customer.api.fields import Headcount, MoneyBody, Name, Phone, Text, Website, Word, Year, given
from services.customer.api.references import Known, Mentioned, ids
from services.customer.domain.customer import commands
from services.customer.domain.customer.events import Kind
from shared.http.batch import BatchItem
from shared.http.payload import Payload


class CustomerToCreate(Payload):
    """A new customer; without `owner_id` it belongs to nobody."""

    name: Name
    kind: Kind = "company"
    owner_id: UUID | None = None
    industry: Word | None = None
    region: Word | None = None
    website: Website | None = None
    phone: Phone | None = None
    source: Word | None = None
    employees: Headcount | None = None
    annual_revenue: MoneyBody | None = None
    founded: Year | None = None
    parent_id: UUID | None = None
    address: Text | None = None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(people=ids(self.owner_id), customers=ids(self.parent_id))

    def wish(self, known: Known) -> commands.CreateCustomer:
        """Raises UnknownPerson, UnknownCustomer."""
        known.person(self.owner_id)
        known.customer(self.parent_id, "/parent_id")
        return commands.CreateCustomer(**given(self, CustomerToCreate))


class CreateCustomer(CustomerToCreate):
    """A new customer, perhaps with an id that the client made."""

    id: UUID | None = None


class CorrectCustomer(Payload):
    """JSON merge patch: what is left out stays as it is, null clears (a name or kind cannot be cleared)."""

    name: Name = ""
    kind: Kind = "company"
    industry: Word | None = None
    region: Word | None = None
    website: Website | None = None
    phone: Phone | None = None
    source: Word | None = None
    employees: Headcount | None = None
    annual_revenue: MoneyBody | None = None
    founded: Year | None = None
    parent_id: UUID | None = None
    address: Text | None = None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(customers=ids(self.parent_id))

    def wish(self, customer_id: UUID, known: Known) -> commands.CorrectCustomer:
        """Raises UnknownCustomer for a parent."""
        known.customer(self.parent_id, "/parent_id")
        values = given(self, CorrectCustomer)
        return commands.CorrectCustomer(customer_id=customer_id, above=known.above(self.parent_id), **values)


class AssignCustomer(Payload):
    """Another owner, or null for nobody."""

    owner_id: UUID | None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(people=ids(self.owner_id))

    def wish(self, known: Known) -> commands.AssignCustomer:
        """Raises UnknownPerson."""
        known.person(self.owner_id)
        return commands.AssignCustomer(owner_id=self.owner_id)


class CreateCustomerItem(CustomerToCreate, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.create"
    creates: ClassVar[bool] = True
    command: Literal["create-customer"]


class CorrectCustomerItem(CorrectCustomer, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.correct"
    command: Literal["correct-customer"]


class AssignCustomerItem(AssignCustomer, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.assign"
    command: Literal["assign-customer"]


class ArchiveCustomerItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.archive"
    command: Literal["archive-customer"]


class UnarchiveCustomerItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.archive"
    command: Literal["unarchive-customer"]


class DeleteCustomerItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.delete"
    command: Literal["delete-customer"]


class RestoreCustomerItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "customer.restore"
    command: Literal["restore-customer"]


CustomerItem = Annotated[
    CreateCustomerItem
    | CorrectCustomerItem
    | AssignCustomerItem
    | ArchiveCustomerItem
    | UnarchiveCustomerItem
    | DeleteCustomerItem
    | RestoreCustomerItem,
    Field(discriminator="command"),
]
