"""Editing the settings of instances."""
