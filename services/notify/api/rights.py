"""Who may do what in notify: one table of role and action."""

from shared.http.rights import Rights

# What anyone who sells may do: rules for themselves about what they may see, and their own inbox.
OWN = frozenset({"rule.read", "rule.make", "inbox.read", "inbox.mark"})

RIGHTS: Rights = {
    "rep": OWN,
    "manager": OWN | {"rule.address-others", "rule.reach-team"},
    "admin": OWN
    | {"rule.address-others", "rule.reach-team", "rule.reach-everything", "backdate", "events.read", "operations"},
    "service": OWN | {"rule.address-others", "rule.reach-team", "rule.reach-everything", "backdate", "events.read"},
    "guest": frozenset(),
}
