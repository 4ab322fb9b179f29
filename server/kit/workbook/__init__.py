"""Reads a table a person sends, in a process that can harm only its own reading."""
