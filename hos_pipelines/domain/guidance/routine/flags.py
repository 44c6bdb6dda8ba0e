"""Which tasks somebody is never given: the contraindications that what is known of them amounts to."""

from collections.abc import Collection, Mapping

OLDER = 65
BY_HEALTH_FLAG: Mapping[str, tuple[str, ...]] = {
    "pregnancy": ("pregnancy", "pregnancy_prone_poses"),
    "kidney_disease": ("kidney_disease", "fluid_limit"),
    "heart_failure": ("fluid_limit", "chest_symptoms", "heat_intolerance"),
    "fluid_limit": ("fluid_limit",),
    "eating_disorder": ("eating_disorder_flag",),
    "diabetes_on_medicine": ("hypoglycaemia_risk",),
    "injury": ("acute_injury",),
}


def contraindications(
    health_flags: Collection[str],
    age: int | None,
    *,
    works_nights: bool = False,
    opts_out_of_numbers: bool = False,
    is_coeliac: bool = False,
) -> frozenset[str]:
    """The flags of the task library that hold. Nobody of 65 or more is taken to be trained."""
    found = {word for flag in health_flags for word in BY_HEALTH_FLAG.get(flag, ())}
    if age is not None and age >= OLDER:
        found.add("age_65_untrained")
    if works_nights:
        found |= {"shift_work", "night_shift"}
    if opts_out_of_numbers:
        found.add("eating_disorder_flag")
    if is_coeliac:
        found.add("coeliac_unchecked")
    return frozenset(found)
