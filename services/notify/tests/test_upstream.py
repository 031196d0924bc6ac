"""What notify reads of other services' events, and what of it conditions see."""

import json
from uuid import uuid4

import pytest

from services.notify.reactions.facts import facts_of, vocabulary
from services.notify.reactions.things import CORRECTIONS, sealed_name
from services.notify.tests.world import event
from services.notify.upstream.reading import EVENTS, decoded


def test_decimals_are_numbers_dates_are_times_and_absent_fields_are_absent() -> None:
    opened = event(
        "pipeline",
        uuid4(),
        "DealOpened",
        name="D",
        process_id="p",
        process_version=1,
        stage={"key": "s", "name": "S", "category": "open", "probability": 10},
        amount={"amount": "12.50", "currency": "EUR"},
        expected_close="2026-02-03",
        customer_id=None,
        strange={"from": "the future"},
    )
    read = decoded(opened.type, opened.data)
    assert read is not None
    data = facts_of(opened, read)["data"]
    assert isinstance(data, dict)
    assert data["amount"] == {"amount": 12.5, "currency": "EUR"}
    assert str(data["expected_close"]) == "2026-02-03 00:00:00+00:00"
    assert data.keys() & {"customer_id", "strange", "source"} == set()


@pytest.mark.parametrize(("name", "field"), [("ContactAdded", "name"), ("ContactCorrected", "changes")])
def test_conditions_never_see_personal_fields(name: str, field: str) -> None:
    hidden = {"$enc": 1, "k": "k", "n": "n", "c": "c"}
    happened = event("customer", uuid4(), name, **{field: hidden})  # type: ignore[arg-type]
    read = decoded(name, happened.data)
    assert read is not None
    assert facts_of(happened, read)["data"] == {}
    assert field not in str(vocabulary(EVENTS)[name].full["data"])


def test_a_contact_corrected_often_keeps_its_first_name_and_the_newest_corrections() -> None:
    corrected = event("customer", uuid4(), "ContactCorrected")
    name = sealed_name(None, corrected, "name", {"n": 0})
    for number in range(1, 80):
        name = sealed_name(name, corrected, "changes", {"n": number})
    kept = [entry["envelope"]["n"] for entry in json.loads(name)["sealed"]]
    assert kept == [0, *range(80 - CORRECTIONS, 80)]
