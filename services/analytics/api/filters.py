"""The filters that every report takes, as query parameters; one that is unknown is refused, not ignored."""

from datetime import UTC, date, datetime
from typing import Annotated, get_args
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from services.analytics.projections.deal_list import Behind, Outcome, PeriodOf
from services.analytics.projections.pipeline_moves import BEGINNING_OF_TIME
from services.analytics.projections.selection import Filters
from services.analytics.projections.without import Without
from shared.errors import Invalid

LATEST = datetime(2199, 12, 31, tzinfo=UTC)  # no sums are kept of later days
Instant = Annotated[AwareDatetime, Field(ge=BEGINNING_OF_TIME, le=LATEST)]
Ids = Annotated[list[UUID], Field(max_length=100)]
Words = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=100)]


class PeriodEndsBeforeItBegins(Invalid):
    """`from` lies after `to`."""

    code = "period-ends-before-it-begins"


class CloseWindowEndsBeforeItBegins(Invalid):
    """`close_from` lies after `close_to`."""

    code = "close-window-ends-before-it-begins"


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
    as_of: Instant | None = Field(None, description="The instant at which deals are looked at; left out = now")
    known_at: Instant | None = Field(None, description="What was recorded after this instant is left out")

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


class WithoutQuery(ReportQuery):
    """A list behind a number, also behind that of the group without a name."""

    without_owner: bool = Field(default=False, description="Of nobody")
    without_team: bool = Field(default=False, description="Of nobody, or of somebody who is in no team")
    without_product: bool = Field(default=False, description="Without lines")
    without_source: bool = Field(default=False, description="From nowhere that is known")
    without_region: bool = Field(default=False, description="Without a region of its own or of its customer")

    def without(self) -> tuple[Without, ...]:
        """What it is to have none of."""
        return tuple(one for one in get_args(Without) if getattr(self, f"without_{one}"))


class DealsQuery(WithoutQuery):
    """The deals behind a number: the report's filters and what was counted."""

    by: PeriodOf = Field(
        "opened", description="Which day the period is about; entered: a stage of `stayed`; left: of `left`"
    )
    category: Annotated[list[str], Field(max_length=4)] = Field([], description="open, on_hold, won, lost")
    stage: Words = Field([], description="Keys of stages where deals are now")
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
    with_won: bool = Field(
        default=False,
        description="Also those that were won from expected_from to expected_to, as a forecast adds them up",
    )
    pushes: int | None = Field(
        None, ge=0, le=2**31 - 1, description="Expected close went to a later day so often, or more"
    )
    pushed: int | None = Field(None, ge=0, le=2**31 - 1, description="Expected close went to a later day just so often")
    limit: int = Field(50, ge=1, le=200, description="Rows per page")
    cursor: str | None = Field(None, max_length=2000, description="`page.next` of the page before")

    def behind(self) -> Behind:
        """What was counted."""
        return Behind(
            by=self.by,
            category=tuple(self.category),
            stage=tuple(self.stage),
            without=self.without(),
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
            pushed=self.pushed,
            with_won=self.with_won,
        )
