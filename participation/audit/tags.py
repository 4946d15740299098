"""Every kind of event in the governance record. Adding one is one member here, with the sentence that explains it."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    COUNCIL_LOADED = "council-loaded"
    BUDGET_IMPORTED = "budget-imported"
    STAFF_INVITED = "staff-invited"
    ROLE_GRANTED = "role-granted"
    CONSULTATION_CREATED = "consultation-created"
    CONSULTATION_EDITED = "consultation-edited"
    CONSULTATION_LAUNCHED = "consultation-launched"
    CONSULTATION_RECALLED = "consultation-recalled"
    CONSULTATION_CLOSED_EARLY = "consultation-closed-early"
    CONSULTATION_WITHDRAWN = "consultation-withdrawn"
    PRIORITY_PUBLISHED = "priority-published"
    PRIORITY_REFUSED = "priority-refused"
    VOTE_SET_UP = "vote-set-up"
    VOTE_FROZEN = "vote-frozen"
    VOTE_CLOSED = "vote-closed"
    VOTE_OPENED = "vote-opened"
    VOTE_COUNTED = "vote-counted"
    RESULT_PUBLISHED = "result-published"
    ELECTION_IMPORTED = "election-imported"
    NEEDS_SUMMARY_FROZEN = "needs-summary-frozen"
    NEEDS_SUMMARY_EXPORTED = "needs-summary-exported"
    RESPONSE_PUBLISHED = "response-published"


EXPLAINED: dict[Tag, str] = {
    Tag.COUNCIL_LOADED: "The council, its wards and postcodes were loaded.",
    Tag.BUDGET_IMPORTED: "A file of budget or spending figures was imported.",
    Tag.STAFF_INVITED: "A member of staff was invited.",
    Tag.ROLE_GRANTED: "A member of staff was given a role.",
    Tag.CONSULTATION_CREATED: "A consultation was drafted.",
    Tag.CONSULTATION_EDITED: "A draft consultation was changed.",
    Tag.CONSULTATION_LAUNCHED: "A consultation was launched: it opens and closes by its dates.",
    Tag.CONSULTATION_RECALLED: "A launched consultation went back to a draft before it opened.",
    Tag.CONSULTATION_CLOSED_EARLY: "A phase was closed before its date.",
    Tag.CONSULTATION_WITHDRAWN: "A consultation was withdrawn.",
    Tag.PRIORITY_PUBLISHED: "A moderator published a priority.",
    Tag.PRIORITY_REFUSED: "A moderator refused a priority, with a reason.",
    Tag.VOTE_SET_UP: "The money, the ballot and the counting rule of a vote were set.",
    Tag.VOTE_FROZEN: "What voters are asked was fixed.",
    Tag.VOTE_CLOSED: "The vote was closed.",
    Tag.VOTE_OPENED: "The ballots were opened, shuffled and parted from their voters.",
    Tag.VOTE_COUNTED: "The opened ballots were counted.",
    Tag.RESULT_PUBLISHED: "The result was published.",
    Tag.ELECTION_IMPORTED: "A past election was imported from a file.",
    Tag.NEEDS_SUMMARY_FROZEN: "A resident-needs summary was frozen.",
    Tag.NEEDS_SUMMARY_EXPORTED: "A resident-needs summary was downloaded.",
    Tag.RESPONSE_PUBLISHED: "The council's response was published.",
}
