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
    RETIRE = "retire"
    """Say that the company is no more, or that it is there after all."""
    MERGE = "merge"
    """Say that the record is about a company that has one already."""
    PART = "part"
    """Take that back."""
