"""The command line: its grammar, what carries its verbs out, and how answers are printed. The window's twin."""
