"""Which tasks somebody is never given: what they said of their health and of their food, as tasks name it."""

from collections.abc import Collection

from hos_pipelines.domain.person.person import OLDER


def contraindications(
    health_flags: Collection[str],
    age: int | None,
    *,
    works_nights: bool = False,
    opts_out_of_numbers: bool = False,
    words: Collection[str] = (),
) -> frozenset[str]:
    """The flags of the task library that hold; `words` are of what somebody does not eat.

    Tasks name health flags and restrictions as people state them. Nobody of 65 or more is taken to be trained.
    """
    found = {*health_flags, *words}
    if "heart_failure" in found:
        found |= {"chest_symptoms", "heat_intolerance"}
    if age is not None and age >= OLDER:
        found.add("age_65_untrained")
    if works_nights:
        found |= {"shift_work", "night_shift"}
    if opts_out_of_numbers:
        found.add("eating_disorder")
    return frozenset(found)
