"""Whether a sentence about a meal may stand: what it forbids, what it cannot be read by, and foods that are not in it.

The rules' own sentences pass it before a plan is handed out; whoever else words one has to pass it as well.
"""

from collections.abc import Collection, Iterable

from hos_pipelines.domain.guidance.nutrition.food_library import FoodLibrary, unheld_marks
from hos_pipelines.domain.guidance.nutrition.forbidden_terms import UNREADABLE
from hos_pipelines.domain.guidance.nutrition.marks import Marks
from hos_pipelines.domain.guidance.nutrition.restrictions import Restrictions


def forbidden_in(library: FoodLibrary, restrictions: Restrictions, texts: Iterable[str]) -> list[str]:
    """The marks that texts name although they are left out, each once; `unreadable` where a text hides its letters."""
    forbidden = restrictions.forbidden | {UNREADABLE}
    return sorted(frozenset[str]().union(*map(library.net.marks_in, texts)) & forbidden)


def strange_in(library: FoodLibrary, text: str, food_ids: Collection[str], beside: Collection[str] = ()) -> list[str]:
    """Foods and ingredients a text names that are none of an item's foods, restriction or not.

    `beside` are the rules' own texts of the item: what they name may be named.
    """
    named = (ids for one in beside for _, ids in library.words.foods_in(one))
    held: Marks = frozenset[str]().union(
        *(library.foods[food].marks for food in food_ids), *map(library.net.marks_in, beside)
    )
    own = frozenset(food_ids).union(*named)
    return [*library.words.strangers(text, own), *unheld_marks(library.net.marks_in(text), held)]
