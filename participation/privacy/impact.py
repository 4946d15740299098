"""The draft impact assessment (UK GDPR article 35): what can go wrong for people, what is done about it, what is left over.

Read by the page `/<council>/privacy/impact-assessment` and by `docs/data-protection.md`. What only the council can say (its
view, its sign-off) is asked there and not made up here.
"""

from __future__ import annotations

from dataclasses import dataclass

LEVELS = ("low", "medium", "high")


@dataclass(frozen=True, slots=True)
class Risk:
    """`likely` and `severe` are our reading with the measure in place, one of `LEVELS`; `left` is what it does not stop."""

    risk: str
    whom: str
    measure: str
    left: str
    likely: str
    severe: str


RISKS: tuple[Risk, ...] = (
    Risk("A vote on services shows political opinion, and somebody links it to a voter", "voters",
         "ballots are sealed while they can be linked and parted before they can be read; see the page on secrecy of each vote",
         "with solo custody whoever runs the server could open a box early: use key-holders", "low", "high"),
    Risk("Small groups are recognised in figures", "people in small wards or rare groups",
         "cells below the threshold are not published, nor what would give them away", "combining with other sources",
         "low", "medium"),
    Risk("A resident is named in free text", "neighbours, staff",
         "advice at the field, masking of telephone numbers and addresses, moderation before publication",
         "what a reader knows already", "medium", "medium"),
    Risk("A stranger learns who is registered", "residents",
         "same page, status and time for every address; no list of accounts", "access to the mailbox itself", "low", "medium"),
    Risk("A member of staff misuses access", "residents",
         "no page shows a vote beside a person; second step; two people for weighty acts; chained record",
         "collusion of two", "low", "high"),
    Risk("Codes on letters are used by somebody else", "the household",
         "keyed hash only, five tries a day, re-issue voids, reconciliation", "who opens the post", "medium", "low"),
    Risk("Signs of abuse become a profile", "residents",
         "keyed digests that change daily, kept 90 days, only seen in groups; no device fingerprint",
         "shared networks look alike", "low", "medium"),
    Risk("Words of somebody who left stay public", "residents who deleted their account",
         "the account page says which before; nothing names them, and nothing made later quotes them",
         "a published text that tells by itself who wrote it: the council must redact it on request", "medium", "low"),
    Risk("People without internet are not heard", "residents", "assisted route and paper, counted by channel",
         "depends on the council", "medium", "medium"),
)  # fmt: skip

# What the council's officer has to add before launch: the assessment is theirs.
TO_ADD: tuple[str, ...] = (
    "who was asked about this assessment: residents or their groups, the processor, the data protection officer",
    "why less data would not do for this consultation: its tier, its age and sex questions, its retention periods",
    "the name of the processor that runs the service, where its servers are, and its contract (article 28)",
    "the schedule 1 condition for political opinions and the appropriate policy document",
    "the officer’s advice, whether it is taken, who accepts what is left over, and when this is read again",
)
