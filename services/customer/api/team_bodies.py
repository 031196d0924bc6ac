"""What a request about a team holds, and the wish it stands for."""

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from services.customer.api.fields import Name
from services.customer.api.references import Known, Mentioned, ids
from services.customer.domain.team import commands
from shared.http.batch import BatchItem
from shared.http.payload import Payload


class TeamToCreate(Payload):
    """A new team."""

    name: Name
    parent_id: UUID | None = None

    def mentions(self) -> Mentioned:
        """The ids that have to exist."""
        return Mentioned(teams=ids(self.parent_id))

    def wish(self, known: Known) -> commands.CreateTeam:
        """Raises UnknownTeam."""
        known.team(self.parent_id, "/parent_id")
        return commands.CreateTeam(name=self.name, parent_id=self.parent_id)


class CreateTeam(TeamToCreate):
    """A new team, perhaps with an id that the client made."""

    id: UUID | None = None


class CorrectTeam(Payload):
    """JSON merge patch: what is left out stays as it is."""

    name: Name

    def wish(self) -> commands.RenameTeam:
        """The other name."""
        return commands.RenameTeam(name=self.name)


class CreateTeamItem(TeamToCreate, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "team.create"
    creates: ClassVar[bool] = True
    command: Literal["create-team"]


class RenameTeamItem(CorrectTeam, BatchItem):
    """In a batch."""

    action: ClassVar[str] = "team.rename"
    command: Literal["rename-team"]


TeamItem = Annotated[CreateTeamItem | RenameTeamItem, Field(discriminator="command")]
