"""A trial and the running system agree on what sets automations off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as altered
from datetime import timedelta
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.trial import Attempt, Happened
from services.pipeline.domain.deal.trial_automations import automations
from services.pipeline.domain.sales_process.drawing import Automation, Notify
from services.pipeline.projections.automation_triggers import ACTOR, Watch
from services.pipeline.tests.examples import ANNA_ID, NOW, PROCESS_ID
from services.pipeline.tests.strict import STRICT
from shared.errors import DomainError
from shared.eventstore.recorded import Metadata, Recorded

DEAL_ID = UUID("0197a000-0000-7000-8000-00000000000a")
TOLD = tuple(
    Automation(key=when, when=when, action=Notify(text="x"), reason="y") for when in ("enter", "leave", "idle")
)
AUTOMATED = altered(
    STRICT, stages=tuple(replace(stage, automations=TOLD, idle_days=3, checklist=()) for stage in STRICT.stages)
)
END = NOW + timedelta(days=1000)

keys = st.sampled_from([stage.key for stage in STRICT.stages])
wishes = st.one_of(
    keys.map(lambda key: commands.MoveDealToStage(definition=AUTOMATED, to_stage=key, at=NOW, override="x")),
    st.just(commands.WinDeal(definition=AUTOMATED, at=NOW, override="x")),
    st.just(commands.LoseDeal(definition=AUTOMATED, reason="x", at=NOW, override="x")),
    st.just(commands.ReopenDeal(definition=AUTOMATED)),
    st.sampled_from([None, ANNA_ID]).map(lambda owner: commands.AssignDeal(owner_id=owner)),
    st.sampled_from([commands.DeleteDeal(), commands.RestoreDeal()]),
)
steps = st.lists(st.tuples(wishes, st.integers(0, 5), st.booleans()), max_size=15)


def _lived(wished: Sequence[tuple[commands.DealCommand, int, bool]]) -> list[Happened]:
    """What the wishes lead to, each so many days after the one before, by a person or by an automation."""
    deal, at, history = DEAL.initial, NOW, list[Happened]()
    opening = commands.OpenDeal(name="a", definition=AUTOMATED)
    for wish, days, automatic in [(opening, 0, False), *wished]:
        at += timedelta(days=days)
        by_automation = automatic and isinstance(wish, commands.AssignDeal)  # automations neither move nor delete
        try:
            facts = DEAL.decide(deal, wish)
        except DomainError:
            continue
        for fact in facts:
            deal = DEAL.fold(deal, fact, at)
            history.append(Happened(len(history) + 1, fact, at, by_automation))
    return history


def _recorded(happened: Happened) -> Recorded:
    return Recorded(
        service="pipeline",
        position=happened.version,
        epoch=1,
        stream_id=DEAL_ID,
        version=happened.version,
        event_id=DEAL_ID,
        type=type(happened.event).__name__,
        schema_version=1,
        data=msgspec.json.encode(happened.event),
        metadata=Metadata(actor=ACTOR if happened.automatic else "ada", correlation_id="test"),
        occurred_at=happened.at,
        recorded_at=happened.at,
    )


def _run_by_the_system(history: Sequence[Happened]) -> set[tuple[str, str, int]]:
    """What a runner that is never late would have run: whatever is due before the next event."""
    drawings = {(PROCESS_ID, 1): {stage.key: stage for stage in AUTOMATED.stages}}
    watch, run = Watch({}, {}), set[tuple[str, str, int]]()
    for happened, following in zip(history, [*history[1:], None], strict=True):
        watch.take(_recorded(happened), drawings)
        until = following.at if following else END
        for due in watch.due.get(DEAL_ID, {}).values():
            if not due.idle or due.due_at < until:
                run.add((due.stage, due.key, due.trigger_version))
    return run


@settings(max_examples=300, deadline=None)
@given(steps)
def test_a_trial_of_the_own_version_finds_exactly_what_the_system_would_run(
    wished: list[tuple[commands.DealCommand, int, bool]],
) -> None:
    history = _lived(wished)
    findings = automations(Attempt(AUTOMATED, NOW, END), history)
    tried = {(f.step.split(" ")[1], f.rule, f.version) for f in findings if f.kind == "automated"}
    assert tried == _run_by_the_system(history)
