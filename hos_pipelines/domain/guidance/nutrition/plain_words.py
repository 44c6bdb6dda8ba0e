"""Text as words that can be compared: folded, without accents and hidden characters, each in the singular.

The same rule is used for the terms that are looked for and for the text they are looked for in.
"""

import re
import unicodedata
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
HYPHENATED = re.compile(r"[^\W_]+(?:[-\u2010\u2011'\u2019][^\W_]+)+")
SHORTEST_PLURAL = 3
BEFORE_ES = ("she", "che", "xe", "sse", "ze", "oe")


def folded(text: str) -> str:
    """Lower case, compatible forms, no accents, nothing invisible."""
    if text.isascii() and text.isprintable():
        return text.lower()
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if unicodedata.category(letter) not in {"Mn", "Cf", "Cc", "Cn", "Co"})


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """A word without the ending of a plural; applied alike to both sides, so that it need not be right, only one."""
    if len(word) > SHORTEST_PLURAL and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > SHORTEST_PLURAL and word.endswith("ie"):
        return f"{word[:-2]}y"
    return word[:-1] if word.endswith(BEFORE_ES) else word


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in order. Letters that stand alone in a row are one word."""
    words: list[str] = []
    alone: list[str] = []
    for word in WORD.findall(folded(text)):
        if len(word) == 1 and word.isalpha():
            alone.append(word)
            continue
        words += _joined(alone)
        alone = []
        words.append(singular(word))
    return (*words, *_joined(alone))


def _joined(alone: list[str]) -> list[str]:
    """Letters in a row as one word; as one without the first too, which may have been an article."""
    word = "".join(alone)
    return [singular(word), singular(word[1:])] if len(word) > 1 else [word] if word else []


def joined_words(text: str) -> list[str]:
    """Hyphenated words as one: a hyphen within a word hides nothing."""
    return [singular("".join(WORD.findall(found))) for found in HYPHENATED.findall(folded(text))]


def is_readable(text: str) -> bool:
    """Whether every letter is Latin: look-alikes of other scripts cannot be compared."""
    return text.isascii() or all("LATIN" in unicodedata.name(letter, "") for letter in folded(text) if letter.isalpha())
