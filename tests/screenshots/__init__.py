"""Timings, each beside a floor measured in the same run; on demand, never part of a pass or fail."""
