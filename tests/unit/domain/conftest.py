"""Hypothesis as these tests want it: the same examples in every run, and no limit on the time of one, for busy computers."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None, max_examples=100)
settings.load_profile("steady")
