"""The official templates as Word files, and what makes them."""
