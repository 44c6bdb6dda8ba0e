"""Words that have no place in a claim: of disease and medicine, and of a text that tries to be more than a claim."""

import re
from collections.abc import Iterator

MEDICAL = re.compile(
    r"\binsomni\w*|\bapn(?:o)?ea\w*|\bdepress\w*|\banxi(?:ety|ous)\w*|\bdisorder\w*|\bsyndromes?\b|\bdiseases?\b|"
    r"\bdiagnos\w*|\bsymptom\w*|\barr?h?ythmi(?:a|as|c)\b|\btachycardi\w*|\bbradycardi\w*|\bfibrillation\b|\bafib\b|"
    r"\bhyper(?:tensi\w*|somni\w*|thyroid\w*)|\bhypotensi\w*|\bdiabet\w*|\bnarcoleps?\w*|\bparasomni\w*|\brestless legs?\b|"
    r"\bADHD\b|\bautis\w*|\bbipolar\b|\bPTSD\b|\bburn-?out\b|\basthma\w*|\bepilep\w*|\bmigraine\w*|\bdementia\b|\bcancer\b|"
    r"\bstroke\b|\bheart (?:attack|disease|failure|condition)s?\b|\binfections?\b|\binfluenza\b|\bcovid\w*|\bvirus\w*|"
    r"\billness\w*|\bobes\w*|\bpatholog\w*|\bmedicat\w*|\bmedicin\w*|\bmeds\b|\bdrugs?\b|\bpills?\b|\btablets?\b|"
    r"\bcapsules?\b|\bsupplement\w*|\bdos(?:e|es|ed|ing|age|ages)\b|\d ?(?:mg|mcg|milligrams?)\b|\bmg\b|\bprescri\w*|"
    r"\btreat(?:s|ed|ing|ments?|able)?\b|\btherap\w*|\bcur(?:e|es|ed|ing)\b|\bsleep(?:ing)? aids?\b|\bsedat\w*|"
    r"\b(?:zolpidem|ambien|lunesta|eszopiclone|zopiclone|trazodone|benzodiazepines?|diazepam|valium|xanax|alprazolam|"
    r"lorazepam|clonazepam|ibuprofen|aspirin|paracetamol|acetaminophen|tylenol|advil|benadryl|diphenhydramine|doxylamine|"
    r"antihistamines?|antidepressants?|ssris?|prozac|sertraline|zoloft|fluoxetine|modafinil|ritalin|adderall|"
    r"beta-?blockers?|metoprolol|bisoprolol|statins?|metformin|insulin|opioids?|cannabis|cbd|magnesium|valerian|"
    r"ashwagandha|nyquil|zzzquil|suvorexant|ramelteon|gabapentin)\b",
    re.IGNORECASE,
)
MELATONIN = re.compile(r"\bmelatonin\b", re.IGNORECASE)
TAKEN = re.compile(r"\b(?:tak(?:e|es|ing)|took|gumm(?:y|ies)|buy|swallow\w*|use|using|try)\b", re.IGNORECASE)
FORM = re.compile(
    r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|org|net|io|ai|dev|info|co|app|de|uk)\b|</?[a-z!][^>]*>|&[a-z]+;|"
    r"\[[^\]]*\]\s*\(|!\[|```|`|\*\*|^#+ |[{}<>\\|]|\b(?:ignor|disregard|forget|overrid)\w* (?:\w+ ){0,3}(?:rules?|"
    r"instructions?|prompts?|above|previous)\b|\bsystem prompt|\b(?:as|i am|i'm) an? (?:ai|language model|llm|assistant)\b|"
    r"\blanguage model\b|\bchatgpt\b|\bopenai\b|\banthropic\b|\bthese instructions\b|\bthe user\b|\bjson\b|\bfact_ids?\b|"
    r"\bas instructed\b|\bmy instructions\b",
    re.IGNORECASE | re.MULTILINE,
)


def medical_words(text: str, *, speaks_of_dlmo: bool) -> Iterator[str]:
    """The words of disease and medicine in a text. Melatonin is a hormone where its onset is cited, else a remedy."""
    yield from (match[0] for match in MEDICAL.finditer(text))
    melatonin = MELATONIN.search(text)
    if melatonin and (not speaks_of_dlmo or TAKEN.search(text)):
        yield melatonin[0]


def odd_forms(text: str) -> Iterator[str]:
    """What makes a text more than a plain sentence: links, markup, talk about rules and models."""
    yield from (match[0] for match in FORM.finditer(text))
