"""How the value behind a placeholder is shown: in the prompt as where it is filled in."""

import re

from hos_pipelines.domain.circadian.results import Constant
from hos_pipelines.domain.facts import Fact
from hos_pipelines.domain.facts_text import display

# Differences whose sign the words around them tell: `36 min later`, never `-36 min earlier`; `3 h ahead`.
SIGNED = re.compile(r"_z$|_trend_slope$|^free_minus_work_wake$|^lie_in$|^sjl_rel$|^drift$|^sleep_debt_(?:14|now)$")


def shown_value(fact: Fact) -> str:
    """A fact's value as it stands in a sentence: without the sign that the words around it tell."""
    value = display(fact)
    return value.lstrip("+-") if SIGNED.search(fact.id) else value


def shown_constant(constant: Constant) -> str:
    """A constant's: `8.8 hours`."""
    return f"{constant.value:g} {constant.unit}{'' if constant.value == 1 else 's'}"
