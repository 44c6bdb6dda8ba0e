"""What stands beside a property in the published schemas: what it means, and in which unit or form it is given."""

from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo

TEXT, LABEL, FACT_IDS, YES_OR_NO, DATE, LIST = "text", "label", "fact ids", "yes or no", "ISO date", "list"


def describe(meaning: str, unit: str = TEXT, **bounds: Any) -> FieldInfo:
    """The description and unit of a property, for its `Annotated`; `bounds` as pydantic's `Field` takes them.

    `unit` is that of a quantity (`hour`, `share`), else the form it has: text, label, fact ids, yes or no, ISO date,
    list. A description costs nothing where models are made: it stands in the schema alone.
    """
    info: FieldInfo = Field(description=meaning, json_schema_extra={"unit": unit}, **bounds)
    return info
