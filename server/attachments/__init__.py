"""Photos that come with visits and concerns: taken in parts no one can trust, kept as pictures only."""
