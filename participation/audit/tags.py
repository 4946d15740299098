"""Every kind of event in the governance record. Adding one is one member here, with the sentence that explains it."""

from __future__ import annotations

from enum import StrEnum


class Tag(StrEnum):
    COUNCIL_LOADED = "council-loaded"
    WARD_GROUPS_SET = "ward-groups-set"
    ROUNDS_LINKED = "rounds-linked"
    WORDS_BROUGHT_IN = "words-brought-in"
    BUDGET_IMPORTED = "budget-imported"
    STAFF_INVITED = "staff-invited"
    ROLE_GRANTED = "role-granted"
    ROLE_TAKEN_AWAY = "role-taken-away"
    STAFF_ACCOUNT_CLOSED = "staff-account-closed"
    SECOND_STEP_SET_UP = "second-step-set-up"
    SECOND_STEP_RESET = "second-step-reset"
    APPROVAL_ASKED = "approval-asked"
    APPROVAL_GIVEN = "approval-given"
    APPROVAL_REFUSED = "approval-refused"
    CONSULTATION_CREATED = "consultation-created"
    CONSULTATION_EDITED = "consultation-edited"
    LAUNCH_ASKED = "launch-asked"
    LAUNCH_SENT_BACK = "launch-sent-back"
    CONSULTATION_LAUNCHED = "consultation-launched"
    PHASE_EXTENDED = "phase-extended"
    OUTCOME_PUBLISHED = "outcome-published"
    CONSULTATION_RECALLED = "consultation-recalled"
    CONSULTATION_CLOSED_EARLY = "consultation-closed-early"
    CONSULTATION_WITHDRAWN = "consultation-withdrawn"
    CONSULTATION_ARCHIVED = "consultation-archived"
    EDITION_SAVED = "edition-saved"
    PRIORITY_PUBLISHED = "priority-published"
    PRIORITY_REFUSED = "priority-refused"
    PRIORITY_PART_HIDDEN = "priority-part-hidden"
    PRIORITY_RESTORED = "priority-restored"
    PRIORITIES_MERGED = "priorities-merged"
    MERGE_UNDONE = "merge-undone"
    CONFLICT_DECLARED = "conflict-declared"
    REFERRED = "referred"
    REFERRAL_ANSWERED = "referral-answered"
    APPEAL_DECIDED = "appeal-decided"
    ELIGIBILITY_SET = "eligibility-set"
    ELIGIBILITY_CHECKED = "eligibility-checked"
    CODES_MADE = "codes-made"
    CODES_RETURNED = "codes-returned"
    CODES_STOPPED = "codes-stopped"
    DELIVERY_STATED = "delivery-stated"
    DELIVERY_TAKEN_BACK = "delivery-taken-back"
    VOTE_SET_UP = "vote-set-up"
    KEY_HOLDERS_NAMED = "key-holders-named"
    KEY_PHRASE_MADE = "key-phrase-made"
    KEY_REHEARSED = "key-rehearsed"
    VOTE_FROZEN = "vote-frozen"
    VOTE_CHANGED = "vote-changed"
    VOTE_CLOSED = "vote-closed"
    VOTER_EXCLUDED = "voter-excluded"
    VOTER_ADDED = "voter-added"
    VOTER_REINSTATED = "voter-reinstated"
    EXCLUSION_KEPT = "exclusion-kept"
    OPENING_APPROVED = "opening-approved"
    KEY_ENTERED = "key-entered"
    VOTE_OPENED = "vote-opened"
    VOTE_COUNTED = "vote-counted"
    RESULT_PUBLISHED = "result-published"
    RESULT_RECOUNTED = "result-recounted"
    KEY_DESTROYED = "key-destroyed"
    BALLOTS_DESTROYED = "ballots-destroyed"
    ELECTION_IMPORTED = "election-imported"
    NEEDS_SUMMARY_FROZEN = "needs-summary-frozen"
    NEEDS_SUMMARY_EXPORTED = "needs-summary-exported"
    RESPONSE_PUBLISHED = "response-published"
    CONTRACT_PLANNED = "contract-planned"
    THEME_CHANGED = "theme-changed"
    QUOTE_DECIDED = "quote-decided"
    FIGURE_CITED = "figure-cited"
    FEED_TOKEN_MADE = "feed-token-made"  # noqa: S105  the name of an event
    FEED_TOKEN_REVOKED = "feed-token-revoked"  # noqa: S105  the name of an event
    WEBHOOK_ADDED = "webhook-added"
    WEBHOOK_STOPPED = "webhook-stopped"


EXPLAINED: dict[Tag, str] = {
    Tag.COUNCIL_LOADED: "The council, its wards and postcodes were loaded.",
    Tag.WARD_GROUPS_SET: "The council's wards were put in groups, or are in no groups any more.",
    Tag.ROUNDS_LINKED: "Somebody said whether a question, a need or an option is the same as in an earlier round.",
    Tag.WORDS_BROUGHT_IN: "What voters wrote beside their ballots, and let us use, was handed to the moderators.",
    Tag.BUDGET_IMPORTED: "A file of budget or spending figures was imported.",
    Tag.STAFF_INVITED: "A member of staff was invited.",
    Tag.ROLE_GRANTED: "A member of staff was given a role.",
    Tag.ROLE_TAKEN_AWAY: "A role was taken from a member of staff.",
    Tag.STAFF_ACCOUNT_CLOSED: "The account of a member of staff was closed.",
    Tag.SECOND_STEP_SET_UP: "A member of staff set up their second step of signing in.",
    Tag.SECOND_STEP_RESET: "An administrator removed the second step of a member of staff, who must set it up again.",
    Tag.APPROVAL_ASKED: "An act that needs two people was asked for.",
    Tag.APPROVAL_GIVEN: "A second person approved an act, and it was carried out.",
    Tag.APPROVAL_REFUSED: "An act that needs two people was refused, or withdrawn by who asked.",
    Tag.CONSULTATION_CREATED: "A consultation was drafted.",
    Tag.CONSULTATION_EDITED: "A draft consultation was changed.",
    Tag.LAUNCH_ASKED: "Somebody checked a draft and asked a second person to approve its launch.",
    Tag.LAUNCH_SENT_BACK: "The second person sent a draft back.",
    Tag.CONSULTATION_LAUNCHED: "A consultation was launched: it opens and closes by its dates.",
    Tag.PHASE_EXTENDED: "A closing date was moved, with a reason.",
    Tag.OUTCOME_PUBLISHED: "What became of an option or a need was published or changed.",
    Tag.CONSULTATION_RECALLED: "A launched consultation went back to a draft before it opened.",
    Tag.CONSULTATION_CLOSED_EARLY: "A phase was closed before its date.",
    Tag.CONSULTATION_WITHDRAWN: "A consultation was withdrawn.",
    Tag.CONSULTATION_ARCHIVED: "A consultation was finished: everything residents chose or said has an outcome.",
    Tag.EDITION_SAVED: "A consultation was given in another language or format.",
    Tag.PRIORITY_PUBLISHED: "A moderator published a priority.",
    Tag.PRIORITY_REFUSED: "A moderator refused a priority, with a reason.",
    Tag.PRIORITY_PART_HIDDEN: "A moderator hid a part of a priority, with a reason.",
    Tag.PRIORITY_RESTORED: "A priority is shown again after an appeal.",
    Tag.PRIORITIES_MERGED: "Two priorities that say the same were merged.",
    Tag.MERGE_UNDONE: "A merge of two priorities was undone.",
    Tag.CONFLICT_DECLARED: "A moderator declared an interest, so that somebody else decides.",
    Tag.REFERRED: "A moderator referred what a resident wrote to safeguarding or to the lawyers.",
    Tag.REFERRAL_ANSWERED: "A referral was answered.",
    Tag.APPEAL_DECIDED: "Another moderator decided an author's appeal.",
    Tag.ELIGIBILITY_SET: "Who may take part in a consultation was set.",
    Tag.ELIGIBILITY_CHECKED: "Staff recorded that they checked that somebody may take part.",
    Tag.CODES_MADE: "Address codes were made and handed out once.",
    Tag.CODES_RETURNED: "A letter with a code came back and the code was voided.",
    Tag.CODES_STOPPED: "All unused codes of a batch were voided.",
    Tag.DELIVERY_STATED: "Staff said who delivers a service.",
    Tag.DELIVERY_TAKEN_BACK: "Staff took back what they had said of who delivers a service.",
    Tag.VOTE_SET_UP: "The money, the ballot and the counting rule of a vote were set.",
    Tag.KEY_HOLDERS_NAMED: "The three people who hold the key of the ballot box were named.",
    Tag.KEY_PHRASE_MADE: "A key-holder made their phrase.",
    Tag.KEY_REHEARSED: "A key-holder showed that they have their phrase.",
    Tag.VOTE_FROZEN: "What voters are asked was fixed.",
    Tag.VOTE_CHANGED: "Two officers changed what voters are asked, with a public reason, and everybody who had voted was told.",
    Tag.VOTE_CLOSED: "The vote was closed.",
    Tag.VOTER_ADDED: "Two officers put somebody on the register who was left out when it was fixed, with a reason.",
    Tag.VOTER_EXCLUDED: "Two officers took a voter off the register, with a reason.",
    Tag.VOTER_REINSTATED: "Two officers put a voter back on the register.",
    Tag.EXCLUSION_KEPT: "A voter said that they were taken off the register wrongly, and an officer answered no.",
    Tag.OPENING_APPROVED: "Two officers agreed to open the ballot box.",
    Tag.KEY_ENTERED: "A key-holder entered their phrase to open the box.",
    Tag.VOTE_OPENED: "The ballots were opened, shuffled and parted from their voters.",
    Tag.VOTE_COUNTED: "The opened ballots were counted.",
    Tag.RESULT_PUBLISHED: "The result was published.",
    Tag.RESULT_RECOUNTED: "The independent recount of the published files agreed, or took too long to end.",
    Tag.KEY_DESTROYED: "The key of the ballot box was destroyed.",
    Tag.BALLOTS_DESTROYED: "The sealed ballots of a withdrawn consultation were destroyed unopened.",
    Tag.ELECTION_IMPORTED: "A past election was imported from a file.",
    Tag.NEEDS_SUMMARY_FROZEN: "A resident-needs summary was frozen.",
    Tag.NEEDS_SUMMARY_EXPORTED: "A resident-needs summary was downloaded.",
    Tag.RESPONSE_PUBLISHED: "The council's response was published.",
    Tag.CONTRACT_PLANNED: "A contracting process after a consultation was planned, changed or dropped.",
    Tag.THEME_CHANGED: "A theme of residents' needs was made, renamed, merged, split or retired.",
    Tag.QUOTE_DECIDED: "A moderator cleared or refused a passage of a need for quoting.",
    Tag.FIGURE_CITED: "A decision was tied to a frozen figure, or untied from it.",
    Tag.FEED_TOKEN_MADE: "A key to the feed of published figures was made.",
    Tag.FEED_TOKEN_REVOKED: "A key to the feed of published figures was taken back.",
    Tag.WEBHOOK_ADDED: "An address to be told of published figures was added.",
    Tag.WEBHOOK_STOPPED: "An address was no longer told of published figures.",
}
