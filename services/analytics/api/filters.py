"""The filters that every report takes, as query parameters; one that is unknown is refused, not ignored."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.analytics.projections.deal_list import Behind, Outcome, PeriodOf
from services.analytics.projections.funnel import Kind
from services.analytics.projections.pipeline_moves import BEGINNING_OF_TIME, Basis, Stretch
from services.analytics.projections.selection import END_OF_TIME, Filters
from services.analytics.projections.waterfall import Bar
from services.analytics.projections.waterfall_lists import Asked
from shared.errors import Invalid

Ids = Annotated[list[UUID], Field(max_length=100)]
Words = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]


class PeriodEndsBeforeItBegins(Invalid):
    """`from` lies after `to`."""

    code = "period-ends-before-it-begins"


class CloseWindowEndsBeforeItBegins(Invalid):
    """`close_from` lies after `close_to`."""

    code = "close-window-ends-before-it-begins"


class SaidTwice(Invalid):
    """An end of a waterfall is given as an instant or as a day, not as both."""

    code = "said-twice"


class ReportQuery(BaseModel):
    """What is counted; several values of one parameter are alternatives."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Ids = Field([], description="People: for closed deals the owner at closing, else the owner today")
    team: Ids = Field([], description="Teams of these owners as they stand today, with all teams below")
    process: Ids = Field([], description="Sales processes")
    process_version: int | None = Field(None, ge=1, le=2**31 - 1, description="A version of the process")
    product: Ids = Field([], description="Products that the deal has lines of")
    source: Words = Field([], description="Where the deal came from")
    region: Words = Field([], description="The deal's region, or where it has none its customer's")
    customer: Ids = Field([], description="Customers")
    currency: Words = Field([], description="ISO 4217 codes")
    from_date: date | None = Field(
        None, alias="from", description="First day of the period, in the company's time zone"
    )
    to_date: date | None = Field(None, alias="to", description="Last day of the period, itself included")
    as_of: AwareDatetime | None = Field(None, description="The instant at which deals are looked at; left out = now")
    known_at: AwareDatetime | None = Field(None, description="What was recorded after this instant is left out")

    def filters(self) -> Filters:
        """As the reports take them; raises PeriodEndsBeforeItBegins."""
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise PeriodEndsBeforeItBegins(field="/from")
        several = ("owner", "team", "process", "product", "source", "region", "customer", "currency")
        return Filters(
            process_version=self.process_version,
            from_date=self.from_date,
            to_date=self.to_date,
            **{name: tuple(getattr(self, name)) for name in several},
        )


class FunnelQuery(ReportQuery):
    """A funnel also has a kind."""

    kind: Kind = "cohort"


class WaterfallQuery(ReportQuery):
    """From one instant to another, given as such or as the days of the period; and what is expected to close when."""

    from_instant: AwareDatetime | None = Field(None, description="The state at this instant is the start")
    to_instant: AwareDatetime | None = Field(None, description="The state at this instant is the end; left out = now")
    close_from: date | None = Field(None, description="First day on which the deals are expected to close")
    close_to: date | None = Field(None, description="Last day on which the deals are expected to close")
    basis: Basis = Field("net", description="net compares two states, gross adds up every event")
    money: Literal["own", "base"] = Field("own", description="The deals' currencies, or the company's own")

    def stretch(self, zone: ZoneInfo) -> Stretch:
        """What is asked; raises SaidTwice, PeriodEndsBeforeItBegins and CloseWindowEndsBeforeItBegins."""
        if (self.from_date and self.from_instant) or (self.to_date and (self.to_instant or self.as_of)):
            raise SaidTwice(field="/from_instant" if self.from_date and self.from_instant else "/to_instant")
        start = self.from_instant or (before(self.from_date, zone) if self.from_date else BEGINNING_OF_TIME)
        last = before(self.to_date, zone, 1) if self.to_date else None
        ends = [end for end in (self.to_instant, self.as_of, last) if end]
        end = min(ends, default=None)
        if end and end < start:
            raise PeriodEndsBeforeItBegins(field="/from_instant")
        if self.close_from and self.close_to and self.close_from > self.close_to:
            raise CloseWindowEndsBeforeItBegins(field="/close_from")
        return Stretch(start, end, self.close_from, self.close_to, base=self.money == "base")


def before(day: date, zone: ZoneInfo, days: int = 0) -> datetime:
    """The last instant before a day, so many days on, begins."""
    try:
        return datetime.combine(day + timedelta(days), time(), zone) - timedelta(microseconds=1)
    except OverflowError:
        return END_OF_TIME if day.year > 1 else BEGINNING_OF_TIME


class BarQuery(WaterfallQuery):
    """One bar of a waterfall."""

    bar: Bar
    bar_currency: str = Field(max_length=3, description="The currency whose bar it is")
    limit: int = Field(50, ge=1, le=200, description="Rows per page")
    cursor: str | None = Field(None, max_length=2000, description="`page.next` of the page before")

    def asked(self, zone: ZoneInfo) -> Asked:
        """As the lists take it; raises as `stretch` does."""
        return Asked(self.stretch(zone), self.basis, self.bar, self.bar_currency)


class DealsQuery(ReportQuery):
    """The deals behind a number: the report's filters and what was counted."""

    by: PeriodOf = Field(
        "opened", description="Which day the period is about; entered: a stage of `stayed`; left: of `left`"
    )
    category: Annotated[list[str], Field(max_length=4)] = Field([], description="open, on_hold, won, lost")
    stage: Words = Field([], description="Keys of stages where deals are now")
    without_owner: bool = False
    without_product: bool = False
    stayed: str | None = Field(None, max_length=200, description="The key of a stage that deals were in")
    outcome: Outcome | None = Field(None, description="What became of that stay")
    first_time: bool = Field(default=False, description="The deal had not been in that stage before")
    left: str | None = Field(None, max_length=200, description="The key of a stage that deals last left in the period")
    reached: str | None = Field(None, max_length=200, description="The key of an open or won stage got to or passed")
    expected_from: date | None = Field(None, description="Expected to close on this day or later")
    expected_to: date | None = Field(None, description="Expected to close on this day or before")
    without_expected: bool = Field(default=False, description="Expected to close on no day")
    forecast_category: Words = Field([], description="pipeline, best_case, most_likely, commit, closed, omitted")
    lost_reason: Words = Field([], description="Why it was lost; empty = not known")
    competitor: Words = Field([], description="To whom it was lost; empty = not known")
    closed_from: Words = Field([], description="Keys of stages from which deals were closed")
    changed_before: AwareDatetime | None = Field(None, description="Nothing happened to it since")
    pushes: int | None = Field(None, ge=0, le=2**31 - 1, description="Expected close went to a later day so often")
    limit: int = Field(50, ge=1, le=200, description="Rows per page")
    cursor: str | None = Field(None, max_length=2000, description="`page.next` of the page before")

    def behind(self) -> Behind:
        """What was counted."""
        return Behind(
            by=self.by,
            category=tuple(self.category),
            stage=tuple(self.stage),
            without_owner=self.without_owner,
            without_product=self.without_product,
            stayed=self.stayed,
            outcome=self.outcome,
            first_time=self.first_time,
            left=self.left,
            reached=self.reached,
            expected_from=self.expected_from,
            expected_to=self.expected_to,
            without_expected=self.without_expected,
            forecast_category=tuple(self.forecast_category),
            lost_reason=tuple(self.lost_reason),
            competitor=tuple(self.competitor),
            closed_from=tuple(self.closed_from),
            changed_before=self.changed_before,
            pushes=self.pushes,
        )
