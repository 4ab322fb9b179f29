"""Carries what volunteers record offline to the server once and for all, and what they may know back to their phones.

The rules are told in PROTOCOL.md. This package imports no feature: features register what a mutation
does (``@mutation``) and what a row looks like (``@pull_source``), and say what changed (``record_change``).
"""
