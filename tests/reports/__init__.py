"""Exports hold what a role may take, and nothing else."""
