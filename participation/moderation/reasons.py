"""Why a need is not published: twelve codes, each with a sentence for everybody and one for the author.

The list follows the trust design (section 6.2). `told` is False where the reason itself could harm somebody: then the public
page says only that it is not shown. The author is always told.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """`label` is what moderators choose, `public` what everybody reads, `author` what the author reads and can do, `hidden`
    what stands in the place of a part that was hidden."""

    code: str
    label: str
    hidden: str
    public: str
    author: str
    told: bool = True

    @property
    def welsh(self) -> str:
        """`author` in Welsh."""
        return WELSH[self.code]


# What authors read where a council declares Welsh, by code.
WELSH = {
    "duplicate": (
        "Mae’r un angen eisoes wedi’i gyhoeddi. Chwiliwch amdano yn y rhestr a’i gefnogi, fel ei fod yn cyfrif."
    ),
    "off_topic": (
        "Nid yw’n ymwneud â’r hyn y mae’r ymgynghoriad hwn yn ei ofyn. Darllenwch beth all newid, a dywedwch "
        "wrthym beth sydd ei angen arnoch yno."
    ),
    "not_council": (
        "Nid y cyngor hwn sy’n gyfrifol amdano, felly ni fyddai ei ddweud yma yn newid dim. Cysylltwch â’r "
        "corff sy’n gyfrifol."
    ),
    "already_happening": (
        "Mae’r cyngor eisoes yn gwneud hyn neu wedi penderfynu ei wneud. Os nad yw’n gweithio i chi, dywedwch"
        " wrthym beth sydd ar goll."
    ),
    "personal_data": "Mae’n enwi rhywun neu’n datgelu cyfeiriad, rhif ffôn neu fater iechyd. Ysgrifennwch ef eto hebddynt.",
    "abuse_or_hate": (
        "Mae’n ymosod ar bobl am bwy ydyn nhw, neu’n eu bygwth neu’n eu sarhau. Dywedwch beth sydd ei angen "
        "arnoch heb hynny."
    ),
    "libel_or_legal": (
        "Mae’n dweud rhywbeth am berson neu gwmni a all fod yn anwir, neu nad yw llys yn caniatáu i ni ei "
        "ddangos. Dywedwch beth sydd ei angen arnoch heb gyhuddo neb."
    ),
    "advert_or_spam": "Hysbyseb ydyw, neu anfonwyd yr un testun droeon. Dywedwch unwaith beth sydd ei angen ar drigolion.",
    "impersonation": (
        "Mae wedi’i ysgrifennu fel pe bai gan berson neu gorff arall. Dywedwch eich hun beth sydd ei angen arnoch."
    ),
    "party_political": (
        "Mae’n ymgyrchu o blaid neu yn erbyn plaid neu ymgeisydd, ac nid yw’r gyfraith yn gadael i’r cyngor "
        "ddangos hynny. Dywedwch beth sydd ei angen arnoch heb hynny."
    ),
    "unsafe_or_unlawful": (
        "Mae’n gofyn am rywbeth anniogel neu yn erbyn y gyfraith. Os ydych chi neu rywun arall mewn perygl, "
        "ffoniwch 999."
    ),
    "unclear": (
        "Ni allem ddeall beth sydd ei angen. Ysgrifennwch mewn un frawddeg beth fyddai’n helpu, i bwy ac ymhle."
    ),
}


REASONS: tuple[Reason, ...] = (
    Reason(
        "duplicate",
        "The same need is already there",
        "said before",
        "The same need is already published.",
        "The same need is already published. Look for it in the list and support it, so that it counts.",
    ),
    Reason(
        "off_topic",
        "Not about what the consultation asks",
        "off topic",
        "It is not about what this consultation asks.",
        "It is not about what this consultation asks. Read what can change, and tell us what you need there.",
    ),
    Reason(
        "not_council",
        "Not something this council is in charge of",
        "not the council’s",
        "This council is not in charge of it.",
        "This council is not in charge of it, so saying it here would change nothing. Contact the body that is.",
    ),
    Reason(
        "already_happening",
        "The council already does this",
        "happens already",
        "The council already does this or has decided to.",
        "The council already does this or has decided to. If it does not work for you, tell us what is missing.",
    ),
    Reason(
        "personal_data",
        "It names somebody or gives away personal details",
        "personal details",
        "It held personal details.",
        "It names somebody or gives away an address, a phone number or a health matter. Write it again without them.",
        told=False,
    ),
    Reason(
        "abuse_or_hate",
        "Abuse or hate",
        "abuse",
        "It attacked people.",
        "It attacks people for who they are, or threatens or insults them. Say what you need without that.",
    ),
    Reason(
        "libel_or_legal",
        "It may damage somebody’s reputation, or a court stands in the way",
        "legal reasons",
        "There was a legal reason not to show it.",
        "It says something about a person or a firm that may be untrue, or that a court does not allow us to show. "
        "Say what you need without accusing anybody.",
        told=False,
    ),
    Reason(
        "advert_or_spam",
        "An advert or spam",
        "advert",
        "It was an advert or was sent many times.",
        "It is an advert, or the same text was sent many times. Say what residents need, once.",
    ),
    Reason(
        "impersonation",
        "Written in somebody else’s name",
        "somebody else’s name",
        "It was written in somebody else’s name.",
        "It is written as if by another person or body. Say what you need yourself.",
    ),
    Reason(
        "party_political",
        "It campaigns for or against a party or candidate",
        "campaigning",
        "It campaigned for or against a party or a candidate.",
        "It campaigns for or against a party or a candidate, which the law does not let the council show. "
        "Say what you need without that.",
    ),
    Reason(
        "unsafe_or_unlawful",
        "Unsafe, or against the law",
        "unsafe",
        "It asked for something unsafe or against the law.",
        "It asks for something that is unsafe or against the law. If you or somebody else is in danger, call 999.",
        told=False,
    ),
    Reason(
        "unclear",
        "We cannot tell what is needed",
        "unclear",
        "It was not clear what is needed.",
        "We could not tell what is needed. Write in one sentence what would help, for whom and where.",
    ),
)
REASON: dict[str, Reason] = {reason.code: reason for reason in REASONS}


def reason_keys() -> dict[str, str]:
    """The single key that chooses each reason, for the optional shortcuts: along the top row of a UK keyboard."""
    return {reason.code: key for reason, key in zip(REASONS, "1234567890-=", strict=True)}
