"""A phone that its person asked to be woken says that there are new messages, and nothing else."""
