"""A projection of analytics cannot digest one customer's event; its stream is set aside, the others go on."""

from __future__ import annotations

from tests.faults.drills.shift import Shift
from tests.system import eventually, read_json

BREAK = "ALTER TABLE {table} ADD CONSTRAINT drill CHECK (name::text NOT LIKE '%Poison%')"
MEND = "ALTER TABLE {table} DROP CONSTRAINT drill"
TABLE = """
SELECT format('rm_directory_%s.person', live) AS name FROM pj.projections WHERE name = 'directory'"""


def drill(shift: Shift) -> None:
    """A constraint stands for the fault in the code."""
    [table] = shift.sql("analytics", TABLE)
    shift.sql("analytics", BREAK.format(table=table["name"]))
    with shift.system.client() as client:
        for number, name in enumerate(("Poison Ivy", "Pamela Isley")):
            body, key = {"name": name, "subject": f"drill-{number}"}, {"idempotency-key": f"drill-person-{number}"}
            client.post("/people", json=body, headers=key).raise_for_status()
    shift.alarmed("StreamParked", "analytics")
    [parked] = read_json(shift.system.flowline("parked", "list", "--json"))
    shift.tell(f"look: {parked['service']}/{parked['projection']}: {parked['type']}: {parked['error'][:90]}")
    eventually(lambda: bool(_known(shift, "Pamela Isley")), "the other person is there")
    shift.tell("look: the person after it has arrived, only this stream waits")
    shift.sql("analytics", MEND.format(table=table["name"]))
    said = shift.system.flowline("parked", "retry").split("\n")
    shift.tell(f"do: the fault is mended; flowline parked retry: {' / '.join(said[:4])}")
    shift.calm("StreamParked", "analytics")
    assert _known(shift, "Poison Ivy")
    shift.everything_holds()


def _known(shift: Shift, name: str) -> list[object]:
    return list(shift.sql("analytics", "SELECT id FROM read.person WHERE name::text LIKE '%' || $1 || '%'", name))
