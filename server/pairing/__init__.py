"""Who helps which household for longer than one visit: content, frequency, dates and what was agreed (结对/包户)."""
