"""What a request about a person of our own organisation holds, and the wish it stands for."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.customer.api.fields import Email, Name, given
from services.customer.api.references import Known, Mentioned, ids
from services.customer.domain.person import commands
from shared.http.batch import BatchItem
from shared.http.payload import Payload


class PersonToAdd(Payload):
    """A colleague; `subject` is who they are in access tokens."""

    name: Name
    email: Email | None = None
    subject: Name | None = None
    team_id: UUID | None = None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(teams=ids(self.team_id))

    def wish(self, known: Known) -> commands.AddPerson:
        """Raises UnknownTeam."""
        known.team(self.team_id)
        return commands.AddPerson(**given(self, PersonToAdd))


class AddPerson(PersonToAdd):
    """A colleague, perhaps with an id that the client made."""

    id: UUID | None = None


class CorrectPerson(Payload):
    """JSON merge patch: what is left out stays as it is, null clears (a name cannot be cleared)."""

    name: Name = ""
    email: Email | None = None
    subject: Name | None = None

    def wish(self) -> commands.CorrectPerson:
        """The fields that were named."""
        return commands.CorrectPerson(**given(self, CorrectPerson))


class MovePersonToTeam(Payload):
    """Another team, or null for none."""

    team_id: UUID | None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(teams=ids(self.team_id))

    def wish(self, known: Known) -> commands.MovePersonToTeam:
        """Raises UnknownTeam."""
        known.team(self.team_id)
        return commands.MovePersonToTeam(team_id=self.team_id)


class AddPersonItem(PersonToAdd, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "person.add"
    creates: ClassVar[bool] = True
    command: Literal["add-person"]


class CorrectPersonItem(CorrectPerson, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "person.correct"
    command: Literal["correct-person"]


class MovePersonToTeamItem(MovePersonToTeam, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "person.move"
    command: Literal["move-person-to-team"]


class DeactivatePersonItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "person.deactivate"
    command: Literal["deactivate-person"]


class ReactivatePersonItem(BatchItem):
    """In a batch."""

    action: ClassVar[str] = "person.reactivate"
    command: Literal["reactivate-person"]


PersonItem = Annotated[
    AddPersonItem | CorrectPersonItem | MovePersonToTeamItem | DeactivatePersonItem | ReactivatePersonItem,
    Field(discriminator="command"),
]
