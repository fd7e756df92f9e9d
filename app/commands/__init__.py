"""The commands: each parses, opens, calls an action, and prints."""
