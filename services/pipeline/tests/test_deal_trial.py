"""A version tried on the past: what it would have refused, and what it would have automated otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as altered
from datetime import timedelta

import pytest
from msgspec.structs import replace

from services.pipeline.domain.deal.events import (
    DealAssigned,
    DealAutomationRan,
    DealChecklistItemTicked,
    DealDeleted,
    DealEvent,
    DealLost,
    DealMigrated,
    DealReopened,
    DealRestored,
    DealWon,
    Override,
)
from services.pipeline.domain.deal.stages import seen
from services.pipeline.domain.deal.trial import Attempt, Finding, Happened, refusals
from services.pipeline.domain.deal.trial_automations import automations, waits
from services.pipeline.domain.deal.trial_sums import Sort, Sums
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import (
    AssignOwner,
    Automation,
    CreateTask,
    Notify,
    SetField,
    Stage,
)
from services.pipeline.tests.examples import ANNA_ID, AUTOMATION_RAN, NOW, usd
from services.pipeline.tests.strict import (
    BOUGHT,
    GONE,
    NEGOTIATE,
    NEXT,
    OFFER,
    PROPOSE,
    QUALIFY,
    STAGES,
    STRICT,
    moved,
    opened_in,
)

DRAFT = altered(NEXT, version=3, published=False)
TICKED = DealChecklistItemTicked(stage="qualify", item="budget", done=True)
WON = DealWon(from_stage=seen(NEGOTIATE), stage=seen(BOUGHT), amount=usd("5000"))
LOST = DealLost(from_stage=seen(PROPOSE), stage=seen(GONE), reason="price")


def past(*events: DealEvent, days: int = 1, automatic: Sequence[int] = ()) -> list[Happened]:
    """The events, so many days apart from NOW on; the versions in `automatic` are an automation's doing."""
    return [
        Happened(at, event, NOW + timedelta(days=days * (at - 1)), automatic=at in automatic)
        for at, event in enumerate(events, 1)
    ]


def found(definition: Definition, history: Sequence[Happened], **stages: str) -> list[tuple[int, str, str, str]]:
    """(version, kind, step, rule) of what a version would have refused, ever."""
    attempt = Attempt(definition, NOW - timedelta(1), NOW + timedelta(1000), stages)
    return [(f.version, f.kind, f.step, f.rule) for f in refusals(attempt, history)]


def test_what_ran_on_a_version_is_what_it_would_have_let_through() -> None:
    history = past(opened_in(QUALIFY), TICKED, moved(QUALIFY, PROPOSE), moved(PROPOSE, NEGOTIATE), TICKED, WON)
    assert found(STRICT, history) == []


def test_a_stage_that_the_draft_does_not_have_is_said_to_be_unknown_unless_another_takes_its_place() -> None:
    history = past(opened_in(QUALIFY, source=None), TICKED, moved(QUALIFY, PROPOSE), moved(PROPOSE, NEGOTIATE), LOST)
    assert found(DRAFT, history) == [
        (3, "stage_unknown", "qualify->propose", "stage-unknown"),
        (4, "stage_unknown", "propose->negotiate", "stage-unknown"),
        (5, "stage_unknown", "propose->lost", "stage-unknown"),
    ]
    assert found(DRAFT, history, propose="offer") == [(3, "refused", "qualify->offer", "fields-missing")]


def test_a_refusal_says_which_fields_were_missing_and_what_the_guards_said() -> None:
    history = past(opened_in(QUALIFY, amount=None, lines=()), moved(QUALIFY, PROPOSE), moved(PROPOSE, NEGOTIATE))
    attempt = Attempt(STRICT, NOW, NOW + timedelta(9))
    fields, checklist, guard = refusals(attempt, history)
    assert (fields.rule, fields.fields, fields.at) == ("fields-missing", ("amount",), NOW + timedelta(1))
    assert (checklist.rule, checklist.detail) == ("checklist-not-done", "To be done first: Budget confirmed 预算已确认")
    assert (guard.rule, guard.version) == ("guard-not-passed", 3)
    assert [(said.move, said.passed) for said in guard.guards] == [("size->negotiate", False)]
    assert guard.detail == "amount >= 1000: not so."


def test_only_the_period_is_looked_at_but_the_deal_is_as_it_had_become_by_then() -> None:
    history = past(opened_in(QUALIFY), TICKED, moved(QUALIFY, PROPOSE))
    late = Attempt(STRICT, NOW + timedelta(2), NOW + timedelta(3))
    assert list(refusals(late, history)) == []
    assert list(refusals(late, [history[0], history[2]])) != []
    early = Attempt(STRICT, NOW, NOW + timedelta(2))
    assert list(refusals(early, [history[0], history[2]])) == []


def test_guards_count_days_up_to_the_event() -> None:
    quick = past(opened_in(PROPOSE), moved(PROPOSE, NEGOTIATE), WON)
    assert found(STRICT, quick) == [(3, "refused", "negotiate->won", "guard-not-passed")]
    assert found(STRICT, past(opened_in(PROPOSE), moved(PROPOSE, NEGOTIATE), WON, days=2)) == []


def test_what_was_overridden_in_reality_is_marked() -> None:
    override = Override(reason="a promise", rules=("checklist-not-done",))
    history = past(opened_in(QUALIFY), replace(moved(QUALIFY, PROPOSE), override=override))
    (finding,) = refusals(Attempt(STRICT, NOW, NOW + timedelta(9)), history)
    assert (finding.rule, finding.overridden) == ("checklist-not-done", True)


def test_an_arrow_that_the_draft_does_not_have_is_a_refusal() -> None:
    history = past(opened_in(NEGOTIATE), moved(NEGOTIATE, QUALIFY))
    assert found(STRICT, history) == [(2, "refused", "negotiate->qualify", "move-not-allowed")]


def test_two_stages_that_become_one_ask_for_no_move() -> None:
    history = past(opened_in(QUALIFY), moved(QUALIFY, PROPOSE))
    assert found(STRICT, history, propose="qualify") == []


def test_a_closed_deal_goes_where_the_draft_closes_deals() -> None:
    history = past(opened_in(NEGOTIATE), replace(WON, stage=replace(seen(BOUGHT), key="bought")))
    assert found(NEXT, history) == []
    assert found(NEXT, past(opened_in(QUALIFY), moved(QUALIFY, PROPOSE)), propose="won") == [
        (2, "refused", "qualify->won", "use-win")
    ]
    assert found(NEXT, past(opened_in(QUALIFY), moved(QUALIFY, PROPOSE)), propose="lost") == [
        (2, "refused", "qualify->lost", "use-lose")
    ]
    assert found(NEXT, past(opened_in(OFFER), replace(LOST, from_stage=seen(OFFER))), lost="qualify") == [
        (2, "refused", "offer->qualify", "stage-not-lost")
    ]


def test_opening_reopening_and_migrating_need_an_open_stage() -> None:
    back = DealReopened(from_stage=seen(GONE), stage=seen(PROPOSE))
    there = DealMigrated(from_version=1, to_version=2, from_stage=seen(PROPOSE), to_stage=seen(OFFER), reason="x")
    assert found(STRICT, past(opened_in(PROPOSE), LOST, back, there)) == [
        (4, "stage_unknown", "->offer", "stage-unknown")
    ]
    assert found(DRAFT, past(opened_in(PROPOSE)), propose="won") == [(1, "refused", "->won", "stage-not-open")]
    assert found(STRICT, past(opened_in(PROPOSE, amount=None))) == [(1, "refused", "->propose", "fields-missing")]


# Automations


def automated(stage: Stage, *rules: Automation, idle_days: int | None = None) -> Definition:
    """The strict process with automations at one stage."""
    stages = tuple(
        replace(one, automations=rules, idle_days=idle_days) if one.key == stage.key else one for one in STAGES
    )
    return altered(STRICT, stages=stages)


CALL = Automation(key="call", when="enter", action=CreateTask(title="Call", due_in_days=2), reason="nobody waits")
TIDY = Automation(key="tidy", when="leave", action=SetField(field="region", value=None), reason="it is over")
WAKE = Automation(key="wake", when="idle", action=Notify(text="Wake up"), reason="silence is bad")
HAND = Automation(key="hand", when="enter", action=AssignOwner(how="least_load"), reason="fair")


def run(definition: Definition, history: Sequence[Happened], until: int = 100, **stages: str) -> list[Finding]:
    """What would have been automated otherwise up to so many days after NOW."""
    return list(automations(Attempt(definition, NOW, NOW + timedelta(until), stages), history))


def _brief(findings: Sequence[Finding]) -> list[tuple[int, str, str, str]]:
    return [(f.version, f.kind, f.step, f.rule) for f in findings]


def test_entering_and_leaving_set_automations_off() -> None:
    history = past(opened_in(PROPOSE), moved(PROPOSE, NEGOTIATE))
    findings = run(automated(PROPOSE, CALL, HAND, TIDY, WAKE), history)
    assert _brief(findings) == [
        (1, "automated", "enter propose", "call"),
        (1, "automated", "enter propose", "hand"),
        (2, "automated", "leave propose", "tidy"),
    ]
    assert [finding.detail for finding in findings] == [
        "Would have made the task 'Call' due in 2 days. Why: nobody waits",
        "Would have assigned it to the least loaded. Why: fair",
        "Would have emptied region. Why: it is over",
    ]


def _ran(automation: str, when: str, trigger: int) -> DealAutomationRan:
    return replace(AUTOMATION_RAN, automation=automation, when=when, stage="propose", trigger_version=trigger)


def test_what_ran_in_reality_is_no_finding_and_what_the_version_would_not_run_is_one() -> None:
    ran = past(opened_in(PROPOSE), _ran("call", "enter", 1), automatic=(2,))
    assert run(automated(PROPOSE, CALL), ran) == []
    assert _brief(run(automated(PROPOSE, HAND), ran)) == [
        (1, "automated", "enter propose", "hand"),
        (2, "not_automated", "enter propose", "call"),
    ]
    assert run(automated(QUALIFY, CALL), ran, propose="qualify") == []


def test_idle_is_once_per_silence_and_automations_break_none() -> None:
    strict = automated(PROPOSE, WAKE, idle_days=7)
    history = past(opened_in(PROPOSE), DealAssigned(owner_id=ANNA_ID), DealAssigned(), days=10)
    assert [(f.version, (f.at - NOW).days) for f in run(strict, history)] == [(1, 7), (2, 17), (3, 27)]
    assert [f.version for f in run(strict, history, until=27)] == [1, 2]
    assert [f.version for f in run(strict, past(*(h.event for h in history), days=10, automatic=(2, 3)))] == [1]
    assert run(strict, past(opened_in(PROPOSE), _ran("wake", "idle", 1), days=7, automatic=(2,))) == []
    assert (waits(Attempt(strict, NOW, NOW)), waits(Attempt(STRICT, NOW, NOW))) == (True, False)


def test_a_deleted_deal_is_silent_for_nobody() -> None:
    strict = automated(PROPOSE, WAKE, idle_days=7)
    assert run(strict, past(opened_in(PROPOSE), DealDeleted())) == []
    assert [f.version for f in run(strict, past(opened_in(PROPOSE), DealDeleted(), DealRestored()))] == [3]


def test_a_migration_enters_nothing_but_the_silence_goes_on_in_the_new_stage() -> None:
    strict = automated(PROPOSE, CALL, WAKE, idle_days=7)
    there = DealMigrated(from_version=2, to_version=1, from_stage=seen(OFFER), to_stage=seen(PROPOSE), reason="x")
    assert _brief(run(strict, past(opened_in(OFFER), there))) == [(2, "automated", "idle propose", "wake")]


# Sums


@pytest.mark.parametrize("deals", [1, 3])
def test_findings_are_summed_by_rule_and_step(deals: int) -> None:
    history = past(opened_in(QUALIFY), moved(QUALIFY, PROPOSE), moved(PROPOSE, QUALIFY), moved(QUALIFY, PROPOSE))
    attempt, sums = Attempt(STRICT, NOW, NOW + timedelta(9)), Sums()
    for _ in range(deals):
        sums.add(refusals(attempt, history))
    sums.add([])
    assert (sums.deals, sums.deals_with_findings) == (deals + 1, deals)
    sort = Sort("refused", "qualify->propose", "checklist-not-done", overridden=False)
    assert sums.ordered() == [(sort, 2 * deals, deals)]
