"""What somebody has done with one task so far, and what it says: how likely it is done, liked, in the way.

Completed counts 1, partial a half, skipped nothing; a day of which nothing was reported is no day at all.
"""

from dataclasses import dataclass
from typing import Literal

KEEP_FROM, ADAPT_FROM, FEWEST_DUE = 0.80, 0.40, 5
PRIOR_DAYS = 4
FIRST_COMPLETION = 0.7
UNRATED = 0.5
LOWEST_RATING, HIGHEST_RATING = 1, 5
RATING_WEIGHT, WISH_WEIGHT, MAYBE_WEIGHT, NO_WEIGHT = 0.6, 0.4, 0.4, 0.8
# What the formula reaches at the worst rating with every answer a no: friction is a share of it.
WORST_FRICTION = RATING_WEIGHT + WISH_WEIGHT * NO_WEIGHT
LOW_FRICTION, MEDIUM_FRICTION = 0.3, 0.6

Verdict = Literal["keep", "adapt", "replace", "open"]
FrictionLevel = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Experience:
    """One task of one person over the last 28 days.

    `done` sums completions over `due` days; `rating` is the mean of 1 to 5, None where nobody rated; `no` and `maybe`
    are shares of the answers to whether it should go on; `low_ratings` counts single stars and noes.
    """

    due: int = 0
    done: float = 0.0
    rating: float | None = None
    no: float = 0.0
    maybe: float = 0.0
    low_ratings: int = 0
    days_since_used: int | None = None

    @property
    def share(self) -> float | None:
        """Completion, 0 to 1; None before the first due day."""
        return self.done / self.due if self.due else None

    @property
    def verdict(self) -> Verdict:
        """Whether the task stays, is made easier, goes, or has too few days to tell."""
        if self.due < FEWEST_DUE or self.share is None:
            return "open"
        if self.share >= KEEP_FROM:
            return "keep"
        return "adapt" if self.share >= ADAPT_FROM else "replace"

    @property
    def satisfaction(self) -> float:
        """Mean rating as 0 to 1: one star is nothing, and nobody's opinion is the middle."""
        return UNRATED if self.rating is None else (self.rating - LOWEST_RATING) / (HIGHEST_RATING - LOWEST_RATING)

    @property
    def friction(self) -> float:
        """How much is in the way, 0 to 1: low ratings, and answers that it should not go on."""
        if self.rating is None and not self.no and not self.maybe:
            return 0.0
        dislike = 0.0 if self.rating is None else (HIGHEST_RATING - self.rating) / (HIGHEST_RATING - LOWEST_RATING)
        unwilling = NO_WEIGHT * self.no + MAYBE_WEIGHT * self.maybe
        return (RATING_WEIGHT * dislike + WISH_WEIGHT * unwilling) / WORST_FRICTION

    @property
    def friction_level(self) -> FrictionLevel:
        """Friction in a word: low up to .3, medium up to .6."""
        if self.friction <= LOW_FRICTION:
            return "low"
        return "medium" if self.friction <= MEDIUM_FRICTION else "high"

    def expected_completion(self, own_mean: float = FIRST_COMPLETION) -> float:
        """(k + 4m) / (n + 4): the person's own mean m over all tasks, until outcomes of this one outweigh it."""
        return (self.done + PRIOR_DAYS * own_mean) / (self.due + PRIOR_DAYS)


NO_EXPERIENCE = Experience()
