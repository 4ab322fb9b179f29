"""The codes on the doors: which household a door belongs to, and nothing else about it."""
