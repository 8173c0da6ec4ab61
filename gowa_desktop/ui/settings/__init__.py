"""The program's own settings."""
