"""Makers of invented people and places; each mirrors the feature of its name."""
