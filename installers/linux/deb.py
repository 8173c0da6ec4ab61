"""Builds the Debian package with plain dpkg-deb. It needs no maintainer scripts: dpkg's triggers refresh icons and menus."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import textwrap
from email.utils import formatdate
from typing import TYPE_CHECKING

from installers import product
from installers.linux import elf, share
from installers.tools import copy_tree, run, set_times, source_date, write_gzip

if TYPE_CHECKING:
    from pathlib import Path

_OVERRIDES = """\
# The program is frozen: Python, Qt and numpy come with it in the versions it was tested with, so that it runs on many systems.
gowa-desktop: embedded-library
gowa-desktop: unstripped-binary-or-object
# PyInstaller's stock bootloader is not position independent; building one's own makes virus scanners of other systems suspicious.
gowa-desktop: hardening-no-pie
gowa-desktop: hardening-no-relro
gowa-desktop: hardening-no-bindnow
gowa-desktop: hardening-no-fortify-functions
# The libraries find each other by paths relative to themselves.
gowa-desktop: custom-library-search-path
gowa-desktop: library-not-linked-against-libc
gowa-desktop: shared-library-lacks-prerequisites
gowa-desktop: binary-from-other-architecture
# Published by its authors, not through Debian's archive, so no bug of Debian is closed by it.
gowa-desktop: initial-upload-closes-no-bugs
# Licence texts of the parts, which About shows.
gowa-desktop: extra-license-file
"""


def build(folder: Path, work: Path, output: Path) -> Path:
    """Build the package from PyInstaller's folder.

    Raises:
        BuildError: a tool is missing or failed.
    """
    version, machine = product.version(), run(["dpkg", "--print-architecture"]).strip()
    tree = work / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    program = tree / "usr" / "lib" / product.SLUG
    program.parent.mkdir(parents=True)
    copy_tree(folder, program)
    (tree / "usr" / "bin").mkdir()
    (tree / "usr" / "bin" / product.SLUG).symlink_to(f"../lib/{product.SLUG}/{product.SLUG}")
    share.write(tree / "usr" / "share", product.SLUG)
    _write_docs(tree / "usr" / "share" / "doc" / product.SLUG, folder, version)
    overrides = tree / "usr" / "share" / "lintian" / "overrides" / product.SLUG
    overrides.parent.mkdir(parents=True)
    overrides.write_text(_OVERRIDES, encoding="utf-8")
    for library in program.rglob("*"):
        if library.is_file() and not library.is_symlink():
            library.chmod(0o755 if library.name == product.SLUG else 0o644)
    debian = tree / "DEBIAN"
    debian.mkdir()
    _write_control(debian, tree, folder, version, machine)
    when = source_date()
    set_times(tree, when)
    target = output / f"{product.SLUG}_{version}_{machine}.deb"
    command: list[str | Path] = ["dpkg-deb", "--root-owner-group", "-Zxz", "-z9", "--threads-max=1", "--build", tree, target]
    run(command, env={**os.environ, "SOURCE_DATE_EPOCH": str(when)})
    return target


def _write_control(debian: Path, tree: Path, folder: Path, version: str, machine: str) -> None:
    files = [path for path in sorted(tree.rglob("*")) if path.is_file() and not path.is_symlink() and debian not in path.parents]
    sums = "".join(f"{hashlib.md5(path.read_bytes()).hexdigest()}  {path.relative_to(tree).as_posix()}\n" for path in files)
    (debian / "md5sums").write_text(sums, encoding="utf-8")
    needed, useful = elf.depends(*elf.needs(folder))
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    paragraphs = "\n .\n".join(textwrap.indent(textwrap.fill(text, 76), " ") for text in product.DESCRIPTION)
    fields = {
        "Package": product.SLUG, "Version": version, "Architecture": machine, "Maintainer": product.MAINTAINER,
        "Installed-Size": str(size), "Depends": ", ".join(needed), "Recommends": ", ".join(useful), "Section": "net", "Priority": "optional",
        "Homepage": product.HOMEPAGE, "Description": f"keep GOWA WhatsApp API servers running\n{paragraphs}",
    }  # fmt: skip
    (debian / "control").write_text("".join(f"{name}: {value}\n" for name, value in fields.items() if value), encoding="utf-8")


def _write_docs(doc: Path, folder: Path, version: str) -> None:
    doc.mkdir(parents=True)
    when = formatdate(source_date())
    changelog = (
        f"{product.SLUG} ({version}) stable; urgency=medium\n\n"
        f"  * Version {version}; see {product.HOMEPAGE}/releases.\n\n"
        f" -- {product.MAINTAINER}  {when}\n"
    )
    write_gzip(doc / "changelog.gz", changelog.encode())
    parts = json.loads((folder / "_internal" / "resources" / "licences.json").read_text(encoding="utf-8"))["components"]
    own = (product.ROOT / "LICENSE").read_text(encoding="utf-8").strip()
    licence = "\n".join(f" {line}" if line else " ." for line in own.splitlines())
    listed = "\n".join(f"   {one['name']} {one['version']}: {one['licence']}".rstrip() for one in parts)
    (doc / "copyright").write_text(
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n"
        f"Upstream-Name: {product.NAME}\nSource: {product.HOMEPAGE}\n"
        "Comment:\n The program comes with parts under licences of their own, whose texts are in\n"
        f" /usr/lib/{product.SLUG}/_internal/resources/licences:\n{listed}\n\n"
        f"Files: *\nCopyright: 2026 the GOWA Desktop authors\nLicense: Expat\n{licence}\n",
        encoding="utf-8",
    )
