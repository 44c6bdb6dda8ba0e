"""The model that the settings name; knows no numpy, so that a look at the settings does not wait for it."""

from hos_pipelines.analyst.account import ModelAccount
from hos_pipelines.settings import Settings


def model_account(settings: Settings) -> ModelAccount | None:
    """How the settings' model is spoken to; None without a key."""
    if settings.openai_api_key is None:
        return None
    return ModelAccount(
        model=settings.hos_openai_model,
        api_key=settings.openai_api_key.get_secret_value(),
        base_url=settings.openai_base_url,
        api=settings.hos_openai_api,
        timeout_s=settings.hos_openai_timeout,
        max_retries=settings.hos_openai_max_retries,
        concurrency=settings.hos_openai_concurrency,
        requests_per_minute=settings.hos_openai_requests_per_minute,
        most_output_tokens=settings.hos_openai_max_output_tokens,
        price_list=settings.hos_openai_prices,
        run_tokens=settings.hos_openai_run_tokens,
        run_usd=settings.hos_openai_run_usd,
        day_tokens=settings.hos_openai_day_tokens,
        day_usd=settings.hos_openai_day_usd,
    )
