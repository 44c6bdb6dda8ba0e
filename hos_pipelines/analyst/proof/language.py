"""Whether a text is English. Knows nothing else."""

import re
import unicodedata
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache

import py3langid

from hos_pipelines.analyst.proof.english_words import COMMON, FOREIGN

FEWEST_LETTERS, FEWEST_WORDS, FEWEST_TO_TELL = 40, 3, 8
# Of a claim; the least that an honest one of the benchmark has is 0.6, the most of another language 0.
ENOUGH_ENGLISH = 0.3
BORROWED = frozenset({"caf\u00e9", "na\u00efve", "r\u00e9sum\u00e9", "clich\u00e9", "\u00e0"})
# With so many function words among its own it is English, whatever its letters alone suggest.
ENOUGH_FUNCTION_WORDS = 0.25
WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
LINES = (
    "the a an and or of to in on at by for from with without your you it its is are was were be been has have had",
    "this that these those than then as so but if when where while which who what how not no do does did can could may",
    "might will would should there their they them we our more most less about around between before after over under",
    "until up out into usually mostly each every all both some any",
)
FUNCTION_WORDS = frozenset(word for line in LINES for word in line.split())
LATIN = "LATIN"


def is_english(text: str) -> bool:
    """Whether a text is English, as far as it is long enough to tell."""
    words = WORDS.findall(text)
    if sum(map(len, words)) < FEWEST_LETTERS:
        return True
    common = sum(word.lower() in FUNCTION_WORDS for word in words)
    return common / len(words) >= ENOUGH_FUNCTION_WORDS or _language_of(" ".join(words)) == "en"


def is_english_claim(text: str, own: AbstractSet[str] = frozenset()) -> bool:
    """Whether one claim, which may be short, is English; `own` are the words of the rules engine's own sentences.

    It has Latin letters without accents only, and of its words enough are everyday ones or the engine's.
    """
    if any(letter.isalpha() and not _is_latin(letter) for letter in text if not letter.isascii()):
        return False
    words = [word.lower() for word in WORDS.findall(text)]
    if any(not word.isascii() and word not in BORROWED for word in words):
        return False
    if len(words) < FEWEST_WORDS:
        return not any(word in FOREIGN for word in words)
    return _share_of_english(words, own) >= ENOUGH_ENGLISH and (len(words) < FEWEST_TO_TELL or is_english(text))


def _share_of_english(words: Sequence[str], own: AbstractSet[str]) -> float:
    """Of its words, those that are English less those that only other languages have."""
    english = sum(_is_common(word, own) for word in words)
    return (english - sum(word in FOREIGN and word not in own for word in words)) / len(words)


def _is_common(word: str, own: AbstractSet[str]) -> bool:
    stem = word.split("'", maxsplit=1)[0]
    return any(one in COMMON or one in FUNCTION_WORDS or one in own for one in (word, stem, stem.removesuffix("s")))


def words_of(text: str) -> frozenset[str]:
    """The words of a text, in lower case."""
    return frozenset(word.lower() for word in WORDS.findall(text))


@lru_cache(maxsize=256)
def _language_of(text: str) -> str:
    language, _ = py3langid.classify(text)
    return str(language)


@lru_cache(maxsize=4096)
def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith(LATIN)
