"""What instances and the computer use."""
