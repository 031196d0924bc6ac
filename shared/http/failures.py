"""What an exception means to a caller: a refusal, a database that is away, or a fault of ours."""

from __future__ import annotations

import socket

import asyncpg
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from shared.errors import DomainError, Invalid, Unavailable
from shared.http import refusals
from shared.http.problems import Fault, faults_of


class DatabaseUnavailable(Unavailable):
    """The database does not answer at the moment."""

    code = "database-unavailable"


DATABASE_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.exceptions.OperatorInterventionError,
    asyncpg.exceptions.InsufficientResourcesError,
    asyncpg.exceptions.ReadOnlySQLTransactionError,
    asyncpg.exceptions.LockNotAvailableError,
    asyncpg.InterfaceError,
    ConnectionError,
    TimeoutError,
    socket.gaierror,
)


def refusal_of(error: BaseException) -> DomainError:
    """The refusal that an exception stands for; anything unforeseen is an InternalError."""
    match error:
        case DomainError():
            return error
        case HTTPException():
            return _from_framework(error)
        case asyncpg.exceptions.DataError():
            return Invalid("A value is outside what can be stored.")
        case _ if isinstance(error, DATABASE_AWAY):
            return DatabaseUnavailable()
        case _:
            return refusals.InternalError()


def validation_refusal(error: RequestValidationError) -> tuple[DomainError, list[Fault]]:
    """All values that are not acceptable, in one refusal."""
    faults = faults_of(error.errors())
    first = faults[0]
    named = first.pointer if first.pointer is not None else first.parameter
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return refusals.ValidationFailed(f"{named or 'body'}: {first.detail}{more}"), faults


def _from_framework(error: HTTPException) -> DomainError:
    """What Starlette and FastAPI raise by themselves."""
    match error.status_code:
        case 404:
            return refusals.NoSuchRoute()
        case 405:
            return refusals.MethodNotAllowed()
        case 413:
            return refusals.PayloadTooLarge()
        case _:
            return refusals.MalformedJson()
