"""Every flow that docs/flows shows, with a word on each."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from flowline.demo import b2b, software
from flowline.flows import customers, deals
from services.pipeline.domain.sales_process.chart import Caption, chart_of
from services.pipeline.domain.sales_process.drawing import Drawing
from shared.drawing.flowchart import Flowchart


class Flow(NamedTuple):
    """A flowchart and what it is about."""

    chart: Flowchart
    about: str


def flows() -> tuple[Flow, ...]:
    """Return the flows in the order in which they are shown; the id of each is the name of its files."""
    return (
        Flow(_sales(), "The way of selling that the demo's deals run on."),
        Flow(_software(), "The second process of the demo: how a CRM sales system is built for a customer."),
        Flow(customers.added(), "From the call to the readers in other services."),
        Flow(customers.edited(), "Only what differs becomes an event."),
        Flow(customers.deleted(), "Hidden, and back if it was a mistake."),
        Flow(deals.deal_to_cash(), "What a deal goes through until it is paid."),
    )


def _sales() -> Flowchart:
    return chart_of(msgspec.convert(b2b.DRAWING, Drawing), Caption(id="b2b-sales", title=b2b.NAME))


def _software() -> Flowchart:
    caption = Caption(id="crm-software", title=software.NAME, language="zh")
    return chart_of(msgspec.convert(software.DRAWING, Drawing), caption)
