"""What one stand-in is told at the start. No behaviour beyond refusing settings that make no sense."""

from dataclasses import dataclass, field

from hos_pipelines.simulator.model.behaviours import BEHAVIOURS, Behaviour
from hos_pipelines.simulator.model.dialects import DIALECTS, Dialect


@dataclass(frozen=True)
class ModelSimulatorSettings:
    """Settings of one stand-in for the OpenAI API.

    `behaviour` is that of requests for which none was queued and whose model names none. `slow_s` is how long a slow
    answer takes, `retry_after_s` what a rate limit asks to wait, `cached_share` the share of what was sent that counts
    as cached, `dialect` the make of server it passes for. Without an `api_key` any key is accepted. Raises ValueError
    naming the field and the remedy.
    """

    behaviour: str = Behaviour.WELL_BEHAVED
    dialect: Dialect = Dialect.OPENAI
    seed: int = 7
    latency_ms: int = 0
    slow_s: float = 30.0
    retry_after_s: float = 1.0
    cached_share: float = 0.0
    api_key: str | None = field(default="stand-in", repr=False)
    unknown_models: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.behaviour not in BEHAVIOURS:
            raise ValueError(f"behaviour is {self.behaviour!r}; give one of {', '.join(BEHAVIOURS)}.")
        if self.dialect not in DIALECTS:
            raise ValueError(f"dialect is {self.dialect!r}; give one of {', '.join(DIALECTS)}.")
        self._require_range("latency_ms", 60_000)
        self._require_range("slow_s", 600)
        self._require_range("retry_after_s", 600)
        self._require_range("cached_share", 1)
        if self.api_key == "":
            raise ValueError("api_key is empty; give any non-empty text, or None to accept every key.")
        if not isinstance(self.unknown_models, tuple):
            raise ValueError(  # noqa: TRY004  every setting is refused with the same error
                f"unknown_models is {self.unknown_models!r}; give a tuple of names."
            )

    def _require_range(self, name: str, high: float) -> None:
        value = getattr(self, name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= high:
            raise ValueError(f"{name} is {value!r}; give a number from 0 to {high}.")
