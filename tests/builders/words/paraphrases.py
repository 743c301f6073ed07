"""Ways in which people ask, written down before the grammar that answers them. {m}: what is counted, {p} {q} {r}: places, {w}: a word.

Nothing here knows how a question is read. The two halves of a set are told apart by the template, so that the half that is scored has ways of
asking that nobody looked at while the grammar was made.
"""

from __future__ import annotations

FIGURE = (
    "How many {m} in {p}?",
    "how much {m} is there in {p}",
    "number of {m} recorded in {p}",
    "{m} in {p}",
    "{p} {m}",
    "what's the {m} figure for {p}?",
    "What is the rate of {m} in {p}?",
    "{m} rate {p}",
    "Please tell me how many {m} the police recorded in {p}",
    "Can you show me {m} numbers for {p}?",
    "I'd like to know the figures for {m} around {p}",
    "Was there any {m} in {p} last year?",
    "{p}: {m}?",
    "I live in {p}. How much {m} do we have?",
    "how bad is {m} in {p}",
    "How common is {m} in {p}?",
    "give me {m} for {p} please",
    "what was recorded in {p} for {m}",
    "{m} per 1,000 people in {p}",
    "How many cases of {m} were reported in {p} in the last 12 months",
    "Statistics on {m} in {p}",
    "Have there been any {m} in {p}?",
    "could you tell me about {m} at {p}?",
    "How often was {m} recorded in {p}",
    "What do the figures say about {m} in {p}?",
    "what about {m} in {p}",
    "How many incidents of {m} did the police record near {p}",
    "In {p}, how many {m} were reported to the police?",
    "count of {m} for the {p} area",
    "is there much {m} in {p}?",
    "total {m} {p}",
    "latest {m} figures {p}",
    "do you have numbers on {m} for {p}",
    "my gran lives in {p}, how much {m} is there",
    "hi, i just moved to {p} and want to know about {m} there",
    "Exactly how many {m} were there in {p}?",
    "how many {m} happened in {p} over the past year",
    "Recorded {m}, {p}",
    "What are the {m} statistics for {p}?",
    "We are a residents' group in {p} and would like the number of {m}",
    "level of {m} in {p}",
    "tell me the {m} rate for {p}",
    "how many {m} per thousand people does {p} have",
    "{p} - {m} - how many?",
)

CHANGE = (
    "Has {m} gone up in {p}?",
    "is {m} rising in {p}",
    "did {m} fall in {p} since last year",
    "{m} in {p}: up or down?",
    "How has {m} changed in {p}",
    "change in {m} {p}",
    "Is there more {m} in {p} than before?",
    "Are there fewer {m} in {p} than the year before?",
    "has {m} got worse in {p}",
    "has {m} got better in {p}",
    "is {m} increasing or decreasing in {p}",
    "what is the trend for {m} in {p}",
    "how does {m} in {p} compare with last year",
    "{m} {p} compared to the previous year",
    "Have {m} dropped in {p}?",
    "Is {m} on the rise around {p}?",
    "has the {m} rate gone down in {p}",
    "year on year change of {m} in {p}",
    "Is {p} seeing less {m}?",
    "{m} over time in {p}",
    "has there been an increase in {m} in {p}?",
    "are {m} going down in {p} or going up",
    "is {p} getting better for {m}",
    "did the number of {m} in {p} change",
    "What has happened to {m} in {p} since the last release?",
    "Do the figures show a decrease of {m} in {p}?",
)

COMPARE = (
    "Compare {m} in {p} and {q}",
    "{m}: {p} vs {q}",
    "Is there more {m} in {p} than in {q}?",
    "How does {m} in {p} compare with {q}?",
    "is {m} higher in {p} or {q}",
    "{p} versus {q} for {m}",
    "difference in {m} between {p} and {q}",
    "{p} compared to {q}: {m}",
    "Which has more {m}, {p} or {q}?",
    "put {p} and {q} side by side for {m}",
    "does {p} have less {m} than {q}",
    "{m} in {p} and {q}",
    "show {m} for {p} against {q}",
    "How do {p} and {q} differ for {m}?",
    "is {m} the same in {p} as in {q}",
    "Is the {m} rate of {p} lower than that of {q}?",
    "comparison of {p} with {q} {m}",
    "Has {p} got more {m} than {q}?",
    "is {p} worse than {q} for {m}",
)

COMPARE_THREE = (
    "compare {p}, {q} and {r} on {m}",
    "{m} in {p}, {q}, {r}",
    "Compare {m} between {p}, {q} and {r} please",
    "{p} vs {q} vs {r} for {m}",
    "How do {p}, {q} and {r} compare for {m}?",
)

# {b}: what the place is set beside; see BESIDE_WHAT
BESIDE = (
    "How does {p} compare with {b} for {m}?",
    "Is {m} in {p} higher than in {b}?",
    "{m} in {p} compared with {b}",
    "{p} against {b}: {m}",
    "Is {p} lower than {b} for {m}?",
    "how does {p} do on {m} compared to {b}",
    "compare {m} in {p} with {b}",
    "is there more {m} in {p} than in {b}",
    "does {p} have less {m} than {b}?",
    "set {m} in {p} beside {b}",
    "Is {m} in {p} different from {b}?",
)
BESIDE_WHAT = {
    "lad": ("the district", "its district", "the district as a whole", "the rest of us in the district", "the council area"),
    "all": ("the county", "the whole county", "the county as a whole", "the whole area", "the average", "the county average"),
    "like": ("similar areas", "places like it", "areas like it", "similar places"),
}

WHEN = (
    "Which months are these figures of?",
    "What period do the figures for {p} cover",
    "when was this recorded",
    "What dates are the figures for {p} from?",
    "how old are the figures",
    "when were these figures published",
    "How up to date is this?",
    "which months does the {m} number in {p} cover?",
    "what time period is this",
    "Are any months missing in {p}?",
    "When is the data from?",
    "from when are these figures",
    "what months are covered",
    "is a month missing from the figures",
    "When did these {m} figures for {p} come out?",
    "How recent are the numbers for {p}?",
    "what year are the figures from",
)

MEANING = (
    "What does {w} mean?",
    "define {w}",
    "meaning of {w}",
    "explain {w}",
    "What is meant by {w}?",
    "what do you mean by {w}",
    "what counts as {w}",
    "definition of {w}",
    "Please explain the word {w}",
    "I don't understand {w}",
    "what is a {w}",
    "what's {w}",
    'what does "{w}" stand for here',
    "{w} meaning",
)
WORDS = ("range", "rate", "withheld", "release", "neighbourhood", "chance", "missing month", "local area", "certificate", "recorded",
         "district", "burglary", "anti-social behaviour", "serious violence", "robbery", "violence and sexual offences")  # fmt: skip

PEOPLE = (
    "How many people live in {p}?",
    "population of {p}",
    "what is the population in {p}",
    "how many residents does {p} have",
    "{p} population",
    "number of people living in {p}",
    "How big is the population of {p}?",
    "how many inhabitants has {p}",
)

# what is counted, as people say it; the key is the kind's id in the invented county
MEASURES = {
    "all_recorded": ("crime", "crimes", "recorded crime", "incidents", "all crime", "offences", "reported crime", "crime overall",
                     "all recorded incidents", "crime in total"),
    "violence": ("violence and sexual offences", "violence", "violent crime", "violent offences", "violent crimes", "acts of violence"),
    "asb": ("anti-social behaviour", "antisocial behaviour", "ASB", "anti social behavior", "anti-social behaviour incidents"),
    "theft": ("theft", "thefts", "stealing", "theft and shoplifting", "stolen goods"),
    "robbery": ("robbery", "robberies", "muggings", "mugging", "street robberies"),
    "burglary": ("burglary", "burglaries", "break-ins", "break ins", "houses broken into", "homes burgled"),
    "drugs": ("drugs", "drug offences", "drug crime", "drugs offences"),
    "serious_violence": ("serious violence", "serious violent crime", "seriously violent crime"),
}  # fmt: skip
# slips of the finger, of the ear and of a telephone's keyboard
SLIPS = {
    "burglary": ("burglery", "burglarys", "burgalry", "buglaries"),
    "robbery": ("robbrey", "roberies", "robbary", "robberys"),
    "violence": ("violance", "voilence", "violense"),
    "asb": ("anti-social behavoir", "antisocal behaviour", "anti social behavour"),
    "drugs": ("durgs", "druggs"),
    "theft": ("thefft", "shop lifting and theft", "theift"),
    "all_recorded": ("crmie", "criem", "incidants"),
    "serious_violence": ("serious violance", "serous violence"),
}

# reason -> questions that must be refused for it, or for any other reason that is true of them, and never get a figure
REFUSED = {
    "cause": (
        "Why is there so much {m} in {p}?", "what causes {m} in {p}", "{m} in {p} because of what?", "What is the reason for {m} in {p}?",
        "Who is to blame for {m} in {p}?", "what is behind the rise of {m} in {p}", "Is poverty driving {m} in {p}?",
        "How come there is so much {m} in {p}", "does unemployment lead to {m} in {p}", "Is {m} in {p} due to drink?",
        "what made {m} go up in {p}", "explain why {m} fell in {p}", "did the new cameras stop {m} in {p}",
    ),
    "ranking": (
        "Which area is the worst for {m}?", "what is the most dangerous place", "safest street in {p}", "where is {m} highest",
        "Top ten places for {m}", "rank the areas by {m}", "Is {p} safe?", "which neighbourhood has the lowest {m}",
        "best place to live in {p}", "Is {p} dangerous at night", "Should I avoid {p}?", "what are the no go areas in {p}",
        "list the areas from most to least {m}", "where should I not go in {p}", "the roughest part of {p}", "which place has most {m}",
    ),
    "person": (
        "Who did the {m} in {p}?", "what is the name of the burglar in {p}", "Was my neighbour arrested for {m} in {p}?",
        "what ethnicity are the suspects of {m} in {p}", "address of the victim in {p}", "Is John Smith a criminal in {p}",
        "how many {m} in {p} were by foreigners", "which house in {p} was burgled", "Are immigrants doing the {m} in {p}?",
        "names of offenders {p}", "how many young black men did {m} in {p}", "where do the robbers live in {p}",
        "who lives at 12 High Street {p}",
    ),
    "future": (
        "Will {m} go up in {p} next year?", "predict {m} in {p}", "forecast of {m} for {p}", "How many {m} will there be in {p}?",
        "what is going to happen with {m} in {p}", "am I going to be robbed in {p}", "What are the chances of {m} in {p} tomorrow?",
        "expected {m} in {p} in 2031", "how likely am I to be a victim in {p}", "what will {m} be next month in {p}",
    ),
    "unreleased": (
        "How many {m} at night in {p}", "{m} on Saturdays in {p}", "knife crime in {p}", "stop and search in {p}",
        "How many {m} in High Street in {p}", "arrests for {m} in {p}", "{m} in {p} in March", "how many {m} yesterday in {p}",
        "domestic {m} in {p}", "how many {m} in {p} by month", "hate crime in {p}", "{m} against women in {p}", "gun crime in {p}",
        "how many {m} in {p} in 1987", "{m} in {p} this week", "number of police officers in {p}", "{m} without {n} in {p}",
        "sum of {m} in {p} and {q}", "{m} in {p} minus {m} in {q}", "{m} of children in {p}",
        "true number of {m} behind the range in {p} minus one",
        "house prices in {p}", "{m} per officer in {p}", "how many murders in {p}", "solved {m} in {p}",
    ),
}  # fmt: skip

# places that the county does not have, and what nobody counts here
ELSEWHERE = ("Zanzibar", "Birmingham", "Glasgow", "Manchester city", "Brockenhurst", "New York", "Leeds", "Atlantis", "Cardiff Bay")
