"""Asking the residents: who is to be called, and what the answers add up to."""
