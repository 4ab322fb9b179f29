"""Risk patrols (排查): who looks at which grid in which half month, what was found, that nothing was, and what became of it (domain.md 1.4, 2, F5)."""
