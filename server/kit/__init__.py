"""Tools every feature stands on; nothing here knows what a household is."""
