"""The tables, the queries on them, and the keys that seal what they hold."""
