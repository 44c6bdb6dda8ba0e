"""The words and units of a behavior result, and the annotations its parts share."""

from typing import Annotated, Literal

from hos_pipelines.domain.describe import FACT_IDS, LABEL, describe

Direction = Literal["improving", "stable", "declining"]
Level = Literal["High", "Medium", "Low"]
Band = Literal["high", "medium", "low"]
Category = Literal["Novice", "Intermediate", "Advanced", "Expert"]
Skill = Literal["beginner", "intermediate", "advanced", "expert"]
Motivation = Literal["intrinsic", "extrinsic", "mixed"]
Driver = Literal["achievement", "health", "performance", "social", "appearance"]
Engagement = Literal["goal_oriented", "process_oriented", "socially_driven", "data_driven"]
Setbacks = Literal["resilient", "adaptive", "discouraged"]
Integration = Literal["stacking", "replacement", "addition", "optimization"]
Indicator = Literal["consistency", "awareness", "proactivity", "optimization"]
BehavioralStage = Literal["pre-action", "preparation", "action", "action (maintenance not observable)"]

CLOCK, HOUR, SHARE, INDEX, DAY, MINUTE = "local hour", "hour", "share", "index", "day", "minute"
OF_SERIES = "unit of the series"
UNTOLD = "No source validates it from passive data: always empty, kept for its readers."

Ids = Annotated[list[str], describe("The facts it rests on.", FACT_IDS)]
BehaviorName = Annotated[str, describe("The behavior, by the name its facts begin with.", LABEL)]
