"""Who may do what with customers and with the directory of our own people: by role and action."""

from __future__ import annotations

from shared.http.rights import Rights

READ = frozenset({"team.read", "person.read", "customer.read", "contact.read", "activity.read"})

SELL = frozenset(
    {
        "customer.create",
        "customer.correct",
        "customer.assign",
        "customer.archive",
        "contact.add",
        "contact.correct",
        "contact.link",
        "activity.record",
        "activity.plan",
        "activity.complete",
        "activity.cancel",
    }
)

TIDY = frozenset({"customer.delete", "contact.delete"})

DIRECT = frozenset(
    {
        "team.create",
        "team.rename",
        "person.add",
        "person.correct",
        "person.move",
        "person.deactivate",
        "person.reactivate",
    }
)

# Restoring goes with seeing what is deleted; erasing is for ever.
RESTORE = frozenset({"customer.restore", "contact.restore"})
ERASE = frozenset({"contact.erase"})

INTEGRATE = frozenset({"backdate", "events.read", "operations"})

RIGHTS: Rights = {
    "admin": READ | SELL | TIDY | DIRECT | RESTORE | ERASE | INTEGRATE,
    "service": READ | SELL | TIDY | DIRECT | RESTORE | INTEGRATE - {"operations"},
    "manager": READ | SELL | TIDY,
    "rep": READ | SELL,
    "guest": frozenset(),
}
