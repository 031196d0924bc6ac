"""A read model shows something else than the events say: somebody has changed a row by hand."""

from __future__ import annotations

from tests.faults.drills.shift import Shift

SPOIL = "UPDATE read.person SET name = name || ' (edited)' WHERE id = (SELECT min(id::text)::uuid FROM read.person)"


def drill(shift: Shift) -> None:
    """Verification finds it, a rebuild repairs it while queries go on."""
    with shift.system.client() as client:
        body, key = {"name": "Vera", "subject": "drill-vera"}, {"idempotency-key": "drill-vera"}
        client.post("/people", json=body, headers=key).raise_for_status()
    shift.everything_holds()
    shift.sql("analytics", SPOIL)
    said = shift.system.flowline("verify", check=False)
    shift.alarmed("ProjectionWrong", "analytics")
    [found] = [line for line in said.split("\n") if "rows only in" in line]
    shift.tell("look: flowline verify: " + found.replace("\t", " | ")[:160])
    shift.system.flowline("projections", "rebuild", "directory")
    shift.tell("do: flowline projections rebuild directory")
    shift.everything_holds()
    shift.calm("ProjectionWrong", "analytics")
