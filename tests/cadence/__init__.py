"""Tests of how often who is visited."""
