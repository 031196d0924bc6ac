"""What reports with amounts can be asked besides the filters: in which money, and by what they are cut."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.analytics.api.filters import (
    CloseWindowEndsBeforeItBegins,
    Ids,
    Instant,
    PeriodEndsBeforeItBegins,
    ReportQuery,
)
from services.analytics.projections import activity, quota, slipped
from services.analytics.projections.attainment import Holder
from services.analytics.projections.coins import Coins
from services.analytics.projections.forecast_lists import Every, Wish
from services.analytics.projections.funnel import Kind
from services.analytics.projections.grouping import AnyGrouping, DatedGrouping, Grouping, StageGrouping
from services.analytics.projections.selection import Filters
from shared.errors import Invalid


class RatesNotUnderstood(Invalid):
    """`rates` is `event` or a day, and says something about the company's money only (`money=base`)."""

    code = "rates-not-understood"


class MoneyQuery(ReportQuery):
    """A report with amounts."""

    money: Literal["own", "base"] = Field("own", description="The deals' currencies, or the company's own")
    rates: Literal["event"] | date = Field("event", description="Rates of the events, or all of one day")

    def coins(self) -> Coins:
        """As the reports take it; raises RatesNotUnderstood."""
        if self.rates != "event" and self.money == "own":
            raise RatesNotUnderstood(field="/rates")
        return Coins(base=self.money == "base", day=None if self.rates == "event" else self.rates)


class RottingQuery(MoneyQuery):
    """What stands open can also be cut by its stages."""

    group_by: StageGrouping | None = Field(
        None, description="Groups of rows; what is open is of one instant, so it has no months"
    )


class LossesQuery(MoneyQuery):
    """What was lost can be cut by everything, also by the stages from which it was lost and by months."""

    group_by: AnyGrouping | None = Field(None, description="Groups of rows: owner, stage, month, product, …")


class DatedMoneyQuery(MoneyQuery):
    """What happened on a day can also be cut by its months and quarters."""

    group_by: DatedGrouping | None = Field(
        None, description="Groups of rows: owner, month, product, …; what is decided stands in no stage any more"
    )


class DatedQuery(ReportQuery):
    """A report without amounts on what happened on a day."""

    group_by: DatedGrouping | None = Field(
        None, description="Groups of rows: owner, month, product, …; the stages are rows already, or there are none"
    )


class StagesQuery(ReportQuery):
    """How long deals were in stages, cut by what the deals have."""

    group_by: Grouping | None = Field(
        None, description="Groups of rows; the stages are rows already, and the age of what stands there has no months"
    )


class SnapshotHasNoMonths(Invalid):
    """A funnel of kind `snapshot` is of one instant; it is cut by other things than months and quarters."""

    code = "snapshot-has-no-months"


class FunnelQuery(DatedQuery):
    """A funnel also has a kind: a cohort is cut by the months of opening, a flow by those in which stays began."""

    kind: Kind = "cohort"

    def cut(self) -> DatedGrouping | None:
        """By what it is cut; raises SnapshotHasNoMonths."""
        if self.kind == "snapshot" and self.group_by in ("month", "quarter"):
            raise SnapshotHasNoMonths(field="/group_by")
        return self.group_by


class WinRateQuery(DatedMoneyQuery):
    """A win rate has a kind."""

    kind: Literal["closed", "cohort"] = Field("closed", description="Of the deals closed, or opened, in the period")


class ForecastQuery(MoneyQuery):
    """The forecast also has periods."""

    group_by: StageGrouping | None = Field(
        None, description="Groups of rows: owner, team, stage, product, …; the periods are rows already"
    )
    every: Every = Field("month", description="Length of the periods of expected close")
    accuracy_at: Instant | None = Field(None, description="Compare what was forecast at this instant with now")

    def wish(self) -> Wish:
        """As the report takes it; raises RatesNotUnderstood."""
        return Wish(every=self.every, coins=self.coins(), group_by=self.group_by, accuracy_at=self.accuracy_at)


class VelocityQuery(MoneyQuery):
    """Velocity looks back."""

    group_by: Grouping | None = Field(
        None, description="Groups of rows; what is decided stands in no stage, and what is open has no months"
    )

    trailing_months: int = Field(12, ge=1, le=120, description="So many months of closings, without `from`")


class QuotaQuery(ReportQuery):
    """Quotas have periods of their own."""

    period: Annotated[list[Annotated[str, Field(max_length=7)]], Field(max_length=100)] = Field(
        [], description="Such as 2026, 2026-Q3 or 2026-07; left out = all that touch `from` to `to`"
    )
    holder: Holder | None = Field(None, description="Only quotas of people, or of teams")
    rates: Literal["event"] | date = Field("event", description="Rates of the events, or all of one day")
    group_by: Grouping | None = Field(
        None, description="Who or what brought it; a quota has its period, so no months, and what was won has no stage"
    )

    def wish(self) -> quota.Wish:
        """As the report takes it."""
        day = None if self.rates == "event" else self.rates
        return quota.Wish(periods=tuple(self.period), holder=self.holder, day=day, group_by=self.group_by)


class WindowQuery(MoneyQuery):
    """What slipped was expected on certain days."""

    close_from: date | None = Field(None, description="It was expected to close on this day or later")
    close_to: date | None = Field(None, description="It was expected to close on this day or before, and now is not")

    def window(self) -> tuple[date | None, date | None]:
        """The close window; raises CloseWindowEndsBeforeItBegins."""
        if self.close_from and self.close_to and self.close_from > self.close_to:
            raise CloseWindowEndsBeforeItBegins(field="/close_from")
        return self.close_from, self.close_to


class SlippedQuery(DatedMoneyQuery, WindowQuery):
    """What slipped can be cut, and its newest moves are listed."""

    before: Instant | None = Field(None, description="The list goes on with moves before this instant")

    def wish(self) -> slipped.Wish:
        """What else the report takes."""
        return slipped.Wish(group_by=self.group_by, before=self.before)


class ActivityFilters(BaseModel):
    """Activities and tasks know less than deals; what is open or done is asked for now only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: Ids = Field([], description="People")
    team: Ids = Field([], description="Teams of these people as they stand today, with all teams below")
    customer: Ids = Field([], description="Customers")
    from_date: date | None = Field(None, alias="from", description="First day of the period")
    to_date: date | None = Field(None, alias="to", description="Last day of the period, itself included")

    def filters(self) -> Filters:
        """As the report takes them; raises PeriodEndsBeforeItBegins."""
        if self.from_date and self.to_date and self.from_date > self.to_date:
            raise PeriodEndsBeforeItBegins(field="/from")
        whose = Filters(owner=tuple(self.owner), team=tuple(self.team), customer=tuple(self.customer))
        return replace(whose, from_date=self.from_date, to_date=self.to_date)


class ActivityQuery(ActivityFilters):
    """The report tells what was done day by day, week by week or month by month."""

    every: activity.Every = Field("month", description="Length of the stretches")
