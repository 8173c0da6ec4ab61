"""Versions of GOWA: which exist, which are installed, what they understand."""
