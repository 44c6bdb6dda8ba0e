"""Words for what no fact is ever about: moods, people, work, food, bodies. Knows no facts."""

import re
from collections.abc import Sequence


def _any(lines: Sequence[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(lines)})\b", re.IGNORECASE)


# Fitting only where a sentence is about meals.
FOOD = _any(
    (
        r"foods?|snack(?:s|ing|ed)?|hung(?:ry|er)|appetite|overeat(?:s|ing)?|sweets|desserts?|chocolate|vegetables?",
        r"fruits?",
        r"meat|salads?|lunch(?:es)?|cook(?:s|ing|ed)?|(?:late|heavy) (?:meals?|dinners?)",
    )
)
NEVER = _any(
    (
        r"moods?|moody|stress(?:ed|es|ful|ors?|ing)?|emotion\w*|sad(?:der|ness|ly)?|lonel\w*|anger|angry|irrita\w*",
        r"happ(?:y|ier|iest|iness)(?! (?:with|about|to|news|medium|sleep|coincidence))|unhapp\w*|cheerful\w*|grumpy",
        r"upset|tense",
        r"anxi\w*|nervous\w*|(?<!if you are )(?<!if you're )worried|(?<!no )worries|fear(?:s|ful)?|afraid",
        r"overwhelm\w*|frustrat\w*|bored(?:om)?",
        r"grie(?:f|ving)",
        r"feel(?:s|ing)? (?:low|down|blue|bad|empty|lost|hopeless|guilty)|self-?esteem|confiden(?:t|ce) in yourself",
        r"joy(?:ful)?",
        r"(?<!good )(?<!nice )(?<!great )(?<!well )(?<!the )jobs?|boss(?:es)?|colleagues?|co-?workers?|careers?",
        r"employ(?:er|ment)s?",
        r"work(?:place)? (?:stress|pressure|problems?|life)|workload|overwork\w*|overtime|deadlines?|office",
        r"commut\w*|salar(?:y|ies)",
        r"money|financ\w*|debts (?:to|at) (?:a|the) bank|income|exams?|homework|universit(?:y|ies)|school(?:work)?",
        r"child(?:ren)?|kids?|bab(?:y|ies)(?! steps?)|toddlers?|partners?|spouses?|husbands?|wi(?:fe|ves)",
        r"(?:girl|boy)friends?",
        r"marriage|married|divorc\w*|relationships?(?! (?:between|of|is|with sleep|with steps))|famil(?:y|ies)",
        r"parent(?:s|ing)?",
        r"friends|social life|neighbou?rs?|pets?|dogs?|cats?|sex(?:ual)?|libido|intima\w*",
        r"de-?hydrat\w*|hydrat\w*|thirst\w*|alcohol\w*|wines?|beers?|liquor|booze|drunk|hang-?overs?|cocktails?",
        r"sobriety|sober",
        r"drink(?:s|ing)? (?:too|less|more|enough|plenty|water|a lot|late)",
        r"(?:enough|more|less|glass(?:es)? of) (?:water|fluids?)",
        r"smok(?:e|es|ed|ing|ers?)|cigarettes?|vap(?:e|es|ing)|nicotine|tobacco|marijuana|weed",
        r"(?:smart|cell|mobile )?phones?|social media|television|TV|laptops?|(?:video )?gam(?:es|ing)|netflix",
        r"scroll(?:s|ing)?",
        r"screen[- ]?time|(?:in front of|on|at) (?:your|a|the) screens?|blue light",
        r"memor(?:y|ies)|forget(?:ful\w*)|cogniti\w*|IQ|intelligence|brain ?fog|attention span|brain power",
        r"(?:your|poor|bad|weak|lack of|and|or) concentration|concentration (?:is|are|has|suffers|lapses)",
        r"(?:your|monthly|menstrual) (?:cycles?|periods?(?! of))|menstrua\w*|periods? (?:pain|cycle)|ovulat\w*",
        r"pregnan\w*|fertil\w*",
        r"pains?|painful|(?:head|back|tooth|stomach)? ?aches?|sore(?:ness)?|cramps?|injur(?:y|ies|ed)",
        r"stiff(?:ness)?|nause\w*|dizz\w*",
        r"weight|overweight|underweight|body mass|BMI|body (?:fat|composition)|muscle mass|waist|slim(?:mer)?",
        r"lose (?:fat|pounds)",
        r"nutrition\w*|nutrients?|diet(?:s|ing|ary)?|calorie(?:s intake| intake| deficit)|carb(?:s|ohydrates?)",
        r"protein|fib(?:re|er)",
        r"sugar\w*|salt(?:y)?|fasting|vegan|vegetarian|keto|gluten|dairy|fast food|junk food",
        r"blood[- ](?:pressure|sugar|glucose|oxygen|lipids?|type|work)|glucose|cholesterol|triglycerides?|uric acid",
        r"lactate",
        r"Sp ?O ?2|oxygen(?:ation)?|VO ?2\w*|aerobic capacity|(?:cardio\w*|physical|aerobic) fitness",
        r"fitness (?:level|age|score)|lungs?",
        r"breath(?:s|e|es|ing|less)?|respirat\w*|snor(?:e|es|ed|ing)|cough\w*|sweat(?:s|ing|y)?",
        r"dream(?:s|t|ed|ing)?|nightmares?|REM|(?:deep|light|core|slow-wave) sleep|sleep (?:stages?|cycles?)",
        r"toss(?:ing)? and turn(?:ing)?",
        r"skin|wrist temperature|gender|age(?:d|ing)?|biological age|ethnic\w*|religio\w*|genes?|genetic\w*|DNA",
        r"heredit\w*",
        r"digesti\w*|gut|bowels?|stomach|bladder|toilet|vision|eyesight|hearing|hair|posture|bone (?:density|mass)",
        r"mattress(?:es)?|pillows?|travel(?:s|led|ling|ing)?|flights?|vacations?|weather|climate|pollution",
        r"politic\w*|astrolog\w*|horoscopes?",
    )
)
