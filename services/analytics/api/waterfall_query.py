"""What a waterfall can be asked: from when to when, of deals expected to close when, in which money; and one bar."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pydantic import Field

from services.analytics.api.filters import (
    LATEST,
    CloseWindowEndsBeforeItBegins,
    Instant,
    PeriodEndsBeforeItBegins,
    WithoutQuery,
)
from services.analytics.api.money_query import MoneyQuery
from services.analytics.projections.grouping import Grouping
from services.analytics.projections.pipeline_moves import BEGINNING_OF_TIME, Basis, Stretch
from services.analytics.projections.waterfall import Bar
from services.analytics.projections.waterfall_lists import Asked
from shared.errors import Invalid


class SaidTwice(Invalid):
    """An end of a waterfall is given as an instant or as a day, not as both."""

    code = "said-twice"


class StretchQuery(MoneyQuery):
    """From one instant to another, given as such or as the days of the period; and what is expected to close when."""

    from_instant: Instant | None = Field(None, description="The state at this instant is the start")
    to_instant: Instant | None = Field(None, description="The state at this instant is the end; left out = now")
    close_from: date | None = Field(None, description="First day on which the deals are expected to close")
    close_to: date | None = Field(None, description="Last day on which the deals are expected to close")
    basis: Basis = Field("net", description="net compares two states, gross adds up every event")

    def stretch(self, zone: ZoneInfo) -> Stretch:
        """What is asked; raises SaidTwice, PeriodEndsBeforeItBegins and CloseWindowEndsBeforeItBegins, or as coins."""
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
        return Stretch(start, end, self.close_from, self.close_to, self.coins())


def before(day: date, zone: ZoneInfo, days: int = 0) -> datetime:
    """The last instant before a day, so many days on, begins; of days that no sums are kept of the nearest one."""
    nearest = min(max(day, BEGINNING_OF_TIME.date()), LATEST.date() - timedelta(days=2))
    found = datetime.combine(nearest + timedelta(days), time(), zone) - timedelta(microseconds=1)
    return max(found, BEGINNING_OF_TIME)


class WaterfallQuery(StretchQuery):
    """All bars, which can be cut."""

    group_by: Grouping | None = Field(
        None,
        description="Groups of rows whose bars balance; stages and months are what moves, so none of these",
    )


class BarQuery(WithoutQuery, StretchQuery):
    """One bar of a waterfall."""

    bar: Bar
    bar_currency: str = Field(max_length=3, description="The currency whose bar it is")
    limit: int = Field(50, ge=1, le=200, description="Rows per page")
    cursor: str | None = Field(None, max_length=2000, description="`page.next` of the page before")

    def asked(self, zone: ZoneInfo) -> Asked:
        """As the lists take it; raises as `stretch` does."""
        return Asked(self.stretch(zone), self.basis, self.bar, self.bar_currency, self.without())
