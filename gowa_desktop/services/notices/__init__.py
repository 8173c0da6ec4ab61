"""Notices: what happened that a person should hear of, also later."""
