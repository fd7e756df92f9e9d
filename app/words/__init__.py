"""The sentences that people read, in English, French and Spanish."""
