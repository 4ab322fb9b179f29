"""What happens to households over time - merged, split, moved, born, died - named, dated and reversible."""
