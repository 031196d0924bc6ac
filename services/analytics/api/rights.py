"""Who may do what here: one table, role by action; whose deals count for whom is in projections/scope.py."""

from shared.http.rights import BACKDATE, OPERATE, READ_EVENTS, Rights

READING = frozenset(
    {
        "report.read",
        "timeline.read",
        "saved-report.read",
        "saved-report.change",
        "dashboard.read",
        "dashboard.change",
    }
)
COMPANY = frozenset({"metric.read"})  # numbers of the whole company, whoever looks

RIGHTS: Rights = {
    "rep": READING,
    "manager": READING | COMPANY | {"deviation.accept"},
    "admin": READING | COMPANY | {"metric.define", "deviation.accept", BACKDATE, READ_EVENTS, OPERATE},
    "service": READING | COMPANY | {BACKDATE, READ_EVENTS},
    "guest": frozenset(),
}
