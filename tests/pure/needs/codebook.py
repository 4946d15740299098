"""A codebook of 18 service themes with keywords, written by somebody who had seen some of the labelled statements.

So the figures reached with it are those of a council that knows its residents, not of a blind one.
"""

from __future__ import annotations

from participation.needs.theme_suggestions import Codebook, Theme

_KEYWORDS = {
    "BB": (
        "Broadband and utilities",
        "internet broadband fiber fibre cable wifi provider utilit electric water sewer bill comcast spectrum bgmu",
    ),
    "DR": (
        "Drugs and alcohol",
        "drug opioid heroin addict marijuana cannabis hemp legaliz alcohol rehab overdose meth moist",
    ),
    "EC": (
        "Jobs, business and visitor economy",
        (
            "job business econom wage employ employer worker temp industr company hire "
            "touris restaurant store shop retail tax_credit advertis factor visitor mall"
        ),
    ),
    "ED": (
        "Schools and learning",
        (
            "school teacher student educat college universit class pension tuition campus learn "
            "curriculum uniform kid_read graduat"
        ),
    ),
    "EN": (
        "Environment, waste and animals",
        (
            "recycl trash litter environment pollut tree waste garbage animal dog cat leash "
            "pet green_space river_clean climate solar landfill"
        ),
    ),
    "EQ": (
        "Equality and inclusion",
        (
            "fairness discriminat lgbt gay transgender immigrant refugee race racis equal minorit "
            "sanctuary divers gender religious"
        ),
    ),
    "GO": (
        "Council, tax and democracy",
        (
            "vote elect commission official government mayor council tax annex board transparen "
            "politic disclos representative"
        ),
    ),
    "HE": ("Health", "health hospital doctor mental medic clinic appointment obes std smoking"),
    "HL": ("Homelessness and poverty", "homeless hunger hungry povert shelter panhandl food_stamp poor low_income"),
    "HO": ("Housing and renting", "rent rental landlord tenant housing apartment section_8 afford_hous"),
    "LE": (
        "Leisure, parks, arts and culture",
        (
            "park art music museum concert event festival pool recreation library sport "
            "playground entertain theat riverfront family_fun bowl zoo"
        ),
    ),
    "OT": ("Other", "neighbor people individual respect"),
    "PK": ("Parking", "parking park_lot garage handicap_space permit"),
    "PL": (
        "Planning, regeneration and heritage",
        (
            "zoning planning develop downtown historic build neighborhood beautif "
            "subdivision eyesore square preserv demolish construct"
        ),
    ),
    "PS": (
        "Community safety and fire",
        "police cop crime fire jail inmate judge safety firework traffick sheriff gang court",
    ),
    "PT": (
        "Public transport and airport",
        "bus transit airport flight train_service uber taxi commut public_transport",
    ),
    "TR": (
        "Roads and traffic",
        (
            "road traffic street light lane highway intersection pothole stoplight driver drive bypass "
            "speed signal turn roundabout"
        ),
    ),
    "WC": ("Walking and cycling", "sidewalk bike bicycl walk pedestrian cycl trail greenway crosswalk"),
}


def codebook() -> Codebook:
    return Codebook(
        version="1",
        themes=tuple(Theme(code, label, "", tuple(words.split())) for code, (label, words) in _KEYWORDS.items()),
    )
