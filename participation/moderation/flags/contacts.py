"""Ways to reach somebody: phone numbers, email addresses, home addresses and links.

The patterns of UK phone numbers are our own: the library `phonenumbers` knows every country, is not among our
dependencies, and would be asked about one of them only. Source of the shapes: Ofcom's National Telephone Numbering Plan.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from participation.moderation.flags.finding import Finding

_PHONE = re.compile(
    r"(?<![\w£.,/+-])(?!(?<=\d[ ])0[ -])(?:(?:\+|00)44[ .-]?(?:\(0\)[ .-]?)?|\(?(?:0|[Oo](?=7\d{3})))"
    r"(?P<rest>(?:[ ().-]{0,2}\d){9,10})(?![\d/]|[.,]\d)",
    re.ASCII,
)
_MOBILE_WITH_STROKES = re.compile(r"(?<![\w£.,/+-])07\d{3}/\d{3}/?\d{3}(?![\w/])", re.ASCII)
# Digits in words, in English or Welsh, as who wants to get round this would write them.
_DIGIT = {
    "zero": "0", "nought": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "hundred": "00",
    "sero": "0", "dim": "0", "un": "1", "dau": "2", "tri": "3", "pedwar": "4", "pump": "5", "chwech": "6", "saith": "7",
    "wyth": "8", "naw": "9",
}  # fmt: skip
_TIMES = {"double": 2, "triple": 3, "treble": 3}
_SPOKEN_WORD = rf"(?:{'|'.join((*_DIGIT, *_TIMES))}|\d{{1,5}})"
_SPOKEN = re.compile(
    rf"(?<![\w£.,/+-])(?:zero|nought|oh|o|dim|sero|0\d{{0,4}})(?:[\s,-]{{1,2}}{_SPOKEN_WORD}){{3,12}}(?!\w)",
    re.IGNORECASE,
)
# A number that says what else it is: "ISBN 0 14 103614 4", "order no. 01632960123".
_NAMED_OTHERWISE = re.compile(
    r"\b(?:isbn|issn|uprn|usrn|barcode|invoice|order|reference|ref|application|asset|meter|serial)"
    r"(?:\s(?:number|no))?[.:#]?\s{1,2}(?:is\s)?$",
    re.IGNORECASE,
)
_AT, _DOT = r"(?: ?@ ?|\s?[\[(]\s?at\s?[\])]\s?)", r"(?:\.|\s?[\[(]\s?dot\s?[\])]\s?)"
_EMAIL = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}{_AT}(?:[\w-]{{1,63}}{_DOT}){{1,4}}[a-z]{{2,24}}(?!\w)", re.IGNORECASE
)
_MAILERS = "gmail|googlemail|hotmail|outlook|yahoo|icloud|btinternet|live|aol|sky"
# With the dot in words any site will do; with a dot as it is, "at" is often just a word, so the site must be known for mail.
_EMAIL_IN_WORDS = re.compile(
    rf"\b[\w.+-]{{2,64}} (?:at|@) (?:(?:{_MAILERS}) ?(?:dot|\.)|[\w-]{{2,63}} dot) ?"
    r"(?:com|org|net|info|me|io|wales|cymru|london|(?:co|org|ac|me|gov|nhs)(?: ?(?:dot|\.) ?uk)?)\b",
    re.IGNORECASE,
)
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2}"
_STREET = (
    r"(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|way|gardens|court|crescent|terrace|place|grove|square|walk|hill|"
    r"house|flats?|mews|rise|row|green|park|heol|ffordd|stryd|lôn|clos|maes|rhodfa)"
)
# What makes a number in a street a place of work or a stop.
_WORKPLACE = (
    r"(?:surgery|clinic|library|school|shop|office|station|stop|cent(?:re|er)|hall|church|"
    r"car\spark|site|playground|pub|gym)s?\b"
)
_HOUSE = r"(?:flat\s)?\d{1,4}[a-z]?,?\s(?:[\w'’]{2,20}\s){0,3}"
_ADDRESS = re.compile(rf"\b{_HOUSE}[\w'’]{{2,20}}[^.!?\n]{{0,50}}\b{_POSTCODE}\b", re.IGNORECASE)
_NUMBER = r"(?:number|no\.?|house|flat|rhif)\s\d{1,4}[a-z]?"
_ADDRESS_SHORT = re.compile(
    rf"\b{_POSTCODE}\b,?\s{_NUMBER}\b|\b{_NUMBER},?\s(?:in\s|at\s)?{_POSTCODE}\b", re.IGNORECASE
)
_LIVES = (
    r"(?:live[sd]?\sat|living\sat|(?:my|our|his|her|their)\saddress\sis|find\s(?:me|us|him|her|them)\sat|"
    r"byw\sy(?:n|m|ng)|come\sto)"
)
_LIVES_AT = re.compile(
    rf"\b{_LIVES}\s(?:number\s|rhif\s)?(?:flat\s)?\d{{1,4}}[a-z]?,?\s"
    rf"(?:(?:[\w'’]{{1,20}}\s){{1,4}}{_STREET}\b|{_STREET}(?:['’]r)?\s[\w'’]{{1,20}}|(?-i:[Tt]he\s[A-Z][a-z'’]+))",
    re.IGNORECASE,
)
# The name begins with a capital: "my house, 3 The Old Forge", and not "our flat at 3 in the night".
_HOME_OF = re.compile(
    r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir)\s(?:\w+['’]s?\s)?(?:house|home|flat|bungalow|cottage)(?:,|:|\sis|\sat|\sis\sat),?\s"
    r"\d{1,4}[a-z]?,?\s[A-Z][\w'’]+\s[A-Z][\w'’]+"
)
# "1 Hill Meeting House for", "2 Rivers Close-Knit": the word of the street ends the name.
_NO_MORE_NAME = r"(?!-|\s[A-Z][a-z])"
# Somebody is at a house: "the man at 9 Beech Close", "I am in 18b Gladstone Terrace"; "the shop at 9 High Street" is no home.
_SOMEBODY_AT = re.compile(
    r"\b(?:[Ii](?:'m|’m|\sam|\swas|\sstay)|[Ww]e(?:'re|’re|\sare|\sstay)|[Hh]e(?:'s|’s|\sis)|[Ss]he(?:'s|’s|\sis)|"
    r"(?:man|woman|lad(?:y|ies)|bloke|lads?|couple|famil(?:y|ies)|neighbours?|tenants?|lodgers?|owners?|"
    r"(?:grand)?(?:mother|father|son|daughter|parents)|mum|dad|nan|grandad|gran|aunt|uncle|friend)\b)"
    r"(?:\s[\w'’]+){0,3}?\s(?:at|in|from)\s(?:[Nn]umber\s|[Nn]o\.?\s)?(?:[Ff]lat\s)?\d{1,4}[A-Za-z]?,?\s"
    rf"(?:[A-Z][\w'’]+\s){{1,3}}(?i:{_STREET})\b{_NO_MORE_NAME}(?!\s(?i:{_WORKPLACE}))"
)
# "Flat 12 Hawthorn Court", "House 77 on Marlborough Crescent"; "Flats 1 to 24" is a whole block.
_DWELLING = re.compile(
    r"\b(?:[Ff]lat\s\d{1,4}[a-zA-Z]?,?\s(?:[Ii]n\s|[Oo]f\s|[Aa]t\s)?|[Hh]ouse\s\d{1,4}[a-zA-Z]?,?\s(?:[Ii]n\s|[Oo]f\s|[Oo]n\s)?)"
    rf"(?:[A-Z][\w'’]+\s){{1,3}}(?i:{_STREET}|tower|point|lodge|heights)\b{_NO_MORE_NAME}"
)
# A house with a name instead of a number, with its postcode: "Rose Cottage, Back Lane, YO62 5ZZ".
_NAMED_HOUSE = re.compile(rf"\b[A-Z][\w'’]+\s(?:Cottage|Bungalow|Farmhouse|Barn)\b[^.!?\n]{{0,60}}\b(?i:{_POSTCODE})\b")
_FLAT = re.compile(
    rf"\bflat\s\d{{1,4}}[a-z]?,?\s\d{{1,4}}[a-z]?,?\s(?:[\w'’]{{1,20}}\s){{1,3}}{_STREET}\b", re.IGNORECASE
)
# "Blackburn Town Hall, King William Street" is nobody's home; "near the library at 14 Brook Street" may be one.
_PUBLIC_PLACE = re.compile(
    r"(?P<near>\b(?:near|beside|behind|opposite|by|from|above|next\sto|across\sfrom)\s(?:[\w'’]+\s){0,3})?"
    r"\b(?:hall|library|school|academy|college|nursery|surgery|clinic|hospital|hub|cent(?:re|er)|church|mosque|temple|museum|"
    r"theatre|market|station|depot|offices?|pool|baths|gym|shop|café|cafe|pub|llyfrgell|neuadd|ysgol|canolfan)"
    r"(?:,\s|\s\(|\s(?:is\s)?(?:at|in|on|yn)\s|:\s|\s)$",
    re.IGNORECASE,
)
_BEFORE = 60
_ENDS = r"(?:com|co\.uk|org|net|info|biz|shop|xyz|online|site|club|ly|io|ru|top|me\.uk|org\.uk)"
_LINK = re.compile(
    r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"]{3,200}"
    rf"|(?<![\w@./-])(?:[a-z0-9-]{{2,63}}\.){{1,4}}{_ENDS}(?![\w@])(?:/[^\s<>\"]{{0,200}})?",
    re.IGNORECASE,
)
# "change dot org slash saveourbus": nobody writes a stroke in words for anything else.
_LINK_IN_WORDS = re.compile(
    r"\b[\w-]{2,63} dot (?:com|org|net|info|uk|io|co dot uk|org dot uk)(?: (?:forward )?slash [\w-]{2,63}){1,5}\b",
    re.IGNORECASE,
)
# Sites of public bodies: a resident who points at one is neither an advert nor a danger.
_PUBLIC_BODIES = r"(?:gov|nhs|police|parliament|ac|sch)\.uk|nhs\.wales|gov\.wales|llyw\.cymru|gov\.scot"
_OFFICIAL = re.compile(rf"(?:https?://)?(?:[a-z0-9-]+\.)*(?:{_PUBLIC_BODIES})(?![\w.-])", re.IGNORECASE)


def find(text: str) -> Iterator[Finding]:
    """Phone numbers, email addresses, home addresses, and links to sites that are not a public body's."""
    yield from _phones(text)
    for code, patterns in (
        ("email", (_EMAIL, _EMAIL_IN_WORDS)),
        ("address", (_ADDRESS, _ADDRESS_SHORT, _LIVES_AT, _HOME_OF, _FLAT, _SOMEBODY_AT, _DWELLING, _NAMED_HOUSE)),
    ):
        for pattern in patterns:
            for found in pattern.finditer(text):
                if code != "address" or not _of_a_public_place(text, found):
                    yield Finding(found.start(), found.end(), code)
    for found in (*_LINK.finditer(text), *_LINK_IN_WORDS.finditer(text)):
        if not _OFFICIAL.match(found.group()):
            yield Finding(found.start(), found.end(), "link")


def _phones(text: str) -> Iterator[Finding]:
    for found in _PHONE.finditer(text):
        named = _NAMED_OTHERWISE.search(text, max(0, found.start() - _BEFORE), found.start())
        if not named and uk_number(re.sub(r"\D", "", found["rest"])):
            yield Finding(found.start(), found.end(), "phone")
    for found in _MOBILE_WITH_STROKES.finditer(text):
        yield Finding(found.start(), found.end(), "phone")
    for found in _SPOKEN.finditer(text):
        digits = _as_digits(found.group())
        if re.search("[a-z]{3}", found.group(), re.IGNORECASE) and digits[0] == "0" and uk_number(digits[1:]):
            yield Finding(found.start(), found.end(), "phone")


def _as_digits(spoken: str) -> str:
    """ "zero double seven 00" -> "07700"."""
    digits, times = "", 1
    for word in re.split(r"[\s,-]+", spoken.casefold()):
        if word in _TIMES:
            times = _TIMES[word]
            continue
        digits += _DIGIT.get(word, word) * times
        times = 1
    return digits


def _of_a_public_place(text: str, found: re.Match[str]) -> bool:
    """Whether a public building is named just before the house number, and is not only what the house stands near."""
    named = _PUBLIC_PLACE.search(text[max(0, found.start() - _BEFORE) : found.start()])
    return named is not None and named["near"] is None


def uk_number(national: str) -> bool:
    """Whether these digits, without the leading 0, have the length and the range of a UK number."""
    if len(national) == 9:
        return national[0] == "1" or national[:3] in ("800", "500")
    return len(national) == 10 and national[0] in "1235789" and len(set(national)) > 1
