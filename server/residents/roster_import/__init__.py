"""Reads the roster a committee already keeps and says, row by row, what would be stored and why."""
