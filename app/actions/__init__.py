"""What the portal does, one verb a module."""
