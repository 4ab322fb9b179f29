"""Everything that happened with one household, in one line of time, each reader seeing what is theirs to know."""
