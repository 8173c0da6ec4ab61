"""Versions, updates and snapshots."""
