"""Somebody may be in danger, or threatens others: said in many ways, so found by who does what to whom, beside the phrases.

A person is harmed by a person ("my stepdad hits us"), not by a rise ("the rent hits us"); somebody does not want to live, not
"to live next to a road". Whatever this misses is still read by a moderator; what it finds is read first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from participation.moderation.flags.finding import Finding

_HIM = (
    r"(?:he|she|(?:step)?(?:dad|mum|father|mother|brother|sister)|uncle|grandad|husband|wife|partner|boyfriend|girlfriend|ex|cousin|"
    r"carer|teacher|coach)"
)
_CLOSE = (
    r"(?:mum|mother|dad|father|brother|sister|son|daughter|kids?|child(?:ren)?|girls?|boys?|baby|friend|neighbour|grandson|"
    r"granddaughter|nan|wife|husband|partner)"
)
_YOUNG = r"(?:(?:little|baby|big|older|younger|small|disabled|best)\s+)?"
_OURS = rf"(?:me|us|him|her|them|(?:my|the|her|his|our)\s+{_YOUNG}{_CLOSE})"
# "her" at the end of what is said: "he hits her every night", not "she hits her targets".
_ENDS = r"(?=\s*(?:[.,;!?\n]|$|(?:and|when|if|so|while|every|all|again|at\s+night|in\s+front|with\s+(?:his|her|a))\b))"
# Not "he hits me with a bill" and not "she beats me at chess".
_ELSE = (
    r"(?!\s+with\s+(?:[\w']+\s+){0,3}(?:£|bills?\b|fines?\b|charges?\b|fees?\b|costs?\b|rises?\b|rent\b|surprise|question|party\b|hug\b))"
    r"(?!\s+(?:at(?!\s+(?:night|home)\b)|to|by)\b)"
)
_HITS = (
    r"(?:hits?|hitting|beats?|beating|beats\s+up|punch(?:es|ed|ing)|kick(?:s|ed|ing)|slap(?:s|ped|ping)|chok(?:es|ed|ing)|"
    r"strangl(?:es|ed|ing)|rape[sd]|raping|hurts?|hurting|burns|burned|touch(?:es|ed|ing))"
)
_GOING_TO = r"(?:'?ll|\s+will|'?d|\s+would|'?s\s+going\s+to|'?m\s+going\s+to|\s+(?:am|is|are)\s+going\s+to|\s+want(?:s|ed)?\s+to)"
_SOMEBODY = (
    r"(?:me|us|you|him|them|who(?:so)?ever|her(?!\s+\w+\s+(?:time|garden)\b)|some(?:one|body)|every(?:one|body)|"
    r"(?:the|that|this|your|my|his|her)\s+(?:\w+\s+)?(?:man|woman|boss|officers?|councillors?|wardens?|drivers?|staff|mayor|manager|"
    rf"leader|lot|people|family|{_CLOSE}))"
)
_KILL = r"(?:kill|stab|strangle|shoot|hang|bomb)"
_PLACES = r"(?:office|hall|house|home|building|depot|flats?|hotel|mosque|church|synagogue|temple|centre|camp|school|car|van)s?"
_BURN = (
    r"(?:petrol\s+bomb|set\s+fire\s+to|burn)\s+"
    rf"(?:(?:the|that|this|your|his|her|their)\s+(?:\w+\s+){{0,2}}{_PLACES}|(?:it|them)\s+down)"
)
_STOPS = r"(?=\s*(?:[.,;!?\n]|$|and\b|since\b|because\b|any\s?more\b))"
_PATTERNS = (
    # Somebody harms somebody.
    (
        rf"{_HIM}\s+(?:(?:always|often|still|keeps|has)\s+)?{_HITS}\s+"
        rf"(?:me\b|us\b|(?:my|the|her|his|their)\s+{_YOUNG}{_CLOSE}\b|(?:her|him|them)\b{_ENDS}){_ELSE}"
    ),
    (
        rf"(?:he|she|they|{_CLOSE})\s+(?:is|are|gets?|getting)\s+(?:being\s+)?"
        r"(?:beaten(?:\s+up)?|abused|raped|groomed|trafficked|molested|strangled)\b(?!\s+(?:for|to|at|by\s+\d)\b)"
    ),
    r"raped\s+(?:me|my|her|him|us)\b",
    rf"(?:scared|afraid|frightened|terrified)\s+of\s+my\s+{_YOUNG}(?:{_HIM}|{_CLOSE})\b(?!')",
    rf"{_HIM}\s+(?:won't|will\s+not|does\s?n't|does\s+not)\s+let\s+(?:me|her|us)\s+(?:leave|out\b|go\s+out|see\s+(?:my|her|our)\s+\w+)",
    (
        rf"{_HIM}\s+(?:won't|will\s+not|does\s?n't|does\s+not|never)\s+(?:let\s+(?:{_OURS})\s+(?:eat|wash|sleep|see\s+a\s+doctor)|"
        rf"feeds?\s+(?:{_OURS}))\b"
    ),
    rf"makes?\s+(?:{_OURS})\s+(?:sleep|live|eat)\s+(?:in|on)\s+(?:the|a)\s+(?:shed|garage|car|cellar|kennel|floor)\b",
    rf"{_HIM}\s+(?:steals|is\s+stealing|takes\s+money)\s+from\s+(?:me|us|my|her)\b",
    r"(?:says?|said|told\s+(?:me|her|him|us))\s+not\s+to\s+tell(?=\s*[.,!?]|\s*$|\s+(?:anyone|anybody|mum|dad)\b)",
    r"(?:took|taken|keeps?|kept|holds?)\s+(?:her|his|their)\s+passports?\b",
    # A child shows it.
    (
        r"(?:child(?:ren)?|kids?|baby|toddler|little\s+(?:boy|girl|one))\b[^.!?\n]{0,60}?\b(?:(?:is|are|was|were|covered|always|full|and|with|has|have|had)\s+)"
        r"(?:in\s+|of\s+)?(?:bruise[sd]|burn\s+marks|cigarette\s+burns|black\s+eyes?|starving(?!\s+for\b)|locked\s+in(?=\s*[.,;!]|\s+(?:the|a|his|her|their)\b))\b"
    ),
    # Somebody is threatened.
    (
        r"(?:should|ought\s+to|will|'ll|gonna|going\s+to|want\s+to|deserves?|needs?)\s+(?:get\s+|put\s+|throw\s+|chuck\s+|lob\s+)?a\s+"
        r"(?:brick|stone|rock|bottle|firework)\s+through\b"
    ),
    r"(?:i|we)\s+(?:all\s+)?know\s+where\s+(?:he|she|you|they)\s+lives?\b(?!\s+up\s+to)",
    rf"(?:i|we|he|she|they){_GOING_TO}\s+{_KILL}\s+{_SOMEBODY}\b(?!\s+(?:time|an?\s+(?:email|message|line))\b)",
    rf"(?:i|we|he|they){_GOING_TO}\s+{_BURN}\b",
    rf"(?:some(?:one|body)|they|we)\s+(?:should|ought\s+to)\s+(?:{_KILL}\s+{_SOMEBODY}|{_BURN})\b",
    r"threat(?:en(?:ed|s|ing)?|s)\s+to\s+(?:kill|stab|shoot|hurt|rape|hit|beat|burn)\b",
    r"threatened\s+(?:me|us|him|her|them)\s+with\s+(?:a|his|her)\s+(?:knife|gun|hammer|machete|bottle)\b",
    r"(?:knife|gun|machete)\s+and\s+(?:says?|said)\s+(?:he|she|they)(?:'?ll|\s+will|'?s\s+going\s+to)\b",
    rf"i{_GOING_TO}\s+bring\s+(?:a|my)\s+(?:knife|gun|machete|bat)\b",
    # Somebody may harm themselves.
    r"(?:cutting|burning|starving)\s+(?:myself|my\s+(?:arms|wrists|legs|thighs))\b",
    r"(?:hang|drown|stab|poison|harm)\s+myself\b",
    r"(?:thinking|think|thought)\s+(?:about|of)\s+(?:jumping|ending\s+it|suicide|dying)\b",
    rf"(?:no|any)\s+(?:point|reason)\s+(?:in\s+|to\s+|for\s+)?(?:living|live|being\s+alive)\b{_STOPS}",
    rf"(?:do\s?n[o']?t|do\s+not|didn'?t|not)\s+want\s+to\s+(?:live|be\s+alive|wake\s+up)\b{_STOPS}",
    r"\bi\s+(?:do\s?n'?t|do\s+not)\s+want\s+to\s+be\s+here\s+any\s?more\b",
    rf"if\s+i\s+(?:was|were)\s+(?:gone|dead|not\s+here)\b{_STOPS}",
    r"(?:took|taken|take|taking)\s+(?:an\s+overdose|all\s+(?:of\s+)?(?:my|the|his|her)\s+(?:tablets|pills|medicine))\b",
    rf"(?:i|i'm|he's|she's|{_HIM}|{_CLOSE})\s+(?:(?:am|is|feels?|felt|was|has\s+been|have\s+been)\s+)?suicidal\b(?!\s+(?:back\s+)?in\s+(?:19|20)\d\d)",
    r"want\s+to\s+end\s+it(?=\s*(?:[.!?\n]|$|all\b))",
    # In Welsh.
    r"eisiau\s+byw\b(?=\s*(?:[.,;!?\n]|$|mwyach\b|rhagor\b))",
    r"yn\s+fy\s+(?:nharo|nghuro|mrifo|mwrw|ngham-?drin|nhreisio)\b",
    r"ofn\w*\s+(?:o\s+)?fy\s+(?:nhad|ngŵr|mhartner|mrawd)\b",
)
_DANGER = re.compile(rf"\b(?:{'|'.join(_PATTERNS)})", re.IGNORECASE)


def find(text: str) -> Iterator[Finding]:
    """Each place at which somebody seems to be in danger."""
    for found in _DANGER.finditer(text.replace("’", "'")):
        yield Finding(found.start(), found.end(), "danger")
