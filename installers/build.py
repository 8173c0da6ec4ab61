#!/usr/bin/env python3
"""Build what people download: `build.py deb`, `run`, `appdir`, `archive`, `windows`, `macos`, or `all` that this system can build.

Run it through `python3 installers/bootstrap.py build ...`, which sets up the pinned build tools. The same tree gives the same bytes,
apart from signatures. Beside the files lie SHA256SUMS and a list of what is inside (CycloneDX).
"""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from installers import accounts, product
from installers.linux import package as linux_package
from installers.tools import BuildError

if TYPE_CHECKING:
    from collections.abc import Sequence

LINUX = ("deb", "run", "archive", "appdir")
TARGETS = (*LINUX, "windows", "macos", "all")


def targets_for(asked: Sequence[str], platform: str = sys.platform) -> list[str]:
    """Give what is to be built, each once; `all` is what the system that this runs on can build."""
    own = {"win32": ("windows",), "darwin": ("macos",)}.get(platform, LINUX)
    return list(dict.fromkeys(name for one in asked for name in (own if one == "all" else (one,))))


def build(targets: Sequence[str], work: Path, output: Path) -> list[Path]:
    """Build the targets, then write sums and the list of parts.

    Args:
        targets: what `targets_for` gave.
        work: for what is needed on the way; may be deleted afterwards.
        output: where the files go.

    Raises:
        BuildError: a tool is missing or failed, or this system cannot build a target.
    """
    output.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    if linux := [name for name in targets if name in LINUX]:
        made += linux_package.build(linux, work / "linux", output)
    for system in ("windows", "macos"):
        if system in targets:
            # Each system's builder only where it is wanted: it may need what others do not have.
            made.append(import_module(f"installers.{system}.package").build(work / system, output))
    lists = [work / system / "licences" / "licences.json" for system in ("linux", "windows", "macos")]
    made.append(accounts.write_parts_list(output, [file for file in lists if file.is_file()]))
    return [*made, accounts.write_sums(output)]


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line says; whatever goes wrong becomes one sentence."""
    parser = argparse.ArgumentParser(prog="build.py", description=f"Build the installers of {product.NAME} {product.version()}.")
    parser.add_argument("targets", nargs="+", choices=TARGETS, metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--output", type=Path, default=product.ROOT / "dist", help="where the files go (default: dist)")
    parser.add_argument("--work", type=Path, default=product.ROOT / "build", help="for what is needed on the way (default: build)")
    given = parser.parse_args(argv)
    begin = time.monotonic()
    try:
        made = build(targets_for(given.targets), given.work.resolve(), given.output.resolve())
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    for path in made:
        size = f"{path.stat().st_size / 1e6:9.1f} MB" if path.is_file() else "   folder   "
        print(f"{size}  {path}")
    print(f"Built in {time.monotonic() - begin:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
