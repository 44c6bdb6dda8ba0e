"""Words that have no place in a claim: of disease and medicine, and of a text that tries to be more than a claim."""

import re
import unicodedata
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
        r"treat(?:s|ed|ing|ments?|able)?\b(?! yourself\b)|therap\w*|cur(?:e|es|ed|ing)\b",
        r"(?:zolpidem|ambien|lunesta|eszopiclone|zopiclone|trazodone|benzodiazepines?|diazepam|valium|xanax)\b",
        r"(?:alprazolam|lorazepam|clonazepam|doxylamine|diphenhydramine|benadryl|antihistamines?|suvorexant)\b",
        r"(?:ibuprofen|aspirin|paracetamol|acetaminophen|tylenol|advil|nyquil|zzzquil|ramelteon|gabapentin)\b",
        r"(?:antidepressants?|ssris?|prozac|sertraline|zoloft|fluoxetine|modafinil|ritalin|adderall|insulin)\b",
        r"(?:beta-?blockers?|metoprolol|bisoprolol|statins?|metformin|opioids?|cannabis|cbd|magnesium)\b",
        r"(?:valerian|ashwagandha|chamomile|ginseng|kratom|kava|creatine|herbal|homeopath\w*|probiotics?)\b",
        r"(?:an)?a?emi(?:a|as|c)\b|ana?emi\w*|iron (?:deficien\w*|levels?|stores?)|low iron\b|ferritin\b|deficien\w*",
        r"vitamins?\b|omega-?3\b|minerals?\b|blood (?:thinners?|tests?|clots?|count)\b|anticoagulants?\b|warfarin\b",
        r"beta[ -]?blockers?\b|ACE inhibitors?\b|anti-?depressants?\b|antibiotics?\b|vaccin\w*|steroids?\b",
        r"cortisol\b",
        r"inflam\w*|infect\w*|fevers?\b|feverish\b|(?:the |a )?flu\b|common cold\b|(?:have|caught|catching) a cold\b",
        r"allerg\w*|immun\w*|autoimmun\w*|contagious\b|pneumonia\b|bronchitis\b|sinus\w*|reflux\b|heartburn\b",
        r"chronic(?:ally)?\b|clinical(?:ly)?\b|medical(?:ly)?\b|acute\b|congenital\b|remission\b|prognos\w*",
        r"relaps\w*",
        r"burn(?:t|ed)[ -]?out\b|panic attacks?\b|phobi\w*|OCD\b|obsessive\b",
        r"psycho(?:sis|tic|path\w*|somatic)\b|psychiatr\w*|schizo\w*|mania\b|manic\b|trauma\w*|suicid\w*|self-harm\b",
        r"(?:eating|mood|sleep) disorders?\b|anorexi\w*|bulimi\w*|addict\w*|alcoholi(?:sm|cs?)\b|withdrawal\b",
        r"overdos\w*",
        r"menopaus\w*|perimenopaus\w*|hot flash(?:es)?\b|pregnan\w*|miscarr\w*|endometrio\w*|PCOS\b|PMS\b",
        r"infertil\w*",
        r"sleep-?walk\w*|sleep paralysis\b|night (?:terrors?|sweats?)\b|bruxism\b|teeth[ -]grinding\b|catalepsy\b",
        r"RLS\b",
        r"CPAP\b|palpitations?\b|heart (?:murmurs?|rhythm disturbances?|block)\b|cardiac\b|cardiomyopath\w*|angina\b",
        r"coronary\b|arter(?:y|ies|ial)\b|atheroscl\w*|thrombo\w*|embol\w*|an?eurysms?\b|circulation problems?\b",
        r"arthrit\w*|osteo\w*|rheuma\w*|fibromyalgi\w*|sciatica\b|multiple sclerosis\b|parkinson\w*|alzheimer\w*",
        r"kidney\w*|liver\b|hepat\w*|gastr\w*|IBS\b|colitis\b|celiac\b|coeliac\b|COPD\b|emphysema\b|tumou?rs?\b",
        r"leuka?emi\w*|lymphoma\w*|carcino\w*|concussions?\b|seizures?\b|neurolog\w*|neuropath\w*|vertigo\b",
        r"tinnitus\b",
        r"fatigue syndrome\b|adrenal\w*|hypoglyc\w*|hyperglyc\w*|pre-?diabet\w*|metabolic\b|insulin\w*",
        r"hypothyroid\w*",
        r"surger(?:y|ies)\b|hospital\w*|injections?\b|inject(?:s|ed)?\b|remed(?:y|ies)\b|hypnotics?\b",
        r"tranquil+i[sz]ers?\b",
        r"anxiolytic\w*|stimulants?\b|diuretic\w*|nicotine patch\w*|lithium\b|quetiapine\b|mirtazapine\b",
        r"escitalopram\b",
        r"citalopram\b|venlafaxine\b|bupropion\b|propranolol\b|atenolol\b|atorvastatin\b|levothyroxine\b|ozempic\b",
        r"semaglutide\b|prednis\w*|cortisone\b|melatonin (?:tablets?|spray|drops)\b",
        r"(?:an? |at )(?:increased |higher )?risk of\b",
        r"mortality\b|life expectancy\b|comorbid\w*|abnormalit\w*|ailments?\b|sickness\b|sick\b|unwell\b|infirm\w*",
    )
)
MELATONIN = re.compile(r"\bmelatonin\b", re.IGNORECASE)
# Melatonin is one, where its onset is spoken of.
HORMONES = re.compile(r"\bhormon(?:es?|al)\b", re.IGNORECASE)
TAKEN = re.compile(r"\b(?:tak(?:e|es|ing)|took|gumm(?:y|ies)|buy|swallow\w*|use|using|try)\b", re.IGNORECASE)
LINKS_AND_MARKUP = re.compile(
    r"https?:|www\.|\b[\w.+-]+@[\w-]+\.\w+|\b[\w-]+\.(?:com|org|net|io|ai|dev|info|co|app|de|uk)\b|</?[a-z!][^>]*>|"
    r"&#?[a-z\d]+;|\[[^\]]*\]\s*\(|!\[|`|\*|__|~~|(?:^|\s)#+ |[{}<>\\|]|"
    r"(?:javascript|vbscript|ftp|mailto|tel|file):|data:\w+/|\bon(?:error|load|click)=|-->|"
    r"(?:^|[.!?:] )(?:- |\d\) |> )|"
    r"\b(?:drop|alter|truncate|create) table\b|\bunion (?:all )?select\b|\bselect\b.{0,40}\bfrom\b.{0,40}\bwhere\b|"
    r"\b(?:insert into|delete from)\b|--\s*$|;\s*--|'\s*;|\bor 1 ?= ?1\b|\$\(|\brm -rf?\b",
    re.IGNORECASE,
)
HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# A soft hyphen and the choice of an emoji's look change nothing that is read.
SOFT = frozenset({"\u00ad", "\ufe0f"})
INSTRUCTIONS = _any(
    (
        r"(?:ignor|disregard|forget|overrid)\w* (?:\w+ ){0,3}(?:rules?|instructions?|prompts?|above|previous)\b",
        r"(?:system|hidden|secret|initial|original) (?:prompt|message|instruction)s?\b|prompt injection\b|jailbr\w*",
        (
            r"(?:print|reveal|show|output|repeat|display|leak)\w* (?:me )?(?:your|the|all) (?:\w+ )?"
            r"(?:prompts?|rules|secrets?|keys?)\b"
        ),
        r"(?:system|assistant|user|developer|human|admin|operator|model|tool|checker|grader|reviewer|note to \w+) ?:",
        (
            r"(?:note|message|instructions?) (?:to|for) (?:the |any |all )?"
            r"(?:checkers?|graders?|reviewers?|validators?|models?|assistants?|systems?|machines?|programs?|proof|verifiers?|judges?|AI)\b"
        ),
        r"(?:checkers?|graders?|validators?|verifiers?|moderators?)\b|verif(?:y|ied|ies|ication)\b|exempt\w*",
        r"whitelist\w*",
        r"(?:developer|debug|admin|god|DAN|maintenance|sudo) mode\b|override\b|bypass\w*",
        r"you are now (?:an?|in|the)\b",
        (
            r"(?:approve|accept|pass|allow|publish) (?:this|the|every|all|any) "
            r"(?:answers?|claims?|sentences?|texts?|outputs?)\b"
        ),
        r"(?:this|the|all|these) (?:answers?|claims?|sentences?|texts?) (?:is|are|was|were|has|have|must|may|need)\b",
        r"(?:do not|don't|never|skip|without) (?:check|verify|validat|proof|flag|reject)\w*",
        r"(?:new|updated|following|previous|prior|earlier) (?:instructions?|rules|orders)\b|(?-i:AI|LLM|GPT\S*)\b",
        r"chat-?bots?\b",
        r"(?:act|behave|pretend|respond|answer|reply) (?:as (?:an?|if|the)|to be|only)\b",
        r"end of (?:prompt|message|data)\b",
        r"(?:as|i am|i'm) an? (?:ai|language model|llm|assistant)\b|language model\b",
        r"(?:chatgpt|openai|anthropic|json)\b|fact_ids?\b|(?:these|my) instructions\b|as instructed\b|the user\b",
    )
)


def medical_words(text: str, *, speaks_of_dlmo: bool) -> Iterator[str]:
    """The words of disease and medicine in a text. Melatonin is a hormone where its onset is cited, else a remedy."""
    yield from (match[0] for match in MEDICAL.finditer(text))
    melatonin = MELATONIN.search(text)
    if not speaks_of_dlmo:
        yield from (match[0] for match in HORMONES.finditer(text))
    if melatonin and (not speaks_of_dlmo or TAKEN.search(text)):
        yield melatonin[0]


def _is_hidden(character: str) -> bool:
    """Control characters and line breaks, bidirectional overrides, joiners, private and unassigned characters."""
    return unicodedata.category(character) in HIDDEN and character not in SOFT


def odd_forms(text: str, raw: str) -> Iterator[str]:
    """What makes a text more than a plain sentence: links, markup, talk about rules and models.

    `raw` is the claim as it was written: line breaks and characters that cannot be seen are gone from `text`.
    """
    yield from (f"U+{ord(character):04X}" for character in raw if _is_hidden(character))
    yield from (match[0] for pattern in (LINKS_AND_MARKUP, INSTRUCTIONS) for match in pattern.finditer(text))
