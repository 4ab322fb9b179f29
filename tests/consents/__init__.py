"""The register of consents and its gate."""
