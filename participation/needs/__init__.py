"""Evidence in, resident-needs summary out. Pure: no web, no database, no clock, no chance but a seed."""

from participation.needs.evidence import Evidence
from participation.needs.summarise import summarise
from participation.needs.summary import Summary

__all__ = ["Evidence", "Summary", "summarise"]
