"""Who publishes this program, and where: the one place for both, to be set before the first release."""

HOMEPAGE = "https://gowa-desktop.example.invalid"
"""The project's public address: issues and releases are below it, as `issues` and `releases/tag/TAG`."""
REPOSITORY = ""
"""Owner and name of the project on the release server, such as `owner/gowa-desktop`; while it is empty nobody is asked for new versions."""

PROGRAM_KEY = "program-"
"""How the keys of notices about this program's own versions begin; the tag follows."""


def release_page(tag: str) -> str:
    """Give the page on which a version of this program is published."""
    return f"{HOMEPAGE}/releases/tag/{tag}"
