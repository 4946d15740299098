"""Staff run a consultation: from draft to "we did". `blueprint` carries all pages of this folder."""

from __future__ import annotations

from participation.consultations.manage import beginnings, drafts, editions, home, launch, lines, moves, options
from participation.consultations.manage.door import blueprint

__all__ = ["beginnings", "blueprint", "drafts", "editions", "home", "launch", "lines", "moves", "options"]
