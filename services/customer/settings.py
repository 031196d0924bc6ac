"""What the customer service is told by its environment (CUSTOMER_…)."""

from pydantic_settings import SettingsConfigDict

from shared.http.service import ServiceSettings


class Settings(ServiceSettings):
    """The settings of every service, under this one's prefix; `kek_file` is needed here."""

    model_config = SettingsConfigDict(env_prefix="CUSTOMER_", frozen=True, extra="ignore")
