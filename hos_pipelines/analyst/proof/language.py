"""Whether a text is English. Knows nothing else."""

import re
import unicodedata
from functools import lru_cache

import py3langid

FEWEST_LETTERS, FEWEST_WORDS = 40, 8
# With so many function words among its own it is English, whatever its letters alone suggest.
ENOUGH_FUNCTION_WORDS = 0.25
WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
COMMON = (
    "the a an and or of to in on at by for from with without your you it its is are was were be been has have had",
    "this that these those than then as so but if when where while which who what how not no do does did can could may",
    "might will would should there their they them we our more most less about around between before after over under",
    "until up out into usually mostly each every all both some any",
)
FUNCTION_WORDS = frozenset(word for line in COMMON for word in line.split())
LATIN = "LATIN"


def is_english(text: str) -> bool:
    """Whether a text is English, as far as it is long enough to tell."""
    words = WORDS.findall(text)
    if sum(map(len, words)) < FEWEST_LETTERS:
        return True
    common = sum(word.lower() in FUNCTION_WORDS for word in words)
    return common / len(words) >= ENOUGH_FUNCTION_WORDS or _language_of(" ".join(words)) == "en"


def is_english_claim(text: str) -> bool:
    """Whether one claim, which may be short, is English: it has Latin letters only, and words no sentence lacks."""
    if any(letter.isalpha() and not _is_latin(letter) for letter in text if not letter.isascii()):
        return False
    words = WORDS.findall(text)
    if len(words) < FEWEST_WORDS:
        return True
    return any(word.lower() in FUNCTION_WORDS for word in words) and is_english(text)


@lru_cache(maxsize=256)
def _language_of(text: str) -> str:
    language, _ = py3langid.classify(text)
    return str(language)


@lru_cache(maxsize=4096)
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(LATIN)
