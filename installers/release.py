#!/usr/bin/env python3
"""What the release workflow does around the builds: check the tag, provide tools, publish with checksums and notes.

Standard library only. `release.py check TAG`, `release.py tools`, `release.py appimage FOLDER`, `release.py publish TAG FOLDER`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import tempfile
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installers import product
from installers.linux import appimage
from installers.tools import BuildError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SUMS = "SHA256SUMS"
_DESCRIPTIONS = (
    ("-setup.exe", "Windows 10 and 11: double-click; no administrator needed"),
    ("-setup-unsigned.exe", "Windows 10 and 11: double-click; not signed, so Windows asks first (More info, Run anyway)"),
    ("-unsigned.dmg", "macOS 13 and newer: drag to Applications; not signed by Apple, so confirm it under Privacy & Security"),
    (".dmg", "macOS 13 and newer: drag to Applications"),
    (".deb", "Debian 12, Ubuntu 22.04 and newer: double-click, or `sudo apt install ./FILE`"),
    (".run", "Other Linux, for one person, without root: `sh FILE`"),
    (".AppImage", "Other Linux, without installation: make it executable and start it"),
    (".tar.xz", "Linux, to unpack by hand"),
    (".cdx.json", "List of all parts (CycloneDX)"),
    (SUMS, "Check a download with `sha256sum --check --ignore-missing SHA256SUMS`"),
)
_LINUX_PACKAGES = ("xvfb", "desktop-file-utils", "appstream", "makeself", "squashfs-tools")
_PACKAGES = {
    "linux": ["sudo", "apt-get", "install", "--yes", "--no-install-recommends", *_LINUX_PACKAGES],
    "win32": ["choco", "install", "nsis", "--yes", "--no-progress"],
}
_NEEDED = ("*.deb", "*.run", "*.tar.xz", "*-setup*.exe", "*.dmg")
_PLACEHOLDER = "example.invalid"


def tag_problem(tag: str, version: str) -> str:
    """Say what is wrong with a tag; nothing when it names the version."""
    return "" if tag == f"v{version}" else f"The tag {tag} does not name the version {version}: move the tag, or the version."


def publisher_problem(values: Mapping[str, str] | None = None) -> str:
    """Say what a release must not go out without: who publishes it and where, one sentence; nothing when all is set."""
    known = values if values is not None else {
        "HOMEPAGE": product.HOMEPAGE, "REPOSITORY": product.REPOSITORY, "MAINTAINER": product.MAINTAINER,
    }  # fmt: skip
    missing = [name for name, value in known.items() if not value or _PLACEHOLDER in value]
    return f"Not a release yet: set {', '.join(missing)} in publisher.py and product.py." if missing else ""


def tool_commands(platform: str = sys.platform) -> list[list[str]]:
    """Give the commands that install what the builders need on a fresh runner."""
    packages = _PACKAGES.get(platform)
    refresh = [["sudo", "apt-get", "update"]] if platform == "linux" else []
    return [*refresh, packages] if packages else []


def shippable(folder: Path) -> list[Path]:
    """List the files that are published; folders, such as an AppDir, are not."""
    return sorted(path for path in folder.iterdir() if path.is_file() and path.name != SUMS)


def missing_kinds(names: Sequence[str]) -> list[str]:
    """List the kinds of files that a release must have and these do not: a build that lost its file must not go unnoticed."""
    return [pattern for pattern in _NEEDED if not any(fnmatch(name, pattern) for name in names)]


def sums(files: Sequence[Path]) -> str:
    """Write SHA256SUMS over files of several builds."""
    return "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)


def notes(version: str, names: Sequence[str], changes: Sequence[str]) -> str:
    """Compose the text of a release: what to download, what has changed.

    Args:
        version: such as `0.1.0`.
        names: the published files.
        changes: subjects of the commits since the last release, newest first.
    """
    rows = [f"| [{name}](../../releases/download/v{version}/{name}) | {text} |" for name in names if (text := _description(name))]
    lines = [f"{product.SUMMARY}.", "", "| file | for |", "| --- | --- |", *rows]
    if changes:
        lines += ["", "## Changes", "", *(f"- {subject}" for subject in changes)]
    return "\n".join(lines) + "\n"


def changes_since_last_tag(tag: str) -> list[str]:
    """List the subjects of the commits between the tag before this one and this one."""
    before = subprocess.run(["git", "describe", "--tags", "--abbrev=0", f"{tag}^"], capture_output=True, text=True, check=False).stdout.strip()
    span = f"{before}..{tag}" if before else tag
    listed = subprocess.run(["git", "log", "--format=%s", "--no-merges", span], capture_output=True, text=True, encoding="utf-8", check=True)
    return listed.stdout.splitlines()


def publish_command(tag: str, files: Sequence[Path], notes_file: Path) -> list[str]:
    """Compose the command that makes the release; a version such as v1.0rc1 becomes a pre-release."""
    early = ["--prerelease"] if tag.removeprefix("v").strip("0123456789.") else []
    words = ["gh", "release", "create", tag, "--verify-tag", "--title", f"{product.NAME} {tag}", "--notes-file", str(notes_file)]
    return [*words, *early, *map(str, files)]


def publish(tag: str, folder: Path) -> int:
    """Write the checksums and the notes, and make the release."""
    files = shippable(folder)
    if missing := missing_kinds([file.name for file in files]):
        print(f"Nothing is published: {folder} has no {', '.join(missing)}.")
        return 1
    (folder / SUMS).write_text(sums(files), encoding="utf-8", newline="\n")
    files.append(folder / SUMS)
    text = folder.with_name(f"{folder.name}-notes.md")
    text.write_text(notes(product.version(), [file.name for file in files], changes_since_last_tag(tag)), encoding="utf-8")
    return subprocess.call(publish_command(tag, files, text))


def make_appimage(folder: Path) -> int:
    """Make an AppImage of the AppDir that a build on Linux left; elsewhere there is none, and nothing to do."""
    for app_dir in sorted(folder.glob("*.AppDir")):
        with tempfile.TemporaryDirectory() as work:
            try:
                print(appimage.build(app_dir, appimage.fetch_runtime(Path(work)), Path(work)).name)
            except BuildError as error:
                print(error)
                return 1
    return 0


def main(words: Sequence[str]) -> int:
    """Do one of the four."""
    if len(words) == 2 and words[0] == "check":
        problem = tag_problem(words[1], product.version()) or publisher_problem()
        print(problem or f"{words[1]} is the version of this tree.")
        return 1 if problem else 0
    if list(words) == ["tools"]:
        commands = [[shutil.which(command[0]) or command[0], *command[1:]] for command in tool_commands()]
        return next((code for command in commands if (code := subprocess.call(command))), 0)
    if len(words) == 2 and words[0] == "appimage":
        return make_appimage(Path(words[1]).resolve())
    if len(words) == 3 and words[0] == "publish":
        return publish(words[1], Path(words[2]).resolve())
    print(__doc__)
    return 2


def _description(name: str) -> str:
    return next((text.replace("FILE", name) for ending, text in _DESCRIPTIONS if name.endswith(ending)), "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
