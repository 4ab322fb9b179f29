"""The commands in scripts/: what they say, and what they do when something is missing."""
