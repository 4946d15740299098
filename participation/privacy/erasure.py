"""Delete an account: what happens to votes and needs is said before, and then done exactly."""

from __future__ import annotations

from sqlalchemy import delete

from participation import clock
from participation.accounts import letters
from participation.accounts.models import Account
from participation.commissioning import parting as commissioning
from participation.commissioning import settling
from participation.councils.models import Council
from participation.errors import NotAllowed
from participation.extensions import clear_log, db
from participation.moderation import parting as moderation
from participation.priorities import parting as priorities
from participation.privacy.held import mailboxes_of
from participation.transactions import after_commit
from participation.voting.parting import COUNTED, SEALED, WITHDRAWABLE, forget_voter, votes_of
from participation.web.models import OutboxMail
from participation.web.words import plural

_VOTE_WORDS = {
    WITHDRAWABLE: "Your vote in “{title}” is withdrawn: it will not be counted.",
    SEALED: "Your vote in “{title}” stays in the sealed box and is counted. We cannot take it out, because voting has ended. "
    "Your name is taken off the register now, so that nothing links it to you.",
    COUNTED: "Your vote in “{title}” was counted. Nobody can tell which one it was. That you took part is taken off the "
    "register; the figures stay.",
}


def said_before(account: Account) -> list[str]:
    """What deleting this account does, one sentence for each thing it concerns."""
    said = ["Your email address, password, ward, age and sex are deleted at once. You are signed out everywhere."]
    said += [
        _VOTE_WORDS[fate].format(title=vote.consultation.title)
        for vote, fate in votes_of(account.id, clock.now())
        if fate
    ]
    stay, go = priorities.counted_for(account.id)
    if stay:
        said.append(
            f"{plural(stay, 'need')} of yours that others have read {'stays' if stay == 1 else 'stay'}, without anything that "
            "leads to you; the ward they came from is kept with them for figures by ward. To take one back, "
            "withdraw it before you delete your account."
        )
    if go:
        said.append(
            f"{plural(go, 'need')} of yours that nobody else can read {'is' if go == 1 else 'are'} deleted, with the decisions "
            "made on it."
        )
    if signed := commissioning.signed_summaries_with(account.id):
        has, it_stays = ("has", "It stays as it is") if signed == 1 else ("have", "They stay as they are")
        said.append(
            f"{plural(signed, 'signed summary', 'signed summaries')} of what residents need {has} words of yours, as the title "
            f"of a need or as a quote. {it_stays}, without your name, because decisions rest on that public record and the law "
            "lets us keep it (UK GDPR article 17(3)). No summary made after you left quotes you. If those words tell who you "
            "are, write to the council first."
        )
    said.append(
        "Your support for needs of others is taken back, and you follow nothing any more. Numbers by ward, age group and sex "
        "that were counted when a consultation had closed stay as they are. Nothing in them leads to you."
    )
    return said


def erase(*, council: Council, account: Account) -> None:
    """Do what `said_before` says. Raises NotAllowed for staff, whose acts in office stay on record.

    One last mail tells the owner; it is erased once it is sent.
    """
    if account.kind != "resident":
        raise NotAllowed("Staff accounts are closed by an administrator.")
    email = account.email
    settling.before_account(account.id)
    forget_voter(account_id=account.id, now=clock.now())
    moderation.part_author(author_id=account.id)
    commissioning.part_author(author_id=account.id)
    priorities.part_author(author_id=account.id)
    db.session.execute(
        delete(OutboxMail).where(OutboxMail.council_id == council.id, OutboxMail.recipient.in_(mailboxes_of(account)))
    )
    db.session.expunge(account)
    db.session.execute(delete(Account).where(Account.id == account.id))
    letters.send_account_deleted(council=council, email=email)
    after_commit(clear_log)
