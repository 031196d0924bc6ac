"""Who may do what here: one table, role by action."""

from shared.http.rights import BACKDATE, OPERATE, READ_EVENTS, Rights

READING = frozenset({"product.read", "process.read", "deal.read", "rate.read"})
SELLING = frozenset({"deal.open", "deal.move", "deal.win", "deal.lose", "deal.change", "deal.correct", "deal.assign"})
LEADING = frozenset({"deal.reopen", "deal.delete", "deal.restore"})
OFFERING = frozenset({"product.add", "product.change", "product.retire"})
DESIGNING = frozenset({"process.create", "process.draft", "process.publish"})
CONVERTING = frozenset({"rate.set"})

RIGHTS: Rights = {
    "rep": READING | SELLING,
    "manager": READING | SELLING | LEADING,
    "admin": READING | SELLING | LEADING | OFFERING | DESIGNING | CONVERTING | {BACKDATE, READ_EVENTS, OPERATE},
    "service": READING | SELLING | LEADING | OFFERING | DESIGNING | CONVERTING | {BACKDATE, READ_EVENTS},
    "guest": frozenset(),
}
