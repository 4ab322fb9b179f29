"""Grids and buildings of a committee: how many homes each has; grids renamed, merged and closed with their days."""
