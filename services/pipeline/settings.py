"""What the pipeline service is told by its environment (PIPELINE_…)."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from shared.http.service import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, the company's own currency (ISO 4217) and the time zone of its days."""

    model_config = SettingsConfigDict(env_prefix="PIPELINE_", frozen=True, extra="ignore")

    base_currency: str = Field(default="CNY", pattern="^[A-Z]{3}$")
    time_zone: str = "UTC"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as reason:
            raise ValueError(f"{name!r} is not an IANA time zone such as Asia/Shanghai") from reason
        return name
