"""`python -m tests.packaging linux|windows|native`: try the installers out and print what was seen."""

from __future__ import annotations

import sys
from importlib import import_module

CHECKS = {
    "linux": "tests.packaging.linux.command",
    "windows": "tests.packaging.windows.command",
    "native": "tests.packaging.native",
}


def main(words: list[str]) -> int:
    """Run one kind of check with the words that follow."""
    if not words or words[0] not in CHECKS:
        print(f"Which one? {', '.join(CHECKS)}")
        return 2
    return int(import_module(CHECKS[words[0]]).main(words[1:]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
