"""docs/flows is what the processes and flows say today, and every file of it is right."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from flowline.flows.catalogue import flows
from flowline.flows.files import files
from services.customer.domain.customer import events as customer_events
from services.pipeline.domain.deal import events as deal_events
from shared.tests.bpmn_rules import faults
from shared.tests.readers import Readers, open_readers

FOLDER = Path(__file__).parents[2] / "docs/flows"
FLOWS = {flow.chart.id: flow.chart for flow in flows()}


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with open_readers() as opened:
        yield opened


def test_the_folder_is_as_it_would_be_written_now() -> None:
    """`make flows` mends it."""
    there = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert there == dict(files(flows()))


@pytest.mark.parametrize("name", FLOWS)
def test_every_flow_opens_in_the_programs_for_its_formats(name: str, readers: Readers) -> None:
    bpmn, mermaid, svg = ((FOLDER / f"{name}.{ending}").read_text() for ending in ("bpmn", "mmd", "svg"))
    assert faults(bpmn) == []
    assert readers.read("bpmn", bpmn)["warnings"] == []
    seen = readers.read("mermaid", mermaid)
    assert len(seen["nodes"]) == len(FLOWS[name].nodes) + len(FLOWS[name].notes)
    assert readers.read("svg", svg)["inside"]


@pytest.mark.parametrize("name", ["customer-added", "customer-edited", "customer-deleted", "deal-to-cash"])
def test_the_main_flows_name_events_that_there_are(name: str) -> None:
    said = " ".join(" ".join((node.label, *node.lines)) for node in FLOWS[name].nodes)
    said += " ".join(note.text for note in FLOWS[name].notes)
    events = re.findall(r"\b(?:Customer|Deal)[A-Z]\w+", said)
    assert events
    for event in events:
        assert hasattr(customer_events, event) or hasattr(deal_events, event), event
