"""What a request about a contact holds, and the wish it stands for."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.customer.api.fields import Email, Name, Phone, Word, given
from services.customer.api.references import Known, Mentioned, ids
from services.customer.domain.contact import commands
from shared.http.batch import BatchItem
from shared.http.payload import Payload


class ContactToAdd(Payload):
    """A person; name, e-mail and phone are kept sealed."""

    name: Name
    email: Email | None = None
    phone: Phone | None = None
    title: Word | None = None

    def wish(self) -> commands.AddContact:
        """The person."""
        return commands.AddContact(**given(self, ContactToAdd))


class AddContact(ContactToAdd):
    """A person, perhaps with an id that the client made."""

    id: UUID | None = None


class CorrectContact(Payload):
    """JSON merge patch: what is left out stays as it is, null clears (a name cannot be cleared)."""

    name: Name = ""
    email: Email | None = None
    phone: Phone | None = None
    title: Word | None = None

    def wish(self) -> commands.CorrectContact:
        """The fields that were named."""
        return commands.CorrectContact(**given(self, CorrectContact))


class LinkContactToCustomer(Payload):
    """A role at a customer."""

    customer_id: UUID
    role: Word | None = None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(customers=ids(self.customer_id))

    def wish(self, known: Known) -> commands.LinkContactToCustomer:
        """Raises UnknownCustomer."""
        known.customer(self.customer_id)
        return commands.LinkContactToCustomer(customer_id=self.customer_id, role=self.role)


class UnlinkContactFromCustomer(Payload):
    """The customer at which a role ends."""

    customer_id: UUID

    def wish(self) -> commands.UnlinkContactFromCustomer:
        """The end of the role."""
        return commands.UnlinkContactFromCustomer(customer_id=self.customer_id)


class AddContactItem(ContactToAdd, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.add"
    creates: ClassVar[bool] = True
    command: Literal["add-contact"]


class CorrectContactItem(CorrectContact, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.correct"
    command: Literal["correct-contact"]


class LinkContactToCustomerItem(LinkContactToCustomer, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.link"
    command: Literal["link-contact-to-customer"]


class UnlinkContactFromCustomerItem(UnlinkContactFromCustomer, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.link"
    command: Literal["unlink-contact-from-customer"]


class DeleteContactItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.delete"
    command: Literal["delete-contact"]


class RestoreContactItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.restore"
    command: Literal["restore-contact"]


class EraseContactItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "contact.erase"
    command: Literal["erase-contact"]


ContactItem = Annotated[
    AddContactItem
    | CorrectContactItem
    | LinkContactToCustomerItem
    | UnlinkContactFromCustomerItem
    | DeleteContactItem
    | RestoreContactItem
    | EraseContactItem,
    Field(discriminator="command"),
]
