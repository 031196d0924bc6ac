"""Who may do what here: one table, role by action."""

from shared.http.rights import BACKDATE, OPERATE, READ_EVENTS, Rights

READING = frozenset({"product.read", "process.read", "deal.read", "rate.read"})
SELLING = frozenset({"deal.open", "deal.move", "deal.win", "deal.lose", "deal.change", "deal.correct", "deal.assign"})
LEADING = frozenset({"deal.reopen", "deal.delete", "deal.restore"})
OFFERING = frozenset({"product.add", "product.change", "product.retire"})
REVIEWING = frozenset({"process.review", "process.publish"})  # a manager approves what an admin has drawn
DESIGNING = frozenset({"process.create", "process.draft", "process.retire"})
WORKING = frozenset({"task.read", "task.create", "task.change", "task.assign", "quota.read"}) | frozenset(
    {"task.complete", "task.reopen", "task.cancel"}
)
AIMING = frozenset({"quota.set"})
OVERRIDING = frozenset({"deal.override"})
MIGRATING = frozenset({"process.migrate"})
TRYING = frozenset({"process.try"})
CONVERTING = frozenset({"rate.set"})
PROCESS = REVIEWING | DESIGNING | TRYING | MIGRATING
SERVING = READING | SELLING | WORKING | LEADING | AIMING | OFFERING | PROCESS | CONVERTING
RUNNING = SERVING | {BACKDATE, READ_EVENTS}

RIGHTS: Rights = {
    "rep": READING | SELLING | WORKING,
    "manager": READING | SELLING | WORKING | LEADING | AIMING | OVERRIDING | TRYING | REVIEWING,
    "admin": RUNNING | OVERRIDING | {OPERATE},
    "service": RUNNING,
    "guest": frozenset(),
}
