"""Tests of lists taken out and of kept filters."""
