"""The blueprint of the staff pages about figures and delivery."""

from __future__ import annotations

from participation.councils.scope import council_blueprint

blueprint = council_blueprint("budget_manage", "participation.budgets.manage", "/manage/figures")
