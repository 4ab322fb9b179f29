"""Tests of the box that searches everywhere."""
