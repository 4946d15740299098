"""Staff run a consultation: from draft to "we did". `blueprint` carries all pages of this folder."""

from __future__ import annotations

from participation.consultations.manage import beginnings, beside, drafts, editions, home, launch, lines, moves, options
from participation.consultations.manage.door import blueprint

__all__ = ["beginnings", "beside", "blueprint", "drafts", "editions", "home", "launch", "lines", "moves", "options"]
