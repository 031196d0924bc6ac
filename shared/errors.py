"""The errors a request can meet, named after the rule; no HTTP here (shared/http/problems.py maps them)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class DomainError(Exception):
    """A named refusal; the class docstring is the default message.

    `field` is a JSON Pointer into the request body where one field is to blame; where several are, `blames` says of
    each pointer what is wrong there.
    """

    code: ClassVar[str] = "refused"

    def __init__(
        self, message: str | None = None, *, field: str | None = None, blames: Mapping[str, str] | None = None
    ) -> None:
        """Take the message from the class docstring unless one is given."""
        self.message = message or (type(self).__doc__ or "").strip()
        self.field = field
        self.blames = dict(blames or {})
        super().__init__(self.message)


class Rejected(DomainError):
    """A business rule refuses the command."""

    code = "rejected"


class Invalid(DomainError):
    """A value in the request is not acceptable."""

    code = "invalid"


class NotFound(DomainError):
    """There is no such thing, or it is not visible to you."""

    code = "not-found"


class Conflict(DomainError):
    """The thing exists already or its state contradicts the command."""

    code = "conflict"


class WrongVersion(DomainError):
    """The thing has changed since you read it."""

    code = "wrong-version"

    def __init__(self, message: str | None = None, *, field: str | None = None, current: int | None = None) -> None:
        """Keep the version that the stream has now, where it is known."""
        super().__init__(message, field=field)
        self.current = current


class KeyReused(DomainError):
    """This Idempotency-Key was used before with another request."""

    code = "idempotency-key-reused"


class Forbidden(DomainError):
    """Your role does not have the right to do this."""

    code = "forbidden"


class Unauthenticated(DomainError):
    """A valid access token is required."""

    code = "unauthenticated"


class Unavailable(DomainError):
    """The service cannot take this now; the same request may be sent again later."""

    code = "unavailable"

    def __init__(self, message: str | None = None, *, field: str | None = None, retry_after: int = 1) -> None:
        """`retry_after` is in seconds."""
        super().__init__(message, field=field)
        self.retry_after = retry_after
