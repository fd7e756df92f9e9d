"""What staff do with the record of a vendor."""

from enum import StrEnum


class Act(StrEnum):
    """One kind of change, with a form of its own."""

    NEW = "new"
    NAMES = "names"
    """Its names, its sites, and what it does."""
    FACT = "fact"
    ROUTE = "route"
    OFFER = "offer"
    ORDER = "order"
    STRIKE = "strike"
    """Take out what was recorded by mistake."""
