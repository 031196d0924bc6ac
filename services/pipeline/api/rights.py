"""Who may do what here: one table, role by action."""

from shared.http.rights import BACKDATE, OPERATE, READ_EVENTS, Rights

READING = frozenset({"product.read", "process.read", "deal.read", "rate.read"})
SELLING = frozenset({"deal.open", "deal.move", "deal.win", "deal.lose", "deal.change", "deal.correct", "deal.assign"})
LEADING = frozenset({"deal.reopen", "deal.delete", "deal.restore"})
OFFERING = frozenset({"product.add", "product.change", "product.retire"})
DESIGNING = frozenset({"process.create", "process.draft", "process.publish"})
WORKING = frozenset({"task.read", "task.create", "task.change", "task.assign", "quota.read"}) | frozenset(
    {"task.complete", "task.reopen", "task.cancel"}
)
AIMING = frozenset({"quota.set"})
CONVERTING = frozenset({"rate.set"})
RUNNING = READING | SELLING | WORKING | LEADING | AIMING | OFFERING | DESIGNING | CONVERTING | {BACKDATE, READ_EVENTS}

RIGHTS: Rights = {
    "rep": READING | SELLING | WORKING,
    "manager": READING | SELLING | WORKING | LEADING | AIMING,
    "admin": RUNNING | {OPERATE},
    "service": RUNNING,
    "guest": frozenset(),
}
