"""What is looked for in a text before it is kept: each finding is told to the author, and sends the text to a moderator.

Moderation stands above this feature, so it is not imported here: it hands in its screen once, at start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

# What stands where something was replaced begins like this.
MASK = "[removed: "


@dataclass(frozen=True, slots=True)
class Found:
    """One kind of thing that was found ("a card number"). `masked`: it was replaced in the text, which never held it
    afterwards."""

    code: str
    name: str
    masked: bool


@dataclass(frozen=True, slots=True)
class Screened:
    """A title and a text as they may be kept, and what was found in them."""

    title: str
    need: str
    found: tuple[Found, ...] = ()

    @property
    def masked(self) -> str:
        """What was replaced: "a card number and an NHS number"; "" when nothing was."""
        return _listed([one.name for one in self.found if one.masked])

    @property
    def warned(self) -> str:
        """What was found and left in the text; "" when nothing was."""
        return _listed([one.name for one in self.found if not one.masked])


def _listed(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


Screen = Callable[[str, str, int], Screened]
Keep = Callable[[int, Screened, bool], None]


def _nothing_found(title: str, need: str, _council_id: int) -> Screened:
    return Screened(title, need)


def _kept_nowhere(_priority_id: int, _screened: Screened, _beside: bool) -> None:
    return None


_screen: Screen = _nothing_found
_keep: Keep = _kept_nowhere


def register(screen: Screen, keep: Keep) -> None:
    """The screen (title, text, id of the council), and what keeps its findings beside a priority's id."""
    global _screen, _keep
    _screen, _keep = screen, keep


def screened(title: str, need: str, council_id: int, limit: int) -> Screened:
    """The texts with the most dangerous numbers replaced; a title stays within `limit` characters."""
    result = _screen(title, need, council_id)
    return replace(result, title=result.title[:limit])


def keep(priority_id: int, result: Screened, *, beside: bool = False) -> None:
    """Note what was found in a priority's latest text. What was noted before goes, unless this comes `beside` it."""
    _keep(priority_id, result, beside)
