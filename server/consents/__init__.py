"""Who agreed to what about a child, in which words, and whether it still stands (PIPL 15, 28-31)."""
