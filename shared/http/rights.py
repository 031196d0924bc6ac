"""Who may do what: a table of roles and actions that every service writes down once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from shared.errors import Forbidden
from shared.http.auth import Principal

Rights = Mapping[str, frozenset[str]]

# The actions that this package itself asks for.
BACKDATE: Final = "backdate"
READ_EVENTS: Final = "events.read"
OPERATE: Final = "operations"


def may(rights: Rights, principal: Principal, action: str) -> bool:
    """Whether any role of this principal has the action."""
    return any(action in rights.get(role, frozenset()) for role in principal.roles)


def require(rights: Rights, principal: Principal, action: str) -> None:
    """Raise Forbidden unless the principal may do this."""
    if not may(rights, principal, action):
        raise Forbidden(f"Your role does not have the right to do this ({action}).")
