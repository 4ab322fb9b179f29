"""What the commands in scripts/ share; only the standard library until the environment exists."""
