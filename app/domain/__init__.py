"""The rules: what the law gives, when an answer is due, where a request stands."""
