#!/usr/bin/env python3
"""Take a machine that has nothing but Python to a running program or a finished test run.

Standard library only. Every Python 3 must be able to parse this file and to run it as far as the version check. It knows no
package registry: pip's own settings decide where the hash-pinned packages come from.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path


def old_python_problem(major: int, minor: int) -> str:
    """Return the sentence for a Python that is too old, else nothing."""
    if (major, minor) >= (3, 11):
        return ""
    return f"GOWA Desktop needs Python 3.11 or newer and this is {major}.{minor}: start it with a newer one, e.g. python3.11."


if old_python_problem(*sys.version_info[:2]):  # here, because old versions stumble over the annotations below
    sys.exit(old_python_problem(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parent.parent
PYTHON_VERSION = "{}.{}".format(*sys.version_info)
WINDOWLESS_OPTIONS = {"--self-test", "--no-window", "--version", "--help", "-h"}
VALUE_OPTIONS = {"--data-dir", "--screenshot"}  # of the program, where a value follows as a word of its own

# What Qt's modules and plugins are linked against, by the platform plugin that needs it, and Debian's package for it.
# "new | old" are alternatives, of which the last is taken when apt knows none.
# fmt: off
SYSTEM_LIBRARIES = {
    "core": {
        "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libX11.so.6": "libx11-6", "libbrotlidec.so.1": "libbrotli1",
        "libdbus-1.so.3": "libdbus-1-3", "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6",
        "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0", "libgssapi_krb5.so.2": "libgssapi-krb5-2", "libxkbcommon.so.0": "libxkbcommon0",
        "libbrotlicommon.so.1": "libbrotli1", "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0", "libzstd.so.1": "libzstd1",
    },
    "xcb": {
        "libX11-xcb.so.1": "libx11-xcb1", "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-glx.so.0": "libxcb-glx0",
        "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0", "libxcb-keysyms.so.1": "libxcb-keysyms1",
        "libxcb-randr.so.0": "libxcb-randr0", "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-render.so.0": "libxcb-render0",
        "libxcb-shape.so.0": "libxcb-shape0", "libxcb-shm.so.0": "libxcb-shm0", "libxcb-sync.so.1": "libxcb-sync1",
        "libxcb-util.so.1": "libxcb-util1", "libxcb-xfixes.so.0": "libxcb-xfixes0", "libxcb-xkb.so.1": "libxcb-xkb1",
        "libxcb.so.1": "libxcb1", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    },
    "wayland": {
        "libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0": "libwayland-cursor0",
        "libwayland-egl.so.1": "libwayland-egl1",
    },
}
# fmt: on
# What tests need that drive the program on a display of its own, build a stand-in for GOWA or try an installer, and Debian's packages.
TEST_DESKTOP = {
    "Xvfb": "xvfb", "dbus-daemon": "dbus", "xwininfo": "x11-utils", "openbox": "openbox", "cc": "gcc", "xz": "xz-utils",
    "/usr/include/unistd.h": "libc6-dev", "/usr/share/dbus-1/services/org.a11y.Bus.service": "at-spi2-core",
}  # fmt: skip
MOST_WORKERS = 4  # side by side; more would only get into each other's way
MOST_UNSTEADY = 3
"""So many tests may fail in a run and pass alone; more are a fault."""
UNFINISHED = "bootstrap.unfinished"  # a file in an environment that is being worked on, or was when that was cut short
ENSUREPIP = {"Python's module ensurepip": f"python{PYTHON_VERSION}-venv | python3-venv"}

PROBE = """
import os, sys
from importlib.util import find_spec
program = find_spec("PySide6") and find_spec("gowa_desktop")
place = os.path.realpath(program.origin) if program else ""
print("%d.%d" % sys.version_info[:2], bool(find_spec("pip")), place, sep="\\n")
"""
# A line of code, because its text can be plain ASCII whatever the folder's name and the encoding of .pth files.
# The command is a script of ours, because a package's own ones come only with a build of it.
LINK = """
import pathlib, sys, sysconfig
link = pathlib.Path(sysconfig.get_path("purelib"), "gowa_desktop_source.pth")
link.write_text("import sys; %a in sys.path or sys.path.append(%a)\\n" % (sys.argv[1], sys.argv[1]))
windows = sys.platform == "win32"
script = pathlib.Path(sysconfig.get_path("scripts"), "gowa-desktop.cmd" if windows else "gowa-desktop")
lines = ["@", " %*"] if windows else ["#!/bin/sh\\nexec ", ' "$@"']
script.write_text('%s"%s" -P -m gowa_desktop%s\\n' % (lines[0], sys.executable, lines[1]), encoding="utf-8")
script.chmod(0o755)
"""
OFFSCREEN_PROBE = "from PySide6.QtWidgets import QApplication; QApplication([])"
LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


class BootstrapError(Exception):
    """One sentence for the person, with what to do next."""


def say(message: str) -> None:
    """Tell the person something, out of the way of what the program itself prints."""
    print(message, file=sys.stderr, flush=True)


def quiet_run(command: Sequence[str], **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command without input and collect all that it prints."""
    null, pipe, merged = subprocess.DEVNULL, subprocess.PIPE, subprocess.STDOUT
    environment = {**os.environ, **environment}
    return subprocess.run(
        command, check=False, env=environment, encoding="utf-8", errors="replace", stdin=null, stdout=pipe, stderr=merged
    )


def last_line(output: str, prefix: str = "") -> str:
    """Return the last line that says something, by preference one with the prefix."""
    lines = [line.strip() for line in output.splitlines() if line.strip()] or ["no message"]
    return next((line for line in reversed(lines) if line.startswith(prefix)), lines[-1]).rstrip(".")


def can_load(soname: str) -> bool:
    """Ask the dynamic loader for a library; a Python without ctypes cannot, and hopes."""
    try:
        import ctypes  # noqa: PLC0415  # optional in self-built Pythons

        ctypes.CDLL(soname)
    except (ImportError, OSError) as problem:
        return isinstance(problem, ImportError)
    return True


def missing_libraries(platform: str, loads: Callable[[str], bool] = can_load) -> dict[str, str]:
    """Return what this system lacks for Qt and the platform plugins named in a text like "xcb", with the packages."""
    groups = [group for name, group in SYSTEM_LIBRARIES.items() if name == "core" or name in platform]
    wanted = [pair for group in groups for pair in group.items() if sys.platform.startswith("linux")]
    return {soname: package for soname, package in wanted if not loads(soname)}


def apt_knows(package: str) -> bool:
    """Look a package up in apt's lists."""
    return quiet_run(["apt-cache", "show", "--no-all-versions", package]).returncode == 0


def apt_command(missing: Mapping[str, str], knows: Callable[[str], bool] = apt_knows) -> list[str]:
    """Compose the installation of all that is missing and of nothing merely recommended."""
    choices = [alternatives.split(" | ") for alternatives in missing.values()]
    packages = {next(filter(knows, names), names[-1]) for names in choices}
    return ["apt-get", "install", "-y", "--no-install-recommends", *sorted(packages)]


def install_packages(missing: Mapping[str, str], rights: Sequence[str] = ()) -> None:
    """Install Debian packages, renewing the package lists first when today's do not do; `rights` is what goes before each command."""
    for is_renewed in (False, True):
        if is_renewed:
            quiet_run([*rights, "apt-get", "update"])
        command = apt_command(missing)
        say(f"Installing system packages: {' '.join(command[4:])}")
        # A machine that was just switched on may be busy with its own updates.
        result = quiet_run([*rights, *command, "-o", "DPkg::Lock::Timeout=300"], DEBIAN_FRONTEND="noninteractive")
        if result.returncode == 0:
            return
    raise BootstrapError(
        f"The system packages could not be installed ({last_line(result.stdout, 'E: ')}); "
        f"check the network and apt's sources, then run as root: apt-get update && {shlex.join(command)}"
    )


def package_advice(missing: Mapping[str, str], has_apt: bool, knows: Callable[[str], bool] = apt_knows) -> str:
    """Tell how to install by hand what is missing: one command on a Debian family."""
    if not has_apt:
        return f"This system lacks {', '.join(missing)}: install that with its package manager and try again."
    command = shlex.join(apt_command(missing, knows))
    return f"System packages are missing; run this command and try again:\n\n    sudo apt-get update && sudo {command}\n"


def provide_system_packages(required: Mapping[str, str], useful: Mapping[str, str]) -> None:
    """Install what is required, along with what is useful, or raise the advice how to."""
    has_apt = shutil.which("apt-get") is not None
    if required and has_apt and os.geteuid() == 0:
        install_packages({**required, **useful})
    elif required:
        raise BootstrapError(package_advice({**required, **useful}, has_apt))


def has_program(name: str) -> bool:
    """Look for a program by its name, or for a file by its path."""
    return os.path.exists(name) if name.startswith("/") else shutil.which(name) is not None  # noqa: PTH110 - one word for both


def missing_test_desktop(has: Callable[[str], bool] = has_program) -> dict[str, str]:
    """Return what the tests lack here, those on a virtual desktop first of all, with the packages."""
    if not sys.platform.startswith("linux"):
        return {}
    lacking = {name: package for name, package in TEST_DESKTOP.items() if not has(name)}
    return {**lacking, **missing_libraries("xcb")}


def desktop_advice(missing: Mapping[str, str]) -> str:
    """Say what some tests lack, what that comes to and how to get it."""
    how = package_advice(missing, shutil.which("apt-get") is not None)
    lost = "of window, tray, notifications and session on a virtual desktop, or of installing GOWA"
    return f"Tests {lost}, cannot run: {', '.join(missing)} missing.\n{how}"


def silent_rights() -> list[str]:
    """Give what goes before a command to install packages unasked: nothing for root, else sudo, where it wants no password.

    Raises:
        BootstrapError: nobody may install packages here unasked.
    """
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and quiet_run(["sudo", "-n", "true"]).returncode == 0:
        return ["sudo", "-n", "env", "DEBIAN_FRONTEND=noninteractive"]  # sudo passes no environment on
    raise BootstrapError("Packages cannot be installed without a password here: run the command above yourself.")


def check_desktop(args: list[str]) -> int:
    """Tell whether every test can run, those on a virtual desktop too; with `--install`, provide what they lack. Needs no environment."""
    if args not in ([], ["--install"]):
        raise BootstrapError(f"`desktop` takes nothing but --install: leave out {shlex.join(args)}.")
    missing = missing_test_desktop()
    if missing and args and shutil.which("apt-get"):
        say(desktop_advice(missing))
        install_packages(missing, silent_rights())
        missing = missing_test_desktop()
    if missing:
        raise BootstrapError(desktop_advice(missing))
    is_linux = sys.platform.startswith("linux")
    say(f"Every test can run here, {'those on a virtual desktop too' if is_linux else 'but those on a virtual desktop of Linux'}.")
    return 0


def provide_test_desktop() -> None:
    """Install what such tests need, or tell how to; without it they are skipped and say why."""
    missing = missing_test_desktop()
    if not missing:
        return
    try:
        provide_system_packages(missing, {})
    except BootstrapError as error:
        say(f"Some tests are skipped. {error}")


def is_writable(folder: Path) -> bool:
    """Try to write, because permission bits say little on Windows and on read-only mounts."""
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=str(folder)):
        return True
    return False


def cache_folder(environment: Mapping[str, str], platform: str, home: Path) -> Path:
    """Return the folder where this system keeps what can be made again."""
    if platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or home / "AppData" / "Local")
    if platform == "darwin":
        return home / "Library" / "Caches"
    return Path(environment.get("XDG_CACHE_HOME") or home / ".cache")


def venv_folder() -> Path:
    """Choose the checkout's own `.venv`, or one in the user's cache when the checkout can only be read."""
    local = ROOT / ".venv"
    if is_writable(local if local.exists() else ROOT) or is_ready(local):
        return local
    key = hashlib.sha256(os.fsencode(str(ROOT))).hexdigest()[:12]
    return cache_folder(os.environ, sys.platform, Path.home()) / "gowa-desktop-source" / key


def venv_python(venv: Path, platform: str = sys.platform) -> str:
    """Return the path of the Python inside."""
    return str(venv / "Scripts" / "python.exe" if platform == "win32" else venv / "bin" / "python")


def wanted_stamp(root: Path, python_version: str = PYTHON_VERSION) -> str:
    """Put down everything that decides what belongs into the environment."""
    sources = [root / "installers" / "requirements.lock", root / "pyproject.toml"]
    digests = [f"{source.name} {hashlib.sha256(source.read_bytes()).hexdigest()}\n" for source in sources]
    return f"python {python_version}\n" + "".join(digests)


def installed_program(venv: Path) -> str | None:
    """Return the program that an environment runs, empty for none yet; nothing when it is broken, half made or not for us."""
    with contextlib.suppress(OSError):
        lines = quiet_run([venv_python(venv), "-X", "utf8", "-I", "-c", PROBE]).stdout.splitlines()
        if lines[-3:-1] == [PYTHON_VERSION, "True"] and not (venv / UNFINISHED).exists():
            return lines[-1]
    return None


def is_ready(venv: Path) -> bool:
    """Say whether the environment was finished with today's pins and runs the program of this very checkout."""
    stamp = venv / "bootstrap.stamp"
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted_stamp(ROOT):
        return False
    return installed_program(venv) == str(ROOT / "gowa_desktop" / "__init__.py")


@contextlib.contextmanager
def locked(venv: Path) -> Iterator[None]:
    """Let one bootstrap at a time change an environment; the system frees the lock of a process that ends."""
    venv.mkdir(parents=True, exist_ok=True)
    with (venv / "bootstrap.lock").open("w", encoding="utf-8") as file:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def make_venv(venv: Path) -> None:
    """Make the environment anew, around the two files that are in use."""
    for entry in venv.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name not in {"bootstrap.lock", UNFINISHED}:
            entry.unlink()
    # Started from inside the old environment, sys.executable is gone now.
    python = str(getattr(sys, "_base_executable", "") or sys.executable)
    command = [python, "-m", "venv", str(venv)]
    result = quiet_run(command)
    if result.returncode != 0:
        raise BootstrapError(f"No virtual environment could be made ({last_line(result.stdout)}); try: {shlex.join(command)}")


def install_commands(python: str) -> list[list[str]]:
    """Compose the installation of the pinned packages and the link from there to the checkout."""
    pip = [python, "-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:"]
    pins = str(ROOT / "installers" / "requirements.lock")
    return [[*pip, "--require-hashes", "--requirement", pins], [python, "-X", "utf8", "-I", "-c", LINK, str(ROOT)]]


def explain_pip(output: str) -> str:
    """Turn pip's complaint into a sentence with a next step."""
    absent = re.search(r"No matching distribution found for (\S+)", output)
    if "CERTIFICATE_VERIFY_FAILED" in output:
        problem = "The package registry's certificate is not trusted here: set PIP_CERT to your network's certificate file"
    elif re.search(r"connection broken|Failed to establish|Could not fetch|timed out|Max retries", output):
        problem = "The packages could not be downloaded: check the network (or proxy)"
    elif "DO NOT MATCH THE HASHES" in output:
        problem = "A downloaded package is not the one that the lock pins: clear pip's cache (pip cache purge)"
    elif "No space left" in output:
        problem = "The disk is full: free about 1 GB"
    elif absent:
        problem = f"There is no {absent[1]} for this system: go to 64-bit Linux with glibc 2.34, Windows 10, macOS 13, or newer,"
    else:
        problem = f"Packages could not be installed ({last_line(output, 'ERROR: ')}): mend that"
    return problem + " and run the same command again."


def install_all(venv: Path) -> None:
    """Install packages, link the program, then prove that Qt starts."""
    say("Installing the pinned packages; the first time this downloads about 130 MB.")
    for command in install_commands(venv_python(venv)):
        result = quiet_run(command)
        if result.returncode != 0:
            log = venv / "bootstrap.log"
            log.write_text(result.stdout, encoding="utf-8")
            raise BootstrapError(f"{explain_pip(result.stdout)} All that pip said is in {log}.")
    result = quiet_run([venv_python(venv), "-c", OFFSCREEN_PROBE], QT_QPA_PLATFORM="offscreen")
    if result.returncode != 0:
        raise BootstrapError(f"Qt does not start here ({last_line(result.stdout)}): install what it names and try again.")


def build(venv: Path, is_usable: bool) -> None:
    """Bring the environment up to date. Only a process that was cut short leaves the mark behind."""
    mark = venv / UNFINISHED
    mark.touch()
    try:
        if not is_usable:
            make_venv(venv)
        install_all(venv)
        (venv / "bootstrap.stamp").write_text(wanted_stamp(ROOT), encoding="utf-8")
    except BootstrapError:
        mark.unlink()
        raise
    mark.unlink()


def prepare(platform: str = "") -> str:
    """Provide environment and system libraries, where they are not there yet, and return the Python to use."""
    venv = venv_folder()
    if is_ready(venv) and not missing_libraries(platform):
        return venv_python(venv)
    say(f"Preparing {venv} (once)")
    with locked(venv):
        is_usable = installed_program(venv) is not None
        required = missing_libraries(platform)
        if not is_usable and find_spec("ensurepip") is None:
            required.update(ENSUREPIP)
        provide_system_packages(required, missing_libraries("xcb, wayland"))
        if not is_ready(venv):
            build(venv, is_usable)
    return venv_python(venv)


def qt_platform(environment: Mapping[str, str]) -> str:
    """Return the platform plugin that Qt will load, nothing when there is no display to use."""
    found = "xcb" if environment.get("DISPLAY") else "wayland" if environment.get("WAYLAND_DISPLAY") else ""
    return environment.get("QT_QPA_PLATFORM") or (found if sys.platform.startswith("linux") else "native")


def is_windowless(args: list[str]) -> bool:
    """Say whether these arguments of the program open no window: a command such as `list`, or an option of that kind."""
    words = [word for before, word in zip(["", *args], args, strict=False) if before not in VALUE_OPTIONS]
    return any(word in WINDOWLESS_OPTIONS or not word.startswith("-") for word in words)


def program_arguments(args: list[str], platform: str) -> list[str]:
    """Pass the arguments on, unless they ask for a window and there is no display for it."""
    return args if platform or is_windowless(args) else ["--self-test"]


def run_program(args: list[str]) -> int:
    """Start the program in place of this process."""
    platform = qt_platform(os.environ)
    python = prepare("" if is_windowless(args) else platform)
    if not platform:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    if program_arguments(args, platform) is not args:
        say("There is no display here: running the self-test instead.")
    command = [python, "-P", "-m", "gowa_desktop", *program_arguments(args, platform)]
    if os.name == "posix":
        os.execv(python, command)
    return subprocess.call(command)  # on Windows exec would give the terminal back at once


def check_steps(python: str, caches: Path, pytest_args: list[str]) -> list[tuple[str, list[str]]]:
    """Compose the checks; their caches stay out of a checkout that may be read-only.

    Tests wait for processes and timers half of the time, so several run side by side; each worker has data folders and ports of its own.
    """
    workers = min(MOST_WORKERS, os.cpu_count() or 1)
    pytest = [python, "-m", "pytest", "-q", "-m", "not real_gowa", "-o", f"cache_dir={caches / 'pytest'}"]
    mypy = [python, "-m", "mypy", "--cache-dir", str(caches / "mypy")]
    # Code for another system is seen only when that system is named; what is left out there is no fault.
    elsewhere = [*mypy, "--no-warn-unreachable", "gowa_desktop", "--platform"]
    return [
        ("lint", [python, "-m", "ruff", "check", "--cache-dir", str(caches / "ruff"), "."]),
        ("types", mypy),
        ("types for Windows", [*elsewhere, "win32"]),
        ("types for macOS", [*elsewhere, "darwin"]),
        ("import contracts", [python, "-c", LINT_IMPORTS, "--cache-dir", str(caches / "imports")]),
        ("tests", [*pytest, "-n", str(workers), "--dist", "worksteal", *pytest_args]),
    ]


def run_step(name: str, command: list[str]) -> bool:
    """Run one check under a heading, without any display, and say whether it passed."""
    say(f"\n== {name} ==")
    start = time.monotonic()
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "DISPLAY": "", "WAYLAND_DISPLAY": ""}
    is_passed = subprocess.call(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL) == 0
    say(f"== {name}: {'passed' if is_passed else 'FAILED'} in {time.monotonic() - start:.1f} s ==")
    return is_passed


def failed_tests(caches: Path) -> list[str]:
    """Name the tests that failed in the last run, as pytest remembers them."""
    try:
        return sorted(json.loads((caches / "pytest" / "v" / "cache" / "lastfailed").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def is_unsteady(name: str, command: list[str], caches: Path) -> bool:
    """Run the few tests that failed once more, alone: those that pass then met a busy machine, and are named as unsteady."""
    failed = failed_tests(caches) if name == "tests" else []
    if not 0 < len(failed) <= MOST_UNSTEADY or not run_step("the failed tests once more", [*command, "-n", "0", "--last-failed"]):
        return False
    say("\nUnsteady, failed first and passed alone; each deserves a look:\n  " + "\n  ".join(failed))
    return True


def run_tests(args: list[str]) -> int:
    """Run every check, even after one has failed, and sum up."""
    python = prepare()
    provide_test_desktop()
    caches = Path(python).parent.parent / "caches"
    failed = [
        name
        for name, command in check_steps(python, caches, args)
        if not run_step(name, command) and not is_unsteady(name, command, caches)
    ]
    say(f"\nFailed: {', '.join(failed)}." if failed else "\nAll checks passed.")
    return 1 if failed else 0


def run_faults(args: list[str]) -> int:
    """Run the fault table: what may go wrong, what is promised, what was measured here."""
    return subprocess.call([prepare(), "-m", "tests.faults", *args], cwd=ROOT, stdin=subprocess.DEVNULL)


def set_up(args: list[str]) -> int:
    """Prepare what `run` and `test` need here, and no more."""
    if args:
        raise BootstrapError(f"`setup` takes no arguments: leave out {shlex.join(args)}.")
    say(f"Ready: {prepare(qt_platform(os.environ))}")
    return 0


def build_installers(args: list[str]) -> int:
    """Add the pinned build tools to the environment, where they are not there yet, and build."""
    python = prepare()
    venv = Path(python).parent.parent
    pins = ROOT / "installers" / "build-requirements.lock"
    stamp = venv / "build-tools.stamp"
    wanted = hashlib.sha256(pins.read_bytes()).hexdigest()
    with locked(venv):
        if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
            say("Installing the pinned build tools")
            command = [*install_commands(python)[0][:-1], str(pins)]
            result = quiet_run(command)
            if result.returncode != 0:
                raise BootstrapError(explain_pip(result.stdout))
            stamp.write_text(wanted, encoding="utf-8")
    return subprocess.call([python, str(ROOT / "installers" / "build.py"), *args], stdin=subprocess.DEVNULL)


VERBS = {"run": run_program, "test": run_tests, "faults": run_faults, "setup": set_up, "desktop": check_desktop, "build": build_installers}


def split_arguments(argv: list[str]) -> tuple[str, list[str]]:
    """Split off the verb; all that follows, options too, is for the program or for pytest."""
    parser = argparse.ArgumentParser(
        prog="bootstrap.py",
        usage="%(prog)s [-h] run [ARGS...] | test [PYTEST ARGS...] | faults [--quick] | setup | desktop [--install] | build TARGET...",
        description="Prepare this checkout (virtual environment, pinned packages, Qt's system libraries) and use it.",
        epilog="run: start GOWA Desktop with ARGS, or its self-test where there is no display. test: lint, types, import "
        "contracts and every test that needs no network, no display and no real GOWA. faults: run the fault table. setup: only prepare. "
        "desktop: say what tests on a virtual desktop lack here, or install it. "
        "build: make installers (deb, run, archive, appdir, windows, macos, all) in the folder dist.",
    )
    parser.add_argument("verb", choices=list(VERBS))
    return str(parser.parse_args(argv[:1]).verb), argv[1:]


def main(argv: list[str]) -> int:
    """Run one verb; whatever goes wrong becomes one sentence."""
    verb, args = split_arguments(argv)
    try:
        return VERBS[verb](args)
    except BootstrapError as error:
        say(str(error))
    except OSError as error:
        say(f"{error.filename or 'The system'}: {error.strerror or error}: mend that and run the same command again.")
    except KeyboardInterrupt:
        say("Interrupted: run the same command again to go on.")
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
