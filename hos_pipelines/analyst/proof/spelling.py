"""One spelling for what a text may write in many ways: digits, dashes, quotes, spaces. Knows no words and no facts."""

import re
import unicodedata

SPACES = re.compile(r"\s+")
MIDDLE_POINT = re.compile("(?<=\\d)\u00b7(?=\\d)")
# Letters and signs that look like ASCII ones but that NFKC leaves as they are.
ALIKE = {
    "\u2212": "-",
    "\u2044": "/",
    "\u2215": "/",
    "\u2236": ":",
    "\ua789": ":",
    "\u02d0": ":",
    "\u02d1": ":",
    "\u05c3": ":",
    "\u066a": "%",
    "\u066b": ".",
    "\u066c": ",",
    "\u2018": "'",
    "\u2019": "'",
    "\u02bc": "'",
    "\u2032": "'",
    "\u201c": '"',
    "\u201d": '"',
}
DASH, DIGIT, OTHER_NUMBERS = "Pd", "Nd", frozenset({"No", "Nl"})
# Without a glyph of their own: format and control characters, private use, and marks that sit on other characters.
INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cs", "Cn", "Mn", "Me"})


def plain(text: str) -> str:
    """The text with ASCII digits, plain dashes, quotes and single spaces, so that no number hides in another script.

    Accents stay; characters that cannot be seen go, private ones among them: readers may use those as markers.
    """
    if not text.isascii():
        composed = unicodedata.normalize("NFKC", "".join(map(_spell_character, unicodedata.normalize("NFC", text))))
        text = MIDDLE_POINT.sub(".", "".join(map(_ascii, composed)))
    return SPACES.sub(" ", text).strip()


def _spell_character(character: str) -> str:
    """Numbers that are no digits stand apart, or `7` and one half would become seventy-one halves."""
    if unicodedata.category(character) not in OTHER_NUMBERS:
        return character
    composed = unicodedata.normalize("NFKC", character)
    if composed.isalpha() or composed == character:
        return f" {unicodedata.numeric(character):g} "
    return f" {composed}"


def _ascii(character: str) -> str:
    if character.isascii():
        return character
    if character in ALIKE:
        return ALIKE[character]
    category = unicodedata.category(character)
    if category == DIGIT:
        return str(unicodedata.digit(character))
    if category == DASH:
        return "-"
    return "" if category in INVISIBLE else character
