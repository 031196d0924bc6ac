"""How a customer is added, edited and deleted: what is asked on the way, and which events follow."""

from __future__ import annotations

from flowline.flows.tracing import arrows, ask, bad, begin, good, otherwise, remark, step
from shared.drawing.flowchart import Annotation, Edge, Flowchart, Node

_PUBLISH = (
    step("append", "Append", "event, key and customer list", "in one transaction"),
    good("answer", "Answer", "ETag and Consistency-Token"),
    step("relay", "Relay publishes", "flowline.customer.events"),
    step("readers", "Other services read", "analytics: reports and explanations", "notify: rules of people"),
    good("known", "Known everywhere"),
)
_AFTERWARDS = arrows(("append", "answer"), ("append", "relay"), ("relay", "readers"), ("readers", "known"))
_SAME_KEY = remark("same-key", "The same key again gets the first answer again; nothing happens twice.", "append")


def added() -> Flowchart:
    """Return the flow of POST /customers."""
    nodes = (
        begin("start", "Somebody adds a customer"),
        step("call", "POST /customers", "Idempotency-Key", "id given or made (UUIDv7)"),
        ask("may", "customer.create?"),
        ask("sound", "Body sound, and\nwhat it mentions known?"),
        ask("new", "Id new?"),
        step("created", "CustomerCreated", "owner_id may be empty: nobody's yet"),
        *_PUBLISH,
        bad("forbidden", "403 forbidden"),
        bad("invalid", "422 names the fields"),
        bad("exists", "409 customer-exists"),
    )
    edges = (
        *arrows(("start", "call"), ("call", "may")),
        *_question("may", "sound", "forbidden"),
        *_question("sound", "new", "invalid"),
        *_question("new", "created", "exists"),
        *arrows(("created", "append")),
        *_AFTERWARDS,
    )
    return _flow("customer-added", "Customer added", nodes, edges)


def edited() -> Flowchart:
    """Return the flow of PATCH /customers/{id}."""
    nodes = (
        begin("start", "Somebody corrects a customer"),
        step("call", "PATCH /customers/{id}", "If-Match: the version seen"),
        ask("may", "customer.correct,\nand visible?"),
        ask("version", "Still that version?"),
        ask("active", "Neither archived\nnor deleted?"),
        ask("tree", "Parents stay a tree?"),
        ask("differs", "Does a field differ?"),
        step("corrected", "CustomerCorrected", "only what differs, before and after"),
        *_PUBLISH,
        good("same", "Answer as before", "no event"),
        bad("forbidden", "403, or 404 if not visible"),
        bad("stale", "412 wrong-version"),
        bad("inactive", "Refused", "customer-is-archived,", "customer-is-deleted"),
        bad("circle", "422 parent-closes-circle"),
    )
    edges = (
        *arrows(("start", "call"), ("call", "may")),
        *_question("may", "version", "forbidden"),
        *_question("version", "active", "stale"),
        *_question("active", "tree", "inactive"),
        *_question("tree", "differs", "circle"),
        *_question("differs", "corrected", "same"),
        *arrows(("corrected", "append")),
        *_AFTERWARDS,
    )
    owner = remark("owner", "Another owner is an event of its own: CustomerAssigned.", "corrected")
    return _flow("customer-edited", "Customer edited", nodes, edges, owner)


def deleted() -> Flowchart:
    """Return the flow of DELETE /customers/{id} and of its way back."""
    nodes = (
        begin("start", "Somebody deletes a customer"),
        step("call", "DELETE /customers/{id}", "If-Match: the version seen"),
        ask("may", "customer.delete,\nand visible?"),
        ask("version", "Still that version?"),
        step("deleted", "CustomerDeleted", "hidden, not gone"),
        *_PUBLISH,
        ask("regret", "A mistake?"),
        step("restored", "CustomerRestored", "POST /customers/{id}/restore"),
        good("hidden", "Stays hidden"),
        bad("forbidden", "403, or 404 if not visible"),
        bad("stale", "412 wrong-version"),
    )
    edges = (
        *arrows(("start", "call"), ("call", "may")),
        *_question("may", "version", "forbidden"),
        *_question("version", "deleted", "stale"),
        *arrows(("deleted", "append")),
        *(edge for edge in _AFTERWARDS if edge.target != "known"),
        *arrows(("readers", "regret"), ("regret", "restored", "yes"), ("restored", "append")),
        *otherwise(arrows(("regret", "hidden", "no")), "regret->hidden"),
    )
    hidden = remark(
        "hidden-note",
        "Lists and searches leave it out; its events stay. Only erasing a person's key destroys personal data.",
        "deleted",
    )
    kept = tuple(node for node in nodes if node.id != "known")
    return _flow("customer-deleted", "Customer deleted", kept, edges, hidden)


def _flow(id_: str, title: str, nodes: tuple[Node, ...], edges: tuple[Edge, ...], *notes: Annotation) -> Flowchart:
    description = f"{title}: from the call over rights, rules and the event to the readers in other services."
    return Flowchart(id=id_, title=title, nodes=nodes, edges=edges, notes=(*notes, _SAME_KEY), description=description)


def _question(node: str, yes: str, no: str) -> tuple[Edge, ...]:
    return otherwise(arrows((node, yes, "yes"), (node, no, "no")), f"{node}->{no}")
