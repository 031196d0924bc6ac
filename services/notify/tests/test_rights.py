"""The table of rights, in full."""

from services.notify.api.rights import RIGHTS
from shared.http.rights import BACKDATE, OPERATE, READ_EVENTS

OWN = {"rule.read", "rule.make", "inbox.read", "inbox.mark"}
EXPECTED = {
    "guest": set(),
    "rep": OWN,
    "manager": OWN | {"rule.address-others", "rule.reach-team"},
    "admin": OWN | {"rule.address-others", "rule.reach-team", "rule.reach-everything", BACKDATE, READ_EVENTS, OPERATE},
    "service": OWN | {"rule.address-others", "rule.reach-team", "rule.reach-everything", BACKDATE, READ_EVENTS},
}


def test_every_role_has_exactly_its_actions() -> None:
    assert {role: set(actions) for role, actions in RIGHTS.items()} == EXPECTED
