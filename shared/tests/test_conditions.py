"""Conditions about any variables: only those that the vocabulary knows, with their fields and types."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shared.conditions.condition import ConditionRefused, Matter, NotDecidable, checked, warnings
from shared.conditions.vocabulary import Facts, Vocabulary

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NOTE: Facts = {"text": "hello", "pages": [{"words": 1}], "free": {}}
WORDS = Vocabulary("note", {"note": NOTE | {"due": NOW}, "now": NOW}, {"note": NOTE, "now": NOW})


@pytest.mark.parametrize(
    "text",
    [
        "note.text == 'hello' && now >= timestamp('2026-01-01T00:00:00Z')",
        "note.pages.exists(page, page.words == 1)",
        "note.free == note.free",
        "note.due <= now",
    ],
)
def test_a_condition_about_two_variables_holds(text: str) -> None:
    assert checked(text, WORDS, "/guard").holds(Matter(WORDS.full))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("event.data == 1", "Unknown variable event; conditions speak about note and now."),
        ("note.nope == 1", "Unknown field note.nope."),
        ("now.year == 1", "Unknown field now.year."),
        ("note.text == 1", "note.text is a text, 1 is a number."),
        ("now == 'today'", "now is a point in time, 'today' is a text."),
        ("note.pages.all(now, true)", "name of its own"),
        ("[1].all(x, true)", "directly behind a field, such as note.lines.exists"),
        ("note.pages.exists(p, true) && p.all(q, true)", "directly behind a field"),
        ("note.pages.all(p, note.pages.all(q, true))", "cannot stand inside another"),
        ("note.text", "On a sample note: The condition answers a text"),
    ],
)
def test_a_refusal_says_why_and_blames_the_field_it_was_given(text: str, reason: str) -> None:
    with pytest.raises(ConditionRefused) as refusal:
        checked(text, WORDS, "/rows/3")
    assert reason in refusal.value.message
    assert refusal.value.field == "/rows/3"


def test_an_optional_field_is_warned_of() -> None:
    condition = checked("note.due <= now", WORDS, "/guard")
    said = "Where optional fields are absent: There is no field 'due'. Ask has(…) first."
    assert warnings(condition, WORDS) == (said,)
    with pytest.raises(NotDecidable):
        condition.holds(Matter(WORDS.sparse))


def test_every_variable_is_bounded() -> None:
    with pytest.raises(NotDecidable, match="has more than 200 items"):
        checked("true", WORDS, "").holds(Matter({"note": {"pages": [1] * 201}, "now": NOW}))
