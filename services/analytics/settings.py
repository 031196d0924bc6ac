"""What the analytics service is told by its environment (ANALYTICS_…)."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import field_validator
from pydantic_settings import SettingsConfigDict

from shared.http.service import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, under this one's prefix; a day of the reports begins by `time_zone`."""

    model_config = SettingsConfigDict(env_prefix="ANALYTICS_", frozen=True, extra="ignore")

    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as reason:
            raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from reason
        return name
