"""Kafka is gone with all its topics: commands go on, and everything is published again from Postgres."""

from __future__ import annotations

import shutil

from tests.faults.drills.shift import Shift
from tests.system import eventually

RELAY = "SELECT incarnation, position FROM pj.relay WHERE service = 'customer'"


def drill(shift: Shift) -> None:
    """Its disk is lost."""
    shift.write(30)
    shift.calm("RelayStuck", "customer")
    [before] = shift.sql("customer", RELAY)
    shift.take_down("kafka")
    shutil.rmtree(shift.system.home / "kafka")
    shift.tell(f"Kafka is down and its data are gone; customer had published up to {before['position']}")
    made = shift.write(10, "While Kafka is away")
    shift.tell(f"{len(made)} commands were accepted meanwhile")
    shift.alarmed("NobodyPublishes", "customer")
    shift.bring_up("kafka")
    shift.tell("do: an empty Kafka has been started in its place; nothing else has to be done")
    eventually(lambda: shift.sql("customer", RELAY)[0]["incarnation"] > before["incarnation"], "a new incarnation")
    shift.calm("NobodyPublishes", "customer")
    shift.calm("RelayStuck", "customer")
    eventually(lambda: shift.sql("customer", RELAY)[0]["position"] > before["position"], "all is published again")
    [after] = shift.sql("customer", RELAY)
    shift.tell(f"look: another incarnation of the topic, {after['position']} events in it")
    shift.everything_holds()
