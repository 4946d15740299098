"""Every kind of file that says something about a council's services, in the order in which a folder is read."""

from __future__ import annotations

from participation.budgets.registers import REGISTERS
from participation.budgets.wanted import FIGURES, Kind

KINDS: tuple[Kind, ...] = (*FIGURES, *REGISTERS)
# What a person calls each of them.
KIND_WORDS = {
    "outturn": "What was spent, by service",
    "budget": "What was planned, by line",
    "detail": "What was spent, by line below the services",
    "contracts": "Contracts register",
    "population": "Number of residents and households",
    "council_tax": "Council tax of band D",
    "summary": "An earlier year, cost after income only",
}
