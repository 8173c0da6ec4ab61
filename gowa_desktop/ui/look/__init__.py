"""Colours, icons, fonts and words for values."""
