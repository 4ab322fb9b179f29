"""Households and the people who live in them: the register everything else points at."""
