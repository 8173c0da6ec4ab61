"""The logic of installers/bootstrap.py that needs no fresh machine; `.ci/run` on one proves the rest."""

import ast
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "installers" / "bootstrap.py"


def load_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("installers_bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = load_script()


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that the script takes for its checkout."""
    root = tmp_path / "my checkout ü"
    for name in ("installers/requirements.lock", "pyproject.toml", "gowa_desktop/__init__.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(bootstrap, "ROOT", root)
    return root


@pytest.fixture
def venv(checkout: Path) -> Path:
    """An environment that was prepared completely, as far as the script can tell."""
    folder = checkout / ".venv"
    folder.mkdir()
    (folder / "bootstrap.stamp").write_text(bootstrap.wanted_stamp(checkout), encoding="utf-8")
    answer_probe(folder, bootstrap.PYTHON_VERSION, "True", str(checkout / "gowa_desktop" / "__init__.py"))
    return folder


def answer_probe(folder: Path, *lines: str) -> None:
    """Put a Python there that gives fixed answers."""
    if sys.platform == "win32":
        pytest.skip("stands in for Python with a shell script")
    python = Path(bootstrap.venv_python(folder))
    python.parent.mkdir(exist_ok=True)
    python.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in lines), encoding="utf-8")
    python.chmod(0o755)


def test_script_parses_under_old_python() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("version", [(3, 6), (3, 10)])
def test_old_python_problem_names_both_versions(version: tuple[int, int]) -> None:
    sentence = bootstrap.old_python_problem(*version)
    assert "3.11 or newer" in sentence
    assert f"this is {version[0]}.{version[1]}" in sentence


@pytest.mark.parametrize("version", [(3, 11), (3, 14), (4, 0)])
def test_old_python_problem_accepts_newer(version: tuple[int, int]) -> None:
    assert bootstrap.old_python_problem(*version) == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux leaves these libraries to the system")
@pytest.mark.parametrize(
    ("platform", "package", "is_wanted"),
    [
        ("", "libegl1", True),
        ("", "libxcb-cursor0", False),
        ("offscreen", "libxcb-cursor0", False),
        ("xcb", "libxcb-cursor0", True),
        ("wayland;xcb", "libxcb-cursor0", True),
        ("wayland", "libwayland-egl1", True),
    ],
)
def test_missing_libraries_depend_on_platform(platform: str, package: str, is_wanted: bool) -> None:
    missing = bootstrap.missing_libraries(platform, loads=lambda _soname: False)
    assert (package in missing.values()) is is_wanted


def test_missing_libraries_that_load_are_left_out() -> None:
    assert bootstrap.missing_libraries("xcb", loads=lambda _soname: True) == {}


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_missing_libraries_elsewhere_are_none(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert bootstrap.missing_libraries("xcb", loads=lambda _soname: False) == {}


def test_can_load_unknown_library_is_false() -> None:
    assert not bootstrap.can_load("libno-such-thing.so.99")


@pytest.mark.parametrize(
    ("known", "chosen"),
    [
        ({"libglib2.0-0t64"}, "libglib2.0-0t64"),
        ({"libglib2.0-0"}, "libglib2.0-0"),
        ({"libglib2.0-0", "libglib2.0-0t64"}, "libglib2.0-0t64"),
        (set[str](), "libglib2.0-0"),
    ],
)
def test_apt_command_takes_the_name_that_apt_knows(known: set[str], chosen: str) -> None:
    missing = {"libglib-2.0.so.0": bootstrap.SYSTEM_LIBRARIES["core"]["libglib-2.0.so.0"]}
    assert bootstrap.apt_command(missing, known.__contains__)[-1:] == [chosen]


def test_package_advice_is_one_command() -> None:
    missing = {"libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", **bootstrap.ENSUREPIP}
    advice = bootstrap.package_advice(missing, has_apt=True, knows=lambda _name: False)
    commands = [line.strip() for line in advice.splitlines() if line.startswith("    ")]
    assert commands == ["sudo apt-get update && sudo apt-get install -y --no-install-recommends libegl1 libgl1 python3-venv"]


def test_package_advice_without_apt_names_the_libraries() -> None:
    advice = bootstrap.package_advice({"libEGL.so.1": "libegl1"}, has_apt=False)
    assert "libEGL.so.1" in advice
    assert "apt" not in advice


def test_provide_system_packages_needs_nothing_when_only_useful_ones_lack() -> None:
    bootstrap.provide_system_packages({}, {"libxcb-cursor.so.0": "libxcb-cursor0"})


def test_provide_system_packages_without_rights_gives_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap, "package_advice", lambda missing, _has_apt: " ".join(missing))
    with pytest.raises(bootstrap.BootstrapError, match="one other"):
        bootstrap.provide_system_packages({"one": "1"}, {"other": "2"})


def test_provide_system_packages_as_root_installs_useful_ones_too(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: dict[str, str] = {}
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap, "install_packages", installed.update)
    bootstrap.provide_system_packages({"one": "1"}, {"other": "2"})
    assert installed == {"one": "1", "other": "2"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has virtual desktops")
def test_missing_test_desktop_names_programs_and_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "missing_libraries", lambda platform: {"libxcb.so.1": "libxcb1"} if platform == "xcb" else {})
    missing = bootstrap.missing_test_desktop(lambda name: name == "dbus-daemon")
    assert {"xvfb", "at-spi2-core", "libxcb1"} <= set(missing.values())
    assert "dbus" not in missing.values()


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_missing_test_desktop_elsewhere_is_nothing(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert bootstrap.missing_test_desktop(lambda _name: False) == {}


def test_provide_test_desktop_as_root_installs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    installed: dict[str, str] = {}
    monkeypatch.setattr(os, "geteuid", lambda: 0, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap, "missing_test_desktop", lambda: {"Xvfb": "xvfb"})
    monkeypatch.setattr(bootstrap, "install_packages", installed.update)
    bootstrap.provide_test_desktop()
    assert installed == {"Xvfb": "xvfb"}


@pytest.mark.parametrize(("user", "words"), [(1000, "sudo apt-get update"), (0, "check the network")])
def test_provide_test_desktop_that_cannot_tells_how_and_lets_the_tests_go_on(
    user: int, words: str, apt: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    apt.append("broken")
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap, "missing_test_desktop", lambda: {"Xvfb": "xvfb"})
    bootstrap.provide_test_desktop()
    told = capsys.readouterr().err
    assert "Some tests are skipped." in told
    assert words in told


@pytest.fixture
def apt(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """An apt whose lists know nothing before the first update; returns the log of its verbs, `broken` in it breaks it."""
    log: list[str] = []

    def run(command: list[str], **_environment: str) -> "subprocess.CompletedProcess[str]":
        has_lists = "update" in log and "broken" not in log
        log.append(command[1])
        return subprocess.CompletedProcess(command, 0 if has_lists or command[1] == "update" else 100, "E: Unable to locate package\n")

    monkeypatch.setattr(bootstrap, "quiet_run", run)
    return log


def test_install_packages_renews_the_lists_once(apt: list[str]) -> None:
    bootstrap.install_packages({"libEGL.so.1": "libegl1"})
    assert apt.count("update") == 1
    assert apt[-1] == "install"


def test_install_packages_that_fails_names_cause_and_command(apt: list[str]) -> None:
    apt.append("broken")
    with pytest.raises(bootstrap.BootstrapError, match=r"Unable to locate package.*apt-get update && apt-get install .* libegl1"):
        bootstrap.install_packages({"libEGL.so.1": "libegl1"})


def test_install_packages_puts_the_rights_before_every_command(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    def run(command: list[str], **_environment: str) -> "subprocess.CompletedProcess[str]":
        commands.append(command)
        return subprocess.CompletedProcess(command, 0 if len(commands) > 2 else 100, "")

    monkeypatch.setattr(bootstrap, "quiet_run", run)
    monkeypatch.setattr(bootstrap, "apt_command", lambda _missing: ["apt-get", "install", "xvfb"])
    bootstrap.install_packages({"Xvfb": "xvfb"}, ["sudo", "-n"])
    assert [command[:4] for command in commands] == [
        ["sudo", "-n", "apt-get", "install"], ["sudo", "-n", "apt-get", "update"], ["sudo", "-n", "apt-get", "install"],
    ]  # fmt: skip


@pytest.mark.parametrize(("user", "sudo_code", "rights"), [(0, 1, []), (1000, 0, ["sudo", "-n"])])
def test_silent_rights_are_those_of_root_or_of_a_sudo_that_asks_nothing(
    user: int, sudo_code: int, rights: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user, raising=False)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/sudo")
    monkeypatch.setattr(bootstrap, "quiet_run", lambda command: subprocess.CompletedProcess(command, sudo_code, ""))
    assert bootstrap.silent_rights()[:2] == rights


def test_silent_rights_of_a_person_who_must_be_asked_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(bootstrap, "quiet_run", lambda command: subprocess.CompletedProcess(command, 1, "sudo: a password is required"))
    with pytest.raises(bootstrap.BootstrapError, match="without a password"):
        bootstrap.silent_rights()


def test_desktop_names_what_lacks_and_the_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(bootstrap, "missing_test_desktop", lambda: {"Xvfb": "xvfb", "openbox": "openbox"})
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/apt-get")
    assert bootstrap.main(["desktop"]) == 1
    told = capsys.readouterr().err
    assert "cannot run: Xvfb, openbox missing" in told
    assert "sudo apt-get install -y --no-install-recommends openbox xvfb" in told


def test_desktop_installs_when_asked_and_looks_again(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    missing = {"Xvfb": "xvfb"}
    monkeypatch.setattr(bootstrap, "missing_test_desktop", lambda: dict(missing))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda _name: "/usr/bin/apt-get")
    monkeypatch.setattr(bootstrap, "silent_rights", lambda: ["sudo", "-n"])
    monkeypatch.setattr(bootstrap, "install_packages", lambda _missing, _rights: None)
    assert bootstrap.main(["desktop", "--install"]) == 1  # what apt promised is not there all the same
    monkeypatch.setattr(bootstrap, "install_packages", lambda _missing, _rights: missing.clear())
    assert bootstrap.main(["desktop", "--install"]) == 0
    assert "Every test can run here" in capsys.readouterr().err


def test_desktop_takes_no_other_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["desktop", "--remove"]) == 1
    assert "leave out --remove" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("platform", "environment", "expected"),
    [
        ("linux", {}, "home/.cache"),
        ("linux", {"XDG_CACHE_HOME": "fast"}, "fast"),
        ("darwin", {}, "home/Library/Caches"),
        ("win32", {"LOCALAPPDATA": "local"}, "local"),
        ("win32", {}, "home/AppData/Local"),
    ],
)
def test_cache_folder_follows_the_system(platform: str, environment: dict[str, str], expected: str) -> None:
    assert bootstrap.cache_folder(environment, platform, Path("home")) == Path(expected)


def test_venv_folder_of_read_only_checkout_is_in_the_cache(checkout: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bootstrap, "is_writable", lambda _folder: False)
    monkeypatch.setattr(bootstrap, "cache_folder", lambda *_arguments: tmp_path / "cache")
    folder = bootstrap.venv_folder()
    monkeypatch.setattr(bootstrap, "ROOT", checkout.parent)
    assert folder.is_relative_to(tmp_path / "cache")
    assert folder != bootstrap.venv_folder()


def test_venv_folder_of_writable_checkout_is_its_own(checkout: Path) -> None:
    assert bootstrap.venv_folder() == checkout / ".venv"


def test_venv_python_follows_the_system() -> None:
    assert Path(bootstrap.venv_python(Path("v"), "win32")) == Path("v/Scripts/python.exe")
    assert Path(bootstrap.venv_python(Path("v"), "darwin")) == Path("v/bin/python")


def test_is_ready_after_finished_preparation(venv: Path) -> None:
    assert bootstrap.is_ready(venv)


@pytest.mark.parametrize("source", ["installers/requirements.lock", "pyproject.toml"])
def test_is_ready_after_changed_source_is_false(venv: Path, source: str) -> None:
    (bootstrap.ROOT / source).write_text("changed", encoding="utf-8")
    assert not bootstrap.is_ready(venv)
    assert bootstrap.installed_program(venv) is not None, "can be brought up to date in place"


@pytest.mark.parametrize(
    "answers",
    [("2.7", "True", "same"), (bootstrap.PYTHON_VERSION, "False", "same"), ("No module named encodings",)],
    ids=["other Python", "no pip", "broken Python"],
)
def test_installed_program_of_useless_environment_is_none(venv: Path, answers: tuple[str, ...]) -> None:
    answer_probe(venv, *answers)
    assert bootstrap.installed_program(venv) is None


def test_is_ready_with_program_of_another_checkout_is_false(venv: Path) -> None:
    answer_probe(venv, bootstrap.PYTHON_VERSION, "True", "/elsewhere/gowa_desktop/__init__.py")
    assert not bootstrap.is_ready(venv)


def test_is_ready_when_python_is_gone_is_false(venv: Path) -> None:
    Path(bootstrap.venv_python(venv)).unlink()
    assert not bootstrap.is_ready(venv)


def test_interrupted_build_is_made_anew(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bootstrap, "install_all", interrupt)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.build(venv, is_usable=True)
    assert bootstrap.installed_program(venv) is None
    assert not bootstrap.is_ready(venv)


def test_failed_download_keeps_what_is_there(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path) -> None:
        raise bootstrap.BootstrapError("no network")

    monkeypatch.setattr(bootstrap, "install_all", fail)
    with pytest.raises(bootstrap.BootstrapError):
        bootstrap.build(venv, is_usable=True)
    assert bootstrap.installed_program(venv) is not None


def test_make_venv_removes_leftovers(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left_over = checkout / ".venv" / "lib" / "half.py"
    left_over.parent.mkdir(parents=True)
    left_over.touch()
    monkeypatch.setattr(bootstrap, "quiet_run", lambda command: subprocess.CompletedProcess(command, 0, ""))
    bootstrap.make_venv(checkout / ".venv")
    assert not left_over.parent.exists()


def test_link_makes_a_folder_with_odd_name_importable(checkout: Path, tmp_path: Path) -> None:
    code = bootstrap.LINK.replace('sysconfig.get_path("purelib")', repr(str(tmp_path)))
    subprocess.run([sys.executable, "-c", code, str(checkout)], check=True)
    line = (tmp_path / "gowa_desktop_source.pth").read_bytes().decode("ascii")
    report = subprocess.run([sys.executable, "-I", "-c", f"{line}\nprint(ascii(sys.path[-1]))"], check=True, capture_output=True, text=True)
    assert report.stdout.strip() == ascii(str(checkout))


def test_install_commands_verify_hashes_and_name_no_registry() -> None:
    packages, link = bootstrap.install_commands("python")
    assert "--require-hashes" in packages
    assert packages[-1].endswith("requirements.lock")
    assert not any("://" in part for part in [*packages, *link])


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("WARNING: Retrying after connection broken by X\nERROR: No matching distribution found for a==1", "check the network"),
        ("connection broken by SSLError CERTIFICATE_VERIFY_FAILED", "PIP_CERT"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "pip cache purge"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for pyside6-essentials==6", "no pyside6-essentials==6 for this system"),
        ("ERROR: Something else.\nhint: see above", "(Something else)"),
        ("", "no message"),
    ],
)
def test_explain_pip_gives_one_sentence_with_a_next_step(output: str, words: str) -> None:
    sentence = bootstrap.explain_pip(output)
    assert words in sentence.replace("ERROR: ", "")
    assert sentence.endswith("run the same command again.")
    assert "\n" not in sentence


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems always have a display")
@pytest.mark.parametrize(
    ("environment", "platform"),
    [
        ({}, ""),
        ({"DISPLAY": ""}, ""),
        ({"DISPLAY": ":0"}, "xcb"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ({"QT_QPA_PLATFORM": "vnc"}, "vnc"),
    ],
)
def test_qt_platform_without_display_is_empty(environment: dict[str, str], platform: str) -> None:
    assert bootstrap.qt_platform(environment) == platform


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_qt_platform_elsewhere_is_native(system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", system)
    assert bootstrap.qt_platform({}) == "native"


@pytest.mark.parametrize("args", [[], ["--demo"], ["--data-dir", "x"], ["--json", "--data-dir=x"]])
def test_program_arguments_without_display_ask_for_self_test(args: list[str]) -> None:
    assert bootstrap.program_arguments(args, "") == ["--self-test"]
    assert bootstrap.program_arguments(args, "xcb") == args


@pytest.mark.parametrize(
    "args", [["list"], ["start", "a", "--json"], ["--data-dir", "x", "list"], ["--version"], ["--demo", "--no-window"], ["-h"]]
)
def test_program_arguments_without_window_are_passed_on(args: list[str]) -> None:
    assert bootstrap.program_arguments(args, "") == args


def test_split_arguments_leaves_options_to_the_program() -> None:
    assert bootstrap.split_arguments(["run", "--version", "--", "-x"]) == ("run", ["--version", "--", "-x"])
    assert bootstrap.split_arguments(["test", "-k", "name"]) == ("test", ["-k", "name"])


@pytest.mark.parametrize("argv", [[], ["burn"]])
def test_split_arguments_with_wrong_verb_exits(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bootstrap.split_arguments(argv)
    assert "setup" in capsys.readouterr().err


STEPS = ["lint", "types", "types for Windows", "types for macOS", "import contracts", "tests"]


def test_check_steps_leave_out_real_gowa_and_pass_arguments_on() -> None:
    steps = dict(bootstrap.check_steps("python", Path("caches"), ["-k", "name"]))
    assert list(steps) == STEPS
    assert steps["tests"][-2:] == ["-k", "name"]
    assert "not real_gowa" in steps["tests"]


def test_run_tests_runs_every_step_and_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    seen: list[str] = []

    def run_step(name: str, command: list[str]) -> bool:
        seen.append(name)
        return name != "lint"

    monkeypatch.setattr(bootstrap, "prepare", lambda: "venv/bin/python")
    monkeypatch.setattr(bootstrap, "run_step", run_step)
    assert bootstrap.run_tests([]) == 1
    assert seen == STEPS
    assert "Failed: lint." in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (bootstrap.BootstrapError("Do this."), 1, "Do this."),
        (PermissionError(13, "Permission denied", "/x"), 1, "/x: Permission denied"),
        (KeyboardInterrupt(), 130, "Interrupted"),
    ],
)
def test_main_turns_errors_into_a_sentence(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(args: list[str]) -> int:
        raise error

    monkeypatch.setitem(bootstrap.VERBS, "run", fail)
    assert bootstrap.main(["run"]) == code
    printed = capsys.readouterr().err
    assert words in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize(
    ("count", "passes_alone", "is_passed"), [(1, True, True), (3, True, True), (4, True, False), (1, False, False), (0, True, False)]
)
def test_few_tests_that_pass_alone_are_unsteady_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, count: int, passes_alone: bool, is_passed: bool
) -> None:
    names = [f"tests/test_a.py::test_{number}" for number in range(count)]
    memory = tmp_path / "caches" / "pytest" / "v" / "cache" / "lastfailed"
    memory.parent.mkdir(parents=True)
    memory.write_text(json.dumps(dict.fromkeys(names, True)), encoding="utf-8")
    commands: list[list[str]] = []

    def run_step(name: str, command: list[str]) -> bool:
        commands.append(command)
        return name != "tests" and (passes_alone or "once more" not in name)

    monkeypatch.setattr(bootstrap, "prepare", lambda: str(tmp_path / "bin" / "python"))
    monkeypatch.setattr(bootstrap, "run_step", run_step)

    assert (bootstrap.run_tests([]) == 0) is is_passed

    assert (commands[-1][-1] == "--last-failed") is (1 <= count <= 3)
    printed = capsys.readouterr().err
    assert all((name in printed) is is_passed for name in names)
