"""Recipients as they are spoken of in requests and answers, and who may address whom."""

from collections.abc import Sequence
from typing import Annotated, Literal, assert_never
from uuid import UUID

import msgspec
from pydantic import Field

from services.notify.domain.rule.events import Owner, Person, Recipient, Subject, Team
from services.notify.projections.readers import Reader
from shared.errors import Forbidden
from shared.http.payload import Payload

MAX_SUBJECT = 200


class OthersNotAllowed(Forbidden):
    """Your role can make rules that tell yourself, not others."""

    code = "others-not-allowed"


class PersonRecipient(Payload):
    """One person of the sales organisation."""

    kind: Literal["person"]
    person_id: UUID


class SubjectRecipient(Payload):
    """Whoever signs in as this subject."""

    kind: Literal["subject"]
    subject: Annotated[str, Field(min_length=1, max_length=MAX_SUBJECT)]


class OwnerRecipient(Payload):
    """Who owns the deal, customer or activity that the event is about."""

    kind: Literal["owner"]


class TeamRecipient(Payload):
    """Everyone in this team when the event is recorded."""

    kind: Literal["team"]
    team_id: UUID


RecipientBody = Annotated[
    PersonRecipient | SubjectRecipient | OwnerRecipient | TeamRecipient, Field(discriminator="kind")
]


def recipient_of(body: RecipientBody) -> Recipient:
    """The recipient that a body names."""
    match body:
        case PersonRecipient():
            return Person(person_id=str(body.person_id))
        case SubjectRecipient():
            return Subject(subject=body.subject)
        case OwnerRecipient():
            return Owner()
        case TeamRecipient():
            return Team(team_id=str(body.team_id))
        case _:
            assert_never(body)


def check_only_self(recipients: Sequence[Recipient], reader: Reader) -> None:
    """Raise OthersNotAllowed unless every recipient means the reader (an owner within own reach is the author)."""
    people = {str(person) for person in reader.people}
    for recipient in recipients:
        match recipient:
            case Person() if recipient.person_id in people:
                continue
            case Subject() if recipient.subject == reader.subject:
                continue
            case Owner():
                continue
            case _:
                raise OthersNotAllowed(field="/recipients")


def shown(recipients: str) -> list[dict[str, str]]:
    """The stored JSON of recipients as it is answered."""
    return msgspec.json.decode(recipients, type=list[dict[str, str]])
