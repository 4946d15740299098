"""The pages of moderators, one module a subject; importing them hangs their views on the blueprint."""

from __future__ import annotations

from participation.moderation.manage import appeals, item, merges, queue, referrals, second_readings
from participation.moderation.manage.door import blueprint

__all__ = ["appeals", "blueprint", "item", "merges", "queue", "referrals", "second_readings"]
