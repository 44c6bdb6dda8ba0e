"""Figures of behaviour.expected.json: made from closed forms, independently of the engine."""

import json
from pathlib import Path
from typing import Any

GOLD: dict[str, Any] = json.loads((Path(__file__).parents[1] / "gold" / "behaviour.expected.json").read_text())
