"""Quarrels settled with the help of a third person (人民调解), known to their mediators and the committee head alone."""
