"""Notices in the window, and outside it."""
