"""The rules of the house, each with a sample it must catch."""
