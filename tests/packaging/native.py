"""The installer of this very system: installed, started, put to its self-test, removed. For the runners of the release workflow.

It changes the system that it runs on, as an installation does: `python -m tests.packaging native FOLDER`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from installers import product
from tests.packaging.report import Report, StepError, require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST_S = 600


@dataclass(frozen=True, slots=True)
class NativePlan:
    """What is done on one system; commands are run one after the other."""

    pattern: str
    """Of the file that is installed."""
    install: Sequence[Sequence[str]]
    program: Path
    """What a person starts."""
    console: Path
    """What answers in a terminal."""
    remove: Sequence[Sequence[str]]
    remains: Sequence[Path]
    """What must be gone afterwards."""


def plan_for(platform: str, file: Path, environment: Mapping[str, str] = os.environ, *, is_root: bool = False) -> NativePlan:
    """Give the plan of a system, with the paths that its installer uses."""
    if platform == "win32":
        local = Path(environment["LOCALAPPDATA"])
        folder = local / "Programs" / product.NAME
        app = folder / f"app-{product.version()}"
        menu = Path(environment["APPDATA"]) / "Microsoft" / "Windows" / "Start Menu" / "Programs" / f"{product.NAME}.lnk"
        return NativePlan(
            "*-setup*.exe", [[str(file), "/S"]], app / f"{product.SLUG}.exe", app / f"{product.CONSOLE_SLUG}.exe",
            [[str(folder / "uninstall.exe"), "/S", "/REMOVEDATA=1"]], [folder, menu, local / product.SLUG],
        )  # fmt: skip
    if platform == "darwin":
        home = Path(environment["HOME"])
        volume, app = Path("/Volumes") / product.NAME, home / "Applications" / f"{product.NAME}.app"
        program = app / "Contents" / "MacOS" / product.SLUG
        return NativePlan(
            "*.dmg",
            [
                ["hdiutil", "attach", "-nobrowse", str(file)], ["mkdir", "-p", str(app.parent)],
                ["cp", "-R", str(volume / app.name), str(app)], ["hdiutil", "detach", str(volume)],
                ["codesign", "--verify", "--deep", "--strict", str(app)],
            ],
            program, program, [["rm", "-rf", str(app)]], [app],
        )  # fmt: skip
    root = [] if is_root else ["sudo"]
    program = Path("/usr/bin") / product.SLUG
    return NativePlan(
        "*.deb", [[*root, "apt-get", "install", "--yes", "--no-install-recommends", str(file)]], program, program,
        [[*root, "apt-get", "purge", "--yes", product.SLUG]], [Path("/usr/lib") / product.SLUG, program],
    )  # fmt: skip


def main(arguments: Sequence[str]) -> int:
    """Run the plan of this system; the answer is an exit code."""
    folder = Path(arguments[0] if arguments else "dist").resolve()
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    pattern = plan_for(sys.platform, folder, is_root=is_root).pattern
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        print(f"There is not one {pattern} in {folder}, but {len(found)}.")
        return 1
    plan, report = plan_for(sys.platform, found[0], is_root=is_root), Report()
    try:
        report.step(f"install {found[0].name}", lambda: _run_all(plan.install), is_needed=True)
        report.step("the console tells the version", lambda: _tell_version(plan))
        report.step("self-test in a real window", lambda: _self_test(plan))
    except StepError:
        print("The other steps need this one.")
    report.step("remove", lambda: _remove(plan))
    return report.close()


def self_test_command(program: Path, platform: str = sys.platform) -> list[str]:
    """Compose the self-test; on a Linux without a display on a virtual one, if there is such a tool."""
    is_bare = platform == "linux" and not os.environ.get("DISPLAY") and shutil.which("xvfb-run")
    return [*(["xvfb-run", "--auto-servernum"] if is_bare else []), str(program), "--self-test"]


def _run_all(commands: Sequence[Sequence[str]]) -> None:
    for command in commands:
        _run(command)


def _run(command: Sequence[str]) -> str:
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=_MOST_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StepError(f"{Path(command[0]).name}: {error}") from None
    require(ended.returncode == 0, f"{Path(command[0]).name} ended with {ended.returncode}: {(ended.stdout + ended.stderr).strip()[-800:]}")
    return ended.stdout


def _tell_version(plan: NativePlan) -> str:
    said = _run([str(plan.console), "--version"]).strip()
    require(said == f"{product.NAME} {product.version()}", f"It says: {said}")
    return said


def _self_test(plan: NativePlan) -> str:
    # A windowed program of Windows has nowhere to write to; its exit code tells.
    lines = _run(self_test_command(plan.program)).strip().splitlines()
    return lines[-1] if lines else "exit code 0"


def _remove(plan: NativePlan) -> None:
    _run_all(plan.remove)
    deadline = time.monotonic() + 120
    while any(path.exists() for path in plan.remains):  # Windows' uninstaller goes on in a copy of itself
        require(time.monotonic() < deadline, f"Left behind: {[str(path) for path in plan.remains if path.exists()]}")
        time.sleep(0.5)
