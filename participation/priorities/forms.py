"""What residents fill in: labels as they read them, and checks of shape only."""

from __future__ import annotations

from participation.consultations.models import Consultation
from participation.councils.models import Ward
from participation.priorities.comments import CommentDraft
from participation.priorities.models import Comment, Priority
from participation.priorities.queries import WHOLE_COUNCIL
from participation.priorities.service import TITLE_LIMIT, NeedDraft
from participation.web.fields import VersionField
from participation.web.forms import (
    Form,
    as_choices,
    at_most,
    long_text,
    needed,
    needed_file,
    radios,
    select,
    text,
    upload,
)

NEED_LIMIT = 2000
COMMENT_LIMIT = 1000


class CommentForm(Form):
    """What somebody says for or against a need or an option."""

    stance = radios(
        "Are you for or against it?", [("for", "For"), ("against", "Against")], rules=[needed("Choose for or against")]
    )
    text = long_text(
        "What do you want to say?",
        hint="About what is written, not about the person who wrote it. Do not give names, addresses or phone numbers.",
        limit=COMMENT_LIMIT,
        rules=[needed("Enter what you want to say")],
    )
    version = VersionField()

    def show(self, comment: Comment) -> None:
        self.stance.data, self.text.data, self.version.data = comment.stance, comment.need, comment.version

    def draft(self) -> CommentDraft:
        return CommentDraft(self.stance.data or "", self.text.data or "")


class PhotoForm(Form):
    """One photo of what is needed, and what is on it in words."""

    photo = upload(
        "Photo",
        hint="A JPEG, PNG or WebP file smaller than 8 MB. We take out where and when it was taken. Do not show people’s faces "
        "or number plates.",
        rules=[needed_file("Choose a photo")],
    )
    alt = text(
        "What is on it?",
        hint="One sentence for people who cannot see it.",
        rules=[needed("Enter what is on it"), at_most(200, "What is on it must be 200 characters or fewer")],
    )
    version = VersionField()


class NoPhotoForm(Form):
    """Takes a photo away."""

    version = VersionField()


class NeedForm(Form):
    """One need. `version` is that of the priority being edited, empty for a new one."""

    title = text(
        "What is needed?",
        hint="One sentence, as you would say it to a neighbour. For example, “A safe way to cross the main road”.",
        rules=[needed("Enter what is needed"), at_most(TITLE_LIMIT, f"What is needed must be {TITLE_LIMIT} characters or fewer")],
    )  # fmt: skip
    need = long_text(
        "Who needs it, where, and why?",
        hint="Tell us what it is like now and what would help. Do not name people or give addresses or phone numbers.",
        rules=[
            needed("Enter who needs it, where, and why"),
            at_most(NEED_LIMIT, f"Who needs it, where, and why must be {NEED_LIMIT:,} characters or fewer"),
        ],
        limit=NEED_LIMIT,
    )
    group = radios("Which service is it about?", rules=[needed("Choose the service it is about")])
    ward = select("Where is it needed?", hint="Choose a ward, or the whole council area.")
    version = VersionField()

    def offer(self, consultation: Consultation, wards: list[Ward]) -> None:
        """Set the choices: the consultation's services and the council's wards."""
        self.group.choices = as_choices((group.code, group.plain_name) for group in consultation.services)
        names = [(ward.code, ward.name) for ward in wards]
        self.ward.choices = as_choices([(WHOLE_COUNCIL, "The whole council area"), *names])

    def show(self, priority: Priority) -> None:
        """Fill in what a priority says now."""
        self.title.data, self.need.data = priority.title, priority.need
        self.group.data = priority.group.code
        self.ward.data = priority.ward.code if priority.ward else WHOLE_COUNCIL
        self.version.data = priority.version

    def draft(self) -> NeedDraft:
        ward = self.ward.data
        return NeedDraft(
            title=self.title.data or "",
            need=self.need.data or "",
            group_code=self.group.data or "",
            ward_code=None if ward == WHOLE_COUNCIL else ward,
        )

    @property
    def group_name(self) -> str:
        return next((label for code, label, *_ in self.group.iter_choices() if code == self.group.data), "")

    @property
    def ward_name(self) -> str:
        return next((label for code, label, *_ in self.ward.iter_choices() if code == self.ward.data), "")
