"""What the notify service is told by its environment (NOTIFY_…)."""

from pydantic_settings import SettingsConfigDict

from shared.http.service import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, under this one's prefix."""

    model_config = SettingsConfigDict(env_prefix="NOTIFY_", frozen=True, extra="ignore")
