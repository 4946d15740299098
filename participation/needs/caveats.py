"""Fixed caveats: a code, and its sentence in English and in Welsh. Whoever exports cannot switch one off.

Needs notes 4.14; trust notes 5.8. Wording avoids "margin of error" as a claim, and "residents think".
"""

from __future__ import annotations

CAVEATS = {
    "SELF_SELECTED": (
        (
            "People chose to take part, so they may differ from people who did not. These figures describe the people who "
            "took part, not all residents."
        ),
        (
            "Dewisodd pobl gymryd rhan, felly gallant fod yn wahanol i’r bobl na wnaeth. Mae’r ffigurau hyn yn disgrifio’r "
            "bobl a gymerodd ran, nid pob preswylydd."
        ),
    ),
    "RANGE": (
        (
            "A range shows how much a figure would vary by chance if the people who took part were a random draw. They were "
            "not, so the true uncertainty is larger. Do not quote it as a margin of error."
        ),
        (
            "Mae amrediad yn dangos faint y byddai ffigur yn amrywio ar hap pe bai’r bobl a gymerodd ran wedi’u dewis ar "
            "hap. Nid felly y bu, felly mae’r gwir ansicrwydd yn fwy. Peidiwch â’i ddyfynnu fel lwfans gwallau."
        ),
    ),
    "NOT_WEIGHTED": (
        "Figures are not adjusted to match the population.",
        "Nid yw’r ffigurau wedi’u haddasu i gyfateb i’r boblogaeth.",
    ),
    "WEIGHTED": (
        (
            "Adjusted figures give more weight to groups who took part less. They cannot correct for other differences, and "
            "they did not decide the outcome of any vote."
        ),
        (
            "Mae ffigurau wedi’u haddasu yn rhoi mwy o bwys i grwpiau a gymerodd ran yn llai. Ni allant gywiro gwahaniaethau "
            "eraill, ac nid nhw a benderfynodd ganlyniad unrhyw bleidlais."
        ),
    ),
    "LOW_BASE": (
        "Fewer than 100 people took part. These replies cannot stand for the area.",
        "Cymerodd llai na 100 o bobl ran. Ni all yr atebion hyn gynrychioli’r ardal.",
    ),
    "HIDDEN_CELLS": (
        (
            "Numbers below {threshold} are hidden so that nobody can be identified, and so are any that would let them be "
            "worked out. They are marked [c]."
        ),
        (
            "Mae rhifau o dan {threshold} wedi’u cuddio fel na ellir adnabod neb, ynghyd ag unrhyw rai a fyddai’n caniatáu "
            "eu cyfrifo. Fe’u nodir â [c]."
        ),
    ),
    "NOT_ALL_MODERATED": (
        "{waiting} had not been read by a moderator when these figures were made, and are in none of them.",
        "Nid oedd safonwr wedi darllen {waiting} pan wnaed y ffigurau hyn, ac nid ydynt wedi’u cynnwys.",
    ),
    "ROUNDED": (
        (
            "Numbers of people in groups are rounded to the nearest {rounding}, so they may not add up to the totals. Shares of "
            "groups are of the exact numbers."
        ),
        (
            "Mae niferoedd y bobl mewn grwpiau wedi’u talgrynnu i’r {rounding} agosaf, felly efallai na fyddant yn adio i’r "
            "cyfansymiau. Mae cyfrannau grwpiau o’r union niferoedd."
        ),
    ),
    "COUNTED_APART": (
        (
            "Some people who do not meet who this was for said what they need as well. They are counted apart, rounded to "
            "the nearest {threshold}, and are in no other figure."
        ),
        (
            "Dywedodd rhai pobl nad ydynt ymhlith y rhai yr oedd hyn ar eu cyfer beth sydd ei angen arnynt hefyd. Fe’u cyfrifir "
            "ar wahân, wedi’u talgrynnu i’r {threshold} agosaf, ac nid ydynt mewn unrhyw ffigur arall."
        ),
    ),
    "GROUPS_LATER": (
        (
            "While people can still take part, or moderators have not read everything, no figure says how many of a group "
            "support a need: somebody who looked again and again could see who joined. Figures of groups are in frozen versions."
        ),
        (
            "Tra bo pobl yn dal i allu cymryd rhan, neu nes bod cymedrolwyr wedi darllen popeth, nid oes ffigur yn dweud faint "
            "o grŵp sy’n cefnogi angen: gallai rhywun a edrychai dro ar ôl tro weld pwy a ymunodd. Mae ffigurau grwpiau mewn "
            "fersiynau wedi’u rhewi."
        ),
    ),
    "LEFT_OUT": (
        (
            "Figures by {left_out} are left out: beside figures that were shown earlier, they would let small numbers be "
            "worked out."
        ),
        (
            "Mae ffigurau yn ôl {left_out} wedi’u hepgor: ochr yn ochr â ffigurau a ddangoswyd yn gynharach, byddent yn "
            "caniatáu cyfrifo rhifau bach."
        ),
    ),
    "CHOICES_LEFT_OUT": (
        (
            "Figures by group of {silent} are left out: beside figures that were shown earlier, they would let small numbers "
            "be worked out."
        ),
        (
            "Mae ffigurau {silent} yn ôl grŵp wedi’u hepgor: ochr yn ochr â ffigurau a ddangoswyd yn gynharach, byddent yn "
            "caniatáu cyfrifo rhifau bach."
        ),
    ),
    "NO_RANK_RANGES": (
        "Ranks have no range here, because it is not known which choices were made together.",
        "Nid oes amrediad i’r safleoedd yma, gan nad yw’n hysbys pa ddewisiadau a wnaed gyda’i gilydd.",
    ),
    "DEMONSTRATION": (
        "This is a demonstration. The residents and their answers were made by a computer.",
        "Arddangosiad yw hwn. Gwnaed y preswylwyr a’u hatebion gan gyfrifiadur.",
    ),
    "CAMPAIGN": (
        (
            "Some answers came in near-equal words within a short time. They are counted as people, and headline figures "
            "are given with and without them."
        ),
        (
            "Daeth rhai atebion mewn geiriau bron yn union yr un fath o fewn amser byr. Fe’u cyfrifir fel pobl, a rhoddir y "
            "prif ffigurau gyda hwy a hebddynt."
        ),
    ),
    "MACHINE_ASSISTED": (
        "Themes were suggested by a computer and checked by people on a sample.",
        "Awgrymwyd themâu gan gyfrifiadur a’u gwirio gan bobl ar sampl.",
    ),
    "BREAK": (
        "The question or the way it was asked changed, so earlier figures cannot be compared.",
        "Newidiodd y cwestiwn neu’r ffordd y’i gofynnwyd, felly ni ellir cymharu ffigurau cynharach.",
    ),
    "GROUPS_UNSTABLE": (
        "No stable opinion groups were found.",
        "Ni chanfuwyd grwpiau barn sefydlog.",
    ),
    "UNVERIFIED_INCLUDED": (
        "Some people’s right to take part was not checked.",
        "Ni wiriwyd hawl rhai pobl i gymryd rhan.",
    ),
}


def caveat(code: str, language: str = "en", **facts: object) -> str:
    """The fixed sentence of a caveat, in English or Welsh."""
    english, welsh = CAVEATS[code]
    return (welsh if language == "cy" else english).format(**facts)
