"""From a deal to cash: what a deal goes through, and which events the other parts of the company can rely on."""

from __future__ import annotations

from flowline.flows.tracing import arrows, ask, bad, begin, good, otherwise, remark, step
from shared.drawing.flowchart import Edge, Flowchart, Node

_NODES: tuple[Node, ...] = (
    begin("start", "A customer wants something"),
    step("opened", "DealOpened", "on the newest published version", "owner, customer, lines, expected close"),
    step("first", "Automations of the stage", "DealAutomationRan: a task, a field,", "an owner or a message"),
    step("work", "Work on the deal", "DealLinesChanged, DealExpectedCloseChanged,", "DealChecklistItemTicked, tasks"),
    step("move", "Move to another stage", "POST /deals/{id}/move-stage"),
    ask("arrow", "An arrow of\nits version?"),
    ask("ready", "Required fields, checklist\nand guards kept?"),
    ask("override", "Overridden\nwith a reason?"),
    ask("where", "Which stage?"),
    step("changed", "DealStageChanged", "with the decisions of guards"),
    step("won", "DealWon", "amount, converted at the day's rate"),
    step("numbers", "Numbers follow", "win rate, forecast, quota, waterfall", "in analytics, seconds later"),
    step("told", "People are told", "notify: rules on DealWon"),
    step("cash", "Contract, invoice, payment", "outside of Flowline: it has no events yet", mark="muted"),
    good("end", "Cash"),
    bad("refused", "Refused", "names rule and field"),
    bad("lost", "DealLost", "reason and competitor"),
)


def deal_to_cash() -> Flowchart:
    """Return the way of a deal from the first wish of a customer to the payment."""
    return Flowchart(
        id="deal-to-cash",
        title="Deal to cash",
        nodes=_NODES,
        edges=_edges(),
        notes=(
            remark("version", "A deal stays on its version until DealMigrated takes it to another one.", "opened"),
            remark("once", "Guards are asked once, at the move; the event keeps what they said.", "ready"),
            remark("open-end", "The amount of DealWon is the last that Flowline knows of a deal today.", "cash"),
            remark("reopen", "DealReopened takes a won or lost deal back to an open stage.", "won"),
        ),
        description="A deal is opened, worked on, moved along the arrows of its process version, won or lost.",
    )


def _edges() -> tuple[Edge, ...]:
    edges = arrows(
        ("start", "opened"),
        ("opened", "first"),
        ("first", "work"),
        ("work", "move"),
        ("move", "arrow"),
        ("arrow", "ready", "yes"),
        ("arrow", "refused", "no"),
        ("ready", "where", "yes"),
        ("ready", "override", "no"),
        ("override", "where", "yes, with the right to"),
        ("override", "refused", "no"),
        ("where", "changed", "open or paused"),
        ("where", "won", "won"),
        ("where", "lost", "lost"),
        ("changed", "first", "automations of leave and enter"),
        ("won", "numbers"),
        ("numbers", "told"),
        ("told", "cash"),
        ("cash", "end"),
    )
    return otherwise(edges, "arrow->refused", "ready->override", "override->refused", "where->changed")
