"""Words that have no place in a claim: of disease and medicine, and of a text that tries to be more than a claim."""

import re
from collections.abc import Iterator, Sequence


def _any(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE)


MEDICAL = _any(
    (
        r"insomni\w*|apno?ea\w*|narcoleps?\w*|parasomni\w*|hypersomni\w*|restless legs?\b",
        r"depress\w*|anxi(?:ety|ous)\w*|ADHD\b|autis\w*|bipolar\b|PTSD\b|burn-?out\b|dementia\b",
        r"disorder\w*|syndromes?\b|diseases?\b|illness\w*|patholog\w*|diagnos\w*|symptom\w*",
        r"arr?h?ythmi(?:a|as|c)\b|tachycardi\w*|bradycardi\w*|fibrillation\b|afib\b|hyp(?:er|o)tensi\w*",
        r"heart (?:attack|disease|failure|condition)s?\b|stroke\b|diabet\w*|thyroid\w*|hyperthyroid\w*|obes\w*",
        r"asthma\w*|epilep\w*|migraine\w*|cancer\b|infections?\b|influenza\b|covid\w*|virus\w*",
        r"medicat\w*|medicin\w*|meds\b|drugs?\b|pills?\b|tablets?\b|capsules?\b|supplement\w*|sedat\w*",
        r"dos(?:e|es|ed|ing|age|ages)\b|\d+ ?(?:mg|mcg|milligrams?)\b|mg\b|prescri\w*|sleep(?:ing)? aids?\b",
        r"treat(?:s|ed|ing|ments?|able)?\b|therap\w*|cur(?:e|es|ed|ing)\b",
        r"(?:zolpidem|ambien|lunesta|eszopiclone|zopiclone|trazodone|benzodiazepines?|diazepam|valium|xanax)\b",
        r"(?:alprazolam|lorazepam|clonazepam|doxylamine|diphenhydramine|benadryl|antihistamines?|suvorexant)\b",
        r"(?:ibuprofen|aspirin|paracetamol|acetaminophen|tylenol|advil|nyquil|zzzquil|ramelteon|gabapentin)\b",
        r"(?:antidepressants?|ssris?|prozac|sertraline|zoloft|fluoxetine|modafinil|ritalin|adderall|insulin)\b",
        r"(?:beta-?blockers?|metoprolol|bisoprolol|statins?|metformin|opioids?|cannabis|cbd|magnesium)\b",
        r"(?:valerian|ashwagandha)\b",
    )
)
MELATONIN = re.compile(r"\bmelatonin\b", re.IGNORECASE)
TAKEN = re.compile(r"\b(?:tak(?:e|es|ing)|took|gumm(?:y|ies)|buy|swallow\w*|use|using|try)\b", re.IGNORECASE)
LINKS_AND_MARKUP = re.compile(
    r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|org|net|io|ai|dev|info|co|app|de|uk)\b|</?[a-z!][^>]*>|"
    r"&[a-z]+;|\[[^\]]*\]\s*\(|!\[|`|\*\*|^#+ |[{}<>\\|]",
    re.IGNORECASE,
)
INSTRUCTIONS = _any(
    (
        r"(?:ignor|disregard|forget|overrid)\w* (?:\w+ ){0,3}(?:rules?|instructions?|prompts?|above|previous)\b",
        r"system prompt|(?:as|i am|i'm) an? (?:ai|language model|llm|assistant)\b|language model\b",
        r"(?:chatgpt|openai|anthropic|json)\b|fact_ids?\b|(?:these|my) instructions\b|as instructed\b|the user\b",
    )
)


def medical_words(text: str, *, speaks_of_dlmo: bool) -> Iterator[str]:
    """The words of disease and medicine in a text. Melatonin is a hormone where its onset is cited, else a remedy."""
    yield from (match[0] for match in MEDICAL.finditer(text))
    melatonin = MELATONIN.search(text)
    if melatonin and (not speaks_of_dlmo or TAKEN.search(text)):
        yield melatonin[0]


def odd_forms(text: str) -> Iterator[str]:
    """What makes a text more than a plain sentence: links, markup, talk about rules and models."""
    yield from (match[0] for pattern in (LINKS_AND_MARKUP, INSTRUCTIONS) for match in pattern.finditer(text))
