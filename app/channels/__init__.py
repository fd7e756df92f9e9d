"""Ways to reach a vendor and to be reached."""
