"""Windows that help: the self-test, and what the program is made of."""
