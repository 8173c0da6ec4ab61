"""What every installer says about the program: one place for its names, version and addresses. Standard library only."""

from __future__ import annotations

import re
from pathlib import Path

from gowa_desktop.domain import publisher

ROOT = Path(__file__).resolve().parent.parent

NAME = "GOWA Desktop"
SLUG = "gowa-desktop"
"""Name of the program's file, of its package and of its data folder."""
CONSOLE_SLUG = "gowa-desktop-cli"
"""The same program with a console, where a windowed one has none."""
IDENTIFIER = "org.gowa-desktop.GowaDesktop"
"""Reverse-domain name: bundle identifier on macOS, AppUserModelID on Windows."""
SUMMARY = "Run, watch and keep alive the GOWA WhatsApp API servers on your own computer"
DESCRIPTION = (
    "GOWA answers to WhatsApp on behalf of your programs, through an interface of its own. GOWA Desktop keeps one or a hundred such servers "
    "on your computer: it installs a version, starts each in a folder of its own and shows whether it really runs.",
    "What ends by itself is started again; what keeps failing is told with the reason. Closing the window leaves the servers running, "
    "and the next start finds them again. Updates save the data first and go back by themselves when a new version does not work.",
)
"""Two paragraphs, for software centres and packages."""
HOMEPAGE = publisher.HOMEPAGE
REPOSITORY = publisher.REPOSITORY
MAINTAINER = "The GOWA Desktop authors <maintainers@gowa-desktop.example.invalid>"
"""To be set by the publisher: who answers for the Debian package."""
PUBLISHER = "The GOWA Desktop authors"
LICENSE_NAME = "MIT"
COPYRIGHT = "Copyright © 2026 the GOWA Desktop authors. MIT licence."
URL_SCHEME = "gowa-desktop"
"""Scheme of links such as `gowa-desktop://instance/shop`."""
ICON_SVG = ROOT / "resources" / "icons" / "gowa-desktop.svg"


def version(root: Path = ROOT) -> str:
    """Read the version from the package, without importing it.

    Raises:
        ValueError: there is none.
    """
    text = (root / "gowa_desktop" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "([^"]+)"$', text, re.MULTILINE)
    if match is None:
        raise ValueError("gowa_desktop/__init__.py tells no version.")
    return match[1]


def version_numbers(text: str) -> tuple[int, int, int, int]:
    """Give the four numbers that Windows and macOS want; what follows a pre-release mark does not count."""
    match = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", text)
    if match is None:
        raise ValueError(f"{text} is no version.")
    return int(match[1]), int(match[2]), int(match[3] or 0), 0
