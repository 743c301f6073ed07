"""What the grammar knows of a sentence beside places and kinds: what it is asked to do, what it refuses, and words that change nothing.

A sentence is looked at as plain words in which each place stands as PLACE and each kind as KIND. Whatever is in none of these lists is not
understood, and a sentence with a word that is not understood gets no figure.
"""

from __future__ import annotations

import re

_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
)
_DAYS = "mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekends?|weekdays?"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(p.strip() for p in patterns)})\b")


# what is said of a period as a whole, and is only another way to ask for what is shown now
NEWEST = _any(
    "most recent", "most up to date", "most current", "latest", "newest", "current", "currently", "recent", "recently", "up to now",
    "to date",
    "(?:in |over |during |for |within )?(?:the )?(?:last|past) (?:year|12 months|twelve months)", "these days", "nowadays", "at the moment",
    "at present", "right now", "lately", "this year",
)  # fmt: skip
# what can be said of a period before it is read as a change
LAST_YEAR = _any("last year", "this year", "(?:the )?past year", "(?:last|past) (?:12|twelve) months")
SPAN = re.compile(rf"\b({_MONTHS}) (\d{{4}}) (?:to|until|till|through|and|up to) ({_MONTHS}) (\d{{4}})\b")
A_MONTH = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december|(?:in|of|during|since|for) may|may (?=\d{4}))\b"
)
YEAR = re.compile(r"\b(1[89]\d\d|20\d\d|2[1-9]\d\d)\b")

# reason -> what it is known by; the first that is found is said, so what names a person comes before what only counts
REFUSALS: dict[str, re.Pattern[str]] = {
    "searches": _any("stop (?:and|n) search\\w*", "stops and searches", "stopped and searched", "searched", "searches"),
    "person": _any(
        "who", "whos", "whose", "whom", "names?", "named", "address(?:es)?", "suspects?", "offenders?", "victims?", "criminals?", "burglars?",
        "robbers?", "thief", "thieves", "muggers?", "rapists?", "murderers?", "dealers?", "perpetrators?", "culprits?", "gangs?",
        "neighbours?",
        "ethnic(?:ity|ities)?", "race", "racial", "nationality", "nationalities", "religions?", "black", "white", "asian", "muslims?",
        "jews?",
        "jewish", "immigrants?", "migrants?", "foreigners?", "foreign", "refugees?", "asylum", "gyps(?:y|ies)", "travellers?", "roma", "mr",
        "mrs", "ms",
        "which (?:house|flat|home|person|people|family)", "house number", "number \\d+", "lives? at", "live next", "boyfriend", "girlfriend",
        "husband", "wife", "my ex", "date of birth", "phone number",
        "(?:by|against) (?:the |a |an |some )?(?:people|residents?|locals?|persons?|anyone|someone|them|us|police|group)",
    ),
    "future": _any(
        "will", "wont", "predict\\w*", "forecast\\w*", "going to(?! PLACE)", "gonna", "tomorrow",
        "next (?:week|month|year|summer|winter|time|\\w+day)",
        "in (?:the )?future", "future", "expect\\w*", "likely", "likelihood", "unlikely", "chances", "chance of", "risk of", "at risk",
        "probability", "odds",
        "shall", "project(?:ed|ions?)",
    ),
    "unreleased": _any(
        "arrest\\w*", "charged?", "charges", "convict\\w*",
        "prosecut\\w*", "solved",
        "unsolved", "clear up", "detect(?:ed|ion)", "outcomes?", "domestic", "hate", "knife", "knives", "gun", "guns", "firearms?",
        "shootings?",
        "stabbings?", "stabbed", "murders?", "murdered", "homicides?", "manslaughter", "killings?", "killed", "rapes?", "raped", "nights?",
        "nighttime",
        "night time", "evenings?", "mornings?", "afternoons?", "midnight", "after dark", "daytime", "hours?", "hourly", "oclock",
        "what time", "which day", "time of day",
        _DAYS, "daily", "weekly", "monthly", "each (?:day|week|month)", "per (?:day|week|month|hour|officer|house|household|street|head of)",
        "by (?:day|week|month|hour|street|age|sex|gender)", "(?:a|every) (?:day|week|month)(?! (?:is )?missing)", "month by month",
        "day by day", "yesterday", "today", "tonight",
        "this (?:week|month|morning|weekend)", "last (?:week|month|night|weekend)", "past (?:week|month|few)",
        "since (?:yesterday|monday|christmas)",
        "streets?", "roads?", "lanes?", "avenue", "wards?", "parish(?:es)?", "constituency", "postcode sector", "beat",
        "children", "child", "kids", "women", "woman", "men", "man", "girls?", "boys?", "teenagers?", "teens?", "youths?", "young",
        "elderly", "pensioners?",
        "older people", "old people", "students?", "aged?", "gender", "sex of", "male", "female", "gay", "trans", "disabled",
        "officers?", "police (?:station|numbers|budget)", "budget", "cost", "costs", "house prices?", "prices?", "rents?", "salary", "cctv",
        "cameras",
        "weapon used", "alcohol", "drunk", "drunken", "cannabis", "cocaine", "heroin", "terror\\w*", "fraud", "scams?", "cyber\\w*",
        "speeding", "parking",
        "fire", "fires", "accidents?", "collisions?", "ambulance", "hospital", "true (?:number|count|figure|value)",
        "real (?:number|count|figure|value)",
        "actual (?:number|count|figure|value)", "raw", "hidden", "secret", "suppressed", "unsuppressed", "uncensored", "unredacted",
        "redacted", "behind the range",
        "internal", "unpublished", "private", "exact value", "original", "underlying",
    ),
    "arithmetic": _any(
        "minus", "plus", "subtract\\w*", "deduct\\w*", "take away", "without", "excluding", "exclude", "except", "excepting", "apart from",
        "other than",
        "not counting", "leaving out", "remaining", "remainder", "rest of(?! (?:us in )?the (?:district|county|region|area))", "sum",
        "summed", "add", "adds", "added", "adding",
        "together", "combined?", "combining", "divided?", "multiplied", "multiply", "percent(?:age)?", "per cent", "share of", "proportion",
        "fraction", "ratio",
        "subset", "difference (?:of|in numbers)",
    ),
    "cause": _any(
        "why", "because", "reasons?", "causes?", "caused", "causing", "blame", "blamed", "due to", "behind", "how come", "leads? to",
        "led to", "leading to",
        "drives?", "driven", "driving", "drove", "made", "makes?", "making", "thanks to", "result of", "results? from", "resulted",
        "responsible", "fault",
        "contribut\\w*", "stop", "stopped", "prevent\\w*", "effects?", "affect\\w*", "impacts?", "influence[sd]?", "explanation", "root",
        "linked? to", "linked with",
        "work(?:s|ed|ing)?", "help(?:s|ed)? (?:reduce|cut|stop)", "reduced? by", "brought",
    ),
    "ranking": _any(
        "worst", "best", "safest", "safe", "safer", "safely", "unsafe", "safety", "danger", "dangerous", "most", "least", "highest",
        "lowest", "fewest", "greatest",
        "top", "bottom", "rank\\w*", "league", "rough", "rougher", "roughest", "dodgy", "dodgiest", "avoid", "no go", "hot ?spots?",
        "ghetto", "nicest", "nice",
        "posh", "should i", "should we", "should not", "scary", "score", "index of", "list (?:the|all|every)", "bad area", "good area",
        "trouble spots?",
        "which (?:other )?(?:area|place|part|neighbourhood|town|village|city|estate|district|bit|local area)s?",
        "what (?:area|place|part|neighbourhood|town|city|estate|district)s?", "where (?:is|are|was|were|do|does|should|can|has|have|in|to)",
        "how many (?:areas|places|neighbourhoods|districts)",
    ),
}  # fmt: skip

# a change over time, and words that say one only where a single place is named
CHANGE = _any(
    "gone (?:up|down)", "go(?:ing|es)? (?:up|down)", "went (?:up|down)", "up or down", "down or up", "rises?", "rising", "risen", "rose",
    "on the (?:rise|increase|decrease)",
    "falls?", "fallen", "falling", "fell", "increas\\w*", "decreas\\w*", "chang\\w*", "trends?", "trending", "drop(?:s|ped|ping)?",
    "declin\\w*", "grow(?:s|n|ing)?",
    "grew", "than before", "than (?:it was|they were)(?: before| last year)?",
    "than (?:in )?(?:the )?(?:last year|year before|previous year|one before|period before)",
    "year (?:on|over) year", "over time",
    "(?:compared?|comparison) (?:to|with) (?:the )?(?:last year|previous (?:year|period)|year before|period before|before)",
    "since (?:the )?(?:last (?:year|release|time)|year before|previous (?:year|release)|before)", "(?:the )?year before",
    "(?:the )?previous (?:year|period|release)", "getting (?:better|worse)",
    "got (?:better|worse)", "gotten (?:better|worse)", "get(?:s)? (?:better|worse)", "improv\\w*", "worsen\\w*", "happened to",
    "better or worse", "worse or better", "seeing (?:less|more|fewer)",
)  # fmt: skip
MORE = _any("more", "less", "fewer", "better", "worse", "higher", "lower")
COMPARE = _any(
    "compar\\w*", "vs?", "versus", "against", "than", "side by side", "beside", "differ(?:s|ent|ence|ences)?", "between", "or", "same",
    "contrast", "higher", "lower",
    "more", "less", "fewer", "worse", "better", "above", "below",
)  # fmt: skip
# what one place is set beside
WHOLES: dict[str, re.Pattern[str]] = {
    "like": _any(
        "(?:other )?similar (?:areas?|places?|neighbourhoods?)",
        "(?:areas?|places?|neighbourhoods?) (?:that are )?(?:like|similar to) (?:it|this|that|PLACE)", "like areas",
        "comparable (?:areas?|places?)",
    ),
    "lad": _any(
        "(?:the |its |their |our |this |whole )*(?:rest of (?:us in )?the )?(?:district|borough|council area|council)"
        "(?: as a whole| average| itself| around it)?",
    ),
    "all": _any(
        "(?:the |our |this |a )*(?:rest of (?:us in )?the )?(?:whole )?(?:county|region|force area|police area)"
        "(?: as a whole| average| wide| overall)?",
        "(?:the )?(?:whole area|area as a whole|whole force|whole place|everywhere|everywhere else)(?: average)?",
    ),
    "average": _any("(?:the |its |our )?(?:overall )?average", "(?:the )?norm", "normal", "typical", "usual"),
}  # fmt: skip

WHEN = _any(
    "(?:which|what) (?:months?|dates?|period|time period|time span|span|years?|days?)(?! (?:has|had|have))", "time period",
    "how (?:old|recent|up to date|current|new)",
    "when (?:is|are|was|were|did|do|does)", "come out", "came out", "from when", "since when", "missing",
    "months? (?:are |is )?(?:covered|missing)", "missing months?",
    "dates? (?:of|from)", "published when",
    "gaps?", "date range",
)  # fmt: skip
# 'on' is passed over before what is asked about and nowhere else: 'on buses' is another question
ABOUT = re.compile(r"\bon (?=(?:the )?(?:KIND|PLACE)\b)")
# by whom it was written down is the same of every record
RECORDED = _any("(?:recorded|reported|counted|published|noted|logged|known) (?:by|to) (?:the |our )?(?:police|force|officers)")
# 'when does it happen' asks for an hour, which no figure has
HAPPENS = _any("happens?", "happening", "occurs?", "take place", "committed", "commit", "peak")

PEOPLE = _any(
    "populations?", "inhabitants?",
    "(?:how many|number of|many) (?:people|residents|persons|adults and children)(?: (?:that|who))?"
    " (?:live|lives|living|reside|are there|does|do|has|have|in PLACE)",
    "people (?:live|living)", "(?:how many|number of) residents", "how populous", "how big is PLACE",
)  # fmt: skip

MEANS = _any(
    "what (?:does|do|did) (?:it|you|this|that|they|we)? ?", "mean", "means", "meaning(?: of)?", "meant(?: by)?", "define", "defined?",
    "definition(?: of)?", "explain(?:ed)?",
    "counts? as", "understand", "stands? for", "what (?:is|are)", "whats", "glossary",
)  # fmt: skip
# asked for by these alone, a word is to be explained only where nothing else is said
STRONG_MEANS = _any(
    "mean", "means", "meaning", "meant", "define", "defined", "definition", "explain", "explained", "counts? as", "i dont understand",
    "do not understand",
    "stands? for", "glossary",
)  # fmt: skip

# words that change nothing of what is asked
_CHANGES_NOTHING = """
    a an the of in at for to from with within inside into around near and or as is are was were be been being am do does did done has have
    had having there here it its this that these those they them their we us our you your i me my im id ive hi hello hey dear please
    thanks thank ok okay so well just also too then can could would may might want wanted wants wanting need like know see find look
    looking tell show give get got say says said saying let lets how many much often common about any some all every what whats which
    where when number numbers count counts counted counting figure figures rate rates level levels statistic statistics stats stat data
    information info total totals amount quantity volume record records recorded recording report reports reported reporting published
    publish printed listed known happen happened happens occurred occur police force forces per 1000 thousand 12 twelve 95 people person
    persons resident residents living live lives lived moved move moving area areas place places estate village town city district borough
    neighbourhood council local community year years period time over during past last previous since up out exactly exact precise
    precisely roughly approximately gran mum dad group new bad going gone more less fewer higher lower better worse than before compared
    compare compares comparison comparing comparative versus vs v between side both each different differ differs difference same beside
    set put down theres heres kind kinds type types sort sorts quick question wonder wondering curious interested ask asking regarding
    concerning re think seem seems looks doing whole entire overall altogether according official officially real really actually
    currently now still yet ever if whether something anything everything word words term terms phrase stand stands means mean meaning
    latest newest newer recent recently current above below average county region shows shown display displayed list come came cover
    covers covered date dates old hows youre visitor someone anyone yes answer check using use one ones cases case instance instances via
    high low big small bigger smaller large
"""
FILLER = frozenset(_CHANGES_NOTHING.split())
