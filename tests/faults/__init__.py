"""The fault table: what breaks, what is promised, what is measured. Run it with `python -m tests.faults`."""
