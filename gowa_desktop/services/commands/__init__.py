"""Verbs that come through the socket or the command line, and their answers."""
