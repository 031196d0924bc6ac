"""The refusals that HTTP itself makes: a request that is not even well formed for us."""

from __future__ import annotations

from shared.errors import Conflict, DomainError, Invalid, NotFound


class MalformedJson(DomainError):
    """The body is not JSON."""

    code = "malformed-json"


class MissingIdempotencyKey(DomainError):
    """This request needs an Idempotency-Key header."""

    code = "idempotency-key-missing"


class MalformedHeader(DomainError):
    """A header of the request cannot be understood."""

    code = "malformed-header"


class CursorMismatch(DomainError):
    """This cursor was not made for this list and this filter; start again without it."""

    code = "cursor-mismatch"


class PreconditionRequired(DomainError):
    """Changing something needs an If-Match header with the ETag that you read."""

    code = "precondition-required"


class PayloadTooLarge(DomainError):
    """The body is larger than 1 MiB."""

    code = "payload-too-large"


class UnsupportedMediaType(DomainError):
    """The body must be application/json."""

    code = "unsupported-media-type"


class NoSuchRoute(NotFound):
    """There is nothing at this address."""

    code = "no-such-route"


class MethodNotAllowed(DomainError):
    """This address does not know this method."""

    code = "method-not-allowed"


class NullCharacter(Invalid):
    """NUL characters are not accepted."""

    code = "nul-character"


class UnknownField(Invalid):
    """This request takes no such field."""

    code = "unknown-field"


class AlreadyExists(Conflict):
    """Something with this id exists already."""

    code = "already-exists"


class ValidationFailed(Invalid):
    """Some values in the request are not acceptable."""

    code = "validation-failed"


class InternalError(DomainError):
    """Something went wrong on our side; the trace id finds it in the logs."""

    code = "internal-error"


class TooSlow(DomainError):
    """The body did not arrive in time."""

    code = "request-timeout"
