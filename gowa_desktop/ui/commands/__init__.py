"""Everything that can be done, found by its name and reached by its keys."""
