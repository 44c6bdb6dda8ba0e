"""The state of one running stand-in: settings, behaviours to come, counts, whom it was asked about. No HTTP here."""

from typing import Any

from hos_pipelines.simulator.identity import stable_id
from hos_pipelines.simulator.model.behaviours import BEHAVIOURS, Behaviour, BehaviourBook
from hos_pipelines.simulator.model.conversation import Conversation
from hos_pipelines.simulator.model.failures import model_not_found
from hos_pipelines.simulator.model.model_tally import ModelTally
from hos_pipelines.simulator.model.prompt import Prompt, read_prompt
from hos_pipelines.simulator.model.reply import SimulatedReply
from hos_pipelines.simulator.model.settings import ModelSimulatorSettings
from hos_pipelines.simulator.model.speech import Speaker

NAMED_PREFIX = "stand-in/"
_NO_MODEL = "no-such-model"
_REMEMBERED_PROMPTS = 64


class StandIn:
    """Everything that changes while a stand-in runs."""

    def __init__(self, settings: ModelSimulatorSettings) -> None:
        self.settings = settings
        self.behaviours = BehaviourBook(Behaviour(settings.behaviour))
        self.tally = ModelTally()
        self.last_request: dict[str, Any] | None = None
        self._speaker = Speaker(settings.seed)
        self._prompts: dict[str, Prompt] = {}

    def behaviour_for(self, model: str) -> Behaviour:
        """How a request for this model is answered: as its name says, else as told. Counts it.

        Raises:
            ApiError: there is no such model.
        """
        named = model.removeprefix(NAMED_PREFIX) if model.startswith(NAMED_PREFIX) else None
        is_unknown = model == _NO_MODEL or model in self.settings.unknown_models
        if is_unknown or (named is not None and named not in BEHAVIOURS):
            raise model_not_found(model)
        behaviour = self.behaviours.take() if named is None else Behaviour(named)
        self.tally.count_behaviour(behaviour.value)
        return behaviour

    def reply(self, api: str, conversation: Conversation, behaviour: Behaviour) -> SimulatedReply:
        """The reply to a conversation."""
        prompt = read_prompt(conversation.prompt)
        is_better_now = behaviour is Behaviour.INVENTED_NUMBER_ONCE and conversation.is_repair
        effective = Behaviour.WELL_BEHAVED if is_better_now else behaviour
        speech = self._speaker.speech(effective, prompt, self._of_another(prompt))
        self._remember(prompt)
        # A huge answer is a server that keeps to no limit.
        said = speech if behaviour is Behaviour.HUGE else speech.within(conversation.most_tokens)
        name = stable_id(f"{self.settings.seed}|{api}|{behaviour}|{conversation.sent}").replace("-", "")
        return SimulatedReply(name, conversation, said, self.settings.cached_share)

    def _of_another(self, prompt: Prompt) -> Prompt | None:
        others = [held for tag, held in self._prompts.items() if tag != prompt.tag]
        return others[-1] if others else None

    def _remember(self, prompt: Prompt) -> None:
        if not prompt.tag:
            return
        self._prompts.pop(prompt.tag, None)
        self._prompts[prompt.tag] = prompt
        if len(self._prompts) > _REMEMBERED_PROMPTS:
            del self._prompts[next(iter(self._prompts))]
