"""The database and the disk: kept safe, watched, restored."""
