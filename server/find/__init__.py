"""One box over everything: what a person may read they may also find, and nothing else."""
