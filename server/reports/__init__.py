"""What leaves the house: exports a role may take, with nothing restricted in them."""
