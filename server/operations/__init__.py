"""How the installation itself is doing, for the administrator: what it does by itself, and when."""
