"""What notifications say: every event type has a sentence in both languages that its fields can fill."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from datetime import datetime
from decimal import Decimal

import msgspec
import pytest

from services.notify.api.inbox_views import PATHS
from services.notify.api.texts import TEXTS, Language, language_of, referred, sentence
from services.notify.reactions.facts import vocabulary
from services.notify.upstream.deal import DealAssigned, DealWon, StageRef
from services.notify.upstream.event import Money, Upstream
from services.notify.upstream.reading import EVENTS

SAMPLES = vocabulary(EVENTS)


def sample(name: str, *, full: bool) -> Upstream:
    """An event with, or without, its optional fields."""
    facts = SAMPLES[name].full if full else SAMPLES[name].sparse
    assert isinstance(facts["data"], dict)
    data = {
        field: _as_day(value) if name.startswith(("Deal", "Task", "Exchange")) else value
        for field, value in facts["data"].items()
    }
    sealed = {"name": "n"} if name == "ContactAdded" else {}
    return msgspec.convert(data | sealed, EVENTS[name], strict=False)


def _as_day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


def test_every_event_type_has_sentences() -> None:
    assert TEXTS.keys() == EVENTS.keys()
    assert {kind.about for kind in EVENTS.values()} == PATHS.keys()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_sentence_can_be_filled(name: str, language: Language) -> None:
    for full in (True, False):
        said = sentence(name, sample(name, full=full), "阿里 <b>{x}</b>", {}, language)
        assert "None" not in said
        assert "{x}" in said or "{thing}" not in TEXTS[name][language == "zh"]


def test_money_and_names_are_shown() -> None:
    event = DealWon(from_stage=STAGE, stage=STAGE, amount=Money(Decimal("1234567.50"), "CNY"))
    assert sentence("DealWon", event, "D", {}, "en") == "Deal D was won: 1,234,567.50 CNY"
    assert sentence("DealWon", event, "D", {}, "zh") == "商机「D」赢单：1,234,567.50 CNY"
    assigned = DealAssigned(owner_id="p1")
    assert referred(assigned) == ["p1"]
    assert sentence("DealAssigned", assigned, "D", {"p1": "Ada"}, "en") == "Deal D belongs to Ada now"
    assert sentence("DealAssigned", DealAssigned(), "D", {}, "en") == "Deal D belongs to – now"


STAGE = StageRef(key="s", name="S", category="open", probability=1)


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"), ("", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("en-GB,zh;q=0.9", "en"), ("zh", "zh"),
        ("de,zh;q=0.1", "zh"), ("zh;q=0.2,en;q=0.3", "en"), ("zh;q=x", "en"), ("zh;q=0", "en"), ("*", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_readers(header: str | None, language: Language) -> None:
    assert language_of(header) == language
