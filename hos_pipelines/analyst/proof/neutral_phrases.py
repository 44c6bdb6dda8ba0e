"""Phrases with a word of direction that point nowhere: `fall asleep`, `get up`, `up to`, `more or less`."""

import re

AT = (
    r"(?:(?:right |mostly |mainly |usually )?(?:at|around|between|near|about|within|inside|outside|close to)\b|"
    r"in the (?:middle|evening|morning|night|range|band)\b|in(?:to)? (?:your|the) usual\b)"
)
FALLS = r"\b(?:fall(?:s|ing|en)?|fell)"
# Verbs that `up` or `down` belongs to.
VERBS = (
    r"(?:get(?:s|ting)?|got|wak(?:e|es|ing)|woke|woken|catch(?:es|ing)?|caught|mak(?:e|es|ing)|made|add(?:s|ed|ing)?|"
    r"keep(?:s|ing)?|kept|end(?:s|ed|ing)?|sets?|setting|warm(?:s|ing)?|follow(?:s|ing)?|pick(?:s|ing)?|"
    r"show(?:s|ing)?|lin(?:e|es|ing)|break(?:s|ing)?|split|stay(?:s|ed|ing)?|back(?:s|ed|ing)?|sum(?:s|med)?|"
    r"wrap(?:s|ping)?|stand(?:s|ing)?|bring(?:s|ing)?|open(?:s|ing)?|free(?:s|ing)?|sit(?:s|ting)?|"
    r"perk(?:s|ing)?|wind(?:s|ing)?|slow(?:s|ing)?|calm(?:s|ing)?|l(?:ie|ies|ying)|settl(?:e|es|ing)|cool(?:s|ing)?|"
    r"shut(?:s|ting)?|power(?:s|ing)?|writ(?:e|es|ing)|not(?:e|es|ing)|turn(?:s|ing)?|dial(?:s|ling|ing)?)"
)
NUMBER = r"(?:about |around |your )?[\d\ue000-\uf8ff]"
THINGS = (
    r"(?:thing|point|step|note|tip|idea|word|detail|time|look|try|fact|finding|observation|reason|chance|piece|question|"
    r"remark|insight|habit|for you|to (?:go|try|note))"
)
CHANCES = r"(?:lever|asset|step|win|help|anchor|point|side|ally|foundation|cue|opportunity|potential|difference|suit)"
PHRASES: tuple[str, ...] = (
    rf"{FALLS} (?:back )?asleep\b",
    rf"{FALLS} (?:in|to|into) (?:bed|sleep|place)\b",
    rf"{FALLS} (?={AT})",
    # What follows says the direction itself.
    rf"{FALLS} (?=[^.;,]{{1,30}} (?:short|behind)\b)",
    rf"{FALLS} (?=short\b|below\b|above\b|behind\b|back\b)",
    r"\bris(?:e|es|ing) (?=at\b|around\b|from bed\b|time\b|early\b|between\b|near\b|and shine\b)",
    rf"\b{VERBS} (?:it |things )?(?:up|down)\b",
    r"\bcom(?:e|es|ing) (?:up (?:with|next|soon|at|around|between|in)|down to(?! [\d\ue000-\uf8ff]))\b",
    r"\bup and (?:about|moving|running|going)\b",
    r"\b(?:(?:aim|try|want|need|plan|like|best|have|hope) to be|you(?:'re| are| (?:should|can|will|could) be)) up by\b",
    rf"\b(?:one|1|two|2|a few|some|a couple|another) more {THINGS}s?\b",
    r"\bup to\b",
    r"\bmore or less\b",
    r"\bless is more\b",
    r"\bor (?:more|less|fewer|longer|later|earlier)\b",
    r"\bmore and more\b",
    r"\b(?:any|no|once|what's|even|nothing|one) more(?=[:,.!]|$)|\b(?:any|no|once|what's|even|nothing) more\b",
    r"\bmore (?=likely\b|about\b|information\b|details?\b|data\b|than just\b|and more\b)",
    # Limits: `no later than 22:30` tells a time, not a change.
    rf"\b(?:no|not) (?:later|earlier|more|less|fewer|lower|higher|longer|shorter) than(?= {NUMBER})",
    r"\bsooner or later\b",
    r"(?<=\bno )longer\b",
    r"\bany longer\b",
    r"\b(?:had|would|it is|it's) better\b",
    r"\bbetter (?=still\b|to\b|late\b|half\b)",
    r"\babove all\b",
    r"\b(?:see|as|the) (?:above|below)\b",
    r"\b(?:look(?:ing|s)?|go(?:ing|es)?|mov(?:e|es|ing)|way|step) forward\b",
    r"\bgrow(?:s|ing)? (?:accustomed|used|older)\b",
    r"\broom to grow\b",
    r"\bdrop(?:s|ping)? (?:off|in)\b",
    r"\bslip(?:s|ping)? (?:into|under)\b",
    r"\bsink(?:s|ing)? into\b",
    r"\b(?:earlier|later) (?:in|this|today|that|on in)\b(?! the (?:evening|morning|day)\b)",
    # Of what may be done, not of what was measured.
    rf"\b(?:strongest|greatest|biggest|largest) (?={CHANCES}s?\b)",
    r"\blongest (?=(?:\w+ )?(?:streak|run)\b)",
    r"\bin advance\b",
    r"\bcount(?:s|ing)? (?:\w+ ){1,3}less\b",
    r"\bat (?:its|their|your) longest\b",
)
NEUTRAL = re.compile(rf"\b(?:{'|'.join(PHRASES)})", re.IGNORECASE)
