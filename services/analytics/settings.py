"""What the analytics service is told by its environment (ANALYTICS_…)."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from shared.http.service import ServiceSettings
from shared.mining.calendar import Day, Hours, NotOpeningHours, WorkingCalendar, chinese_working_days


class Settings(ServiceSettings):
    """The settings of every service, under this one's prefix; a day of the reports begins by `time_zone`.

    `working_hours`: when people work on a working day of `working_zone`; `working_days`: china (public holidays and
    worked weekends of the State Council's notices) or weekdays. `drift_…`: an alarm when of `drift_least_deals` or more
    deals closed in the last `drift_days` more than `drift_threshold` (0 to 1) left the drawing of their process.
    `metrics_refresh_seconds`: how old the values of metrics may become.
    """

    model_config = SettingsConfigDict(env_prefix="ANALYTICS_", frozen=True, extra="ignore")

    time_zone: str = "UTC"
    working_hours: str = "09:00-12:00,13:30-18:00"
    working_zone: str = "Asia/Shanghai"
    working_days: Literal["china", "weekdays"] = "china"
    drift_days: int = Field(default=30, ge=1, le=3650)
    drift_threshold: float = Field(default=0.2, ge=0, le=1)
    drift_least_deals: int = Field(default=20, ge=1)
    metrics_refresh_seconds: float = Field(default=300.0, gt=0)

    @field_validator("time_zone", "working_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as reason:
            raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from reason
        return name

    @field_validator("working_hours")
    @classmethod
    def _a_day(cls, hours: str) -> str:
        try:
            WorkingCalendar(ZoneInfo("UTC"), {0: day_of(hours)})
        except (ValueError, NotOpeningHours) as reason:
            raise ValueError(f"{hours!r} are not ascending hours such as 09:00-12:00,13:30-18:00") from reason
        return hours

    @property
    def calendar(self) -> WorkingCalendar:
        """When the company works."""
        day = day_of(self.working_hours)
        zone = ZoneInfo(self.working_zone)
        if self.working_days == "china":
            return replace(chinese_working_days(day), zone=zone)
        return WorkingCalendar(zone, dict.fromkeys(range(5), day))

    @property
    def working_day(self) -> timedelta:
        """The hours of one working day."""
        monday = datetime(2024, 1, 8, tzinfo=UTC)
        one = WorkingCalendar(ZoneInfo("UTC"), {0: day_of(self.working_hours)})
        return one.working_time(monday, monday + timedelta(days=1))


def day_of(hours: str) -> Day:
    """The hours of a working day, written `09:00-12:00,13:30-18:00`; raises ValueError."""
    spans = [span.split("-") for span in hours.split(",")]
    return tuple(
        Hours(time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())) for opens, closes in spans
    )
