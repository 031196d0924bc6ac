"""The body of a batch: commands of several kinds, where one that cannot be read does not spoil the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from shared.http.headers import LARGEST_VERSION
from shared.http.payload import Payload
from shared.http.problems import Fault, faults_of

LARGEST_BATCH = 200


class BatchItem(Payload):
    """What every command of a batch has besides its own fields; `id` may be left out where something is created."""

    action: ClassVar[str]
    creates: ClassVar[bool] = False

    id: UUID | None = None
    if_match: Annotated[int | None, Field(ge=0, le=LARGEST_VERSION)] = None
    occurred_at: str | None = None
    idempotency_key: Annotated[str | None, Field(min_length=1, max_length=255)] = None


Item = TypeVar("Item", bound=BatchItem)


@dataclass(frozen=True, slots=True)
class Misshapen:
    """An item that could not be read; places are inside the item."""

    faults: tuple[Fault, ...]


def _read_or_note(value: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """One item, or what is wrong with it; pydantic puts the kind of command in front of a place."""
    try:
        return read(value)
    except ValidationError as reason:
        kind = value.get("command") if isinstance(value, dict) else None
        errors = [{**error, "loc": _place(error["loc"], kind)} for error in reason.errors(include_url=False)]
        return Misshapen(tuple(faults_of(errors)))


def _place(path: tuple[int | str, ...], kind: Any) -> tuple[int | str, ...]:
    return ("body", *(path[1:] if path and path[0] == kind else path))


class Batch(Payload, Generic[Item]):
    """Up to 200 commands, taken in order; those on one stream see each other's effects."""

    commands: Annotated[
        list[Annotated[Item, WrapValidator(_read_or_note)]], Field(min_length=1, max_length=LARGEST_BATCH)
    ]

    def entries(self) -> Sequence[Item | Misshapen]:
        """All commands in order, those that could not be read too."""
        return self.commands

    def items(self) -> list[Item]:
        """The commands that could be read."""
        return [item for item in self.entries() if not isinstance(item, Misshapen)]

    def touched(self) -> list[UUID]:
        """The ids of existing things that the commands are for; look them all up at once."""
        return list({item.id for item in self.items() if item.id is not None and not item.creates})


class BatchResult(BaseModel):
    """What became of one command: 200 or 201 with id and version, else a problem."""

    index: int
    status: int
    id: str | None = None
    version: int | None = None
    problem: dict[str, Any] | None = None


class BatchResults(BaseModel):
    """One result per command, in the order of the commands."""

    results: list[BatchResult]
