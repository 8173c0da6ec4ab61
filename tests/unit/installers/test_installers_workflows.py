"""The workflows: they parse, pin what they use, ask for few rights, and call only what is in this repository."""

from __future__ import annotations

import ast
import hashlib
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from installers import accounts, bootstrap, build, product, release
from installers.freeze import without_secrets
from installers.macos import package as macos_package
from installers.macos import signing as macos_signing
from installers.windows import package as windows_package
from installers.windows import signing as windows_signing
from tests.desktop.virtual_desktop import REQUIRED_VARIABLE
from tests.packaging.__main__ import CHECKS
from tests.packaging.native import plan_for, self_test_command

FOLDER = product.ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))


def load(path: Path) -> dict[str, Any]:
    # YAML 1.1 takes the key “on” for true.
    return {("on" if key is True else key): value for key, value in yaml.safe_load(path.read_text(encoding="utf-8")).items()}


def steps(path: Path) -> list[dict[str, Any]]:
    return [step for job in load(path)["jobs"].values() for step in job["steps"]]


def commands(path: Path) -> list[list[str]]:
    return [shlex.split(line) for step in steps(path) if "run" in step for line in step["run"].splitlines()]


def test_there_are_the_two_workflows() -> None:
    assert [path.name for path in WORKFLOWS] == ["release.yml", "test.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_to_a_commit(path: Path) -> None:
    used = [step["uses"] for step in steps(path) if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40}", one) for one in used)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_rights_are_to_read_and_only_the_publishing_job_writes(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {"contents": "read"}
    writing = [name for name, job in workflow["jobs"].items() if "permissions" in job]
    assert writing == (["publish"] if path.name == "release.yml" else [])
    assert all(job["timeout-minutes"] <= 60 for job in workflow["jobs"].values())


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_command_is_a_script_of_this_repository_with_a_verb_it_knows(path: Path) -> None:
    for words in commands(path):
        assert words[0] == "python"
        if words[1] == "-m":
            assert words[2] == "tests.packaging"
            assert words[3] in CHECKS
        elif words[1] == "installers/bootstrap.py":
            assert words[2] in bootstrap.VERBS
            if words[2] == "build":
                assert words[3] in build.TARGETS
        else:
            assert words[1] == "installers/release.py"
            assert words[2] in {"check", "tools", "appimage", "publish"}
        if words[1] != "-m":
            ast.parse((product.ROOT / words[1]).read_text(encoding="utf-8"))


def test_both_run_on_all_three_systems() -> None:
    wanted = {"test.yml": ["ubuntu-22.04", "windows-latest", "macos-15"], "release.yml": ["ubuntu-", "windows-", "macos-15", "macos-15-intel"]}
    for name, systems in wanted.items():
        found = str(next(job for job in load(FOLDER / name)["jobs"].values() if "strategy" in job)["strategy"])
        assert all(system in found for system in systems)


def test_tests_and_the_fault_table_run_on_every_push() -> None:
    assert set(load(FOLDER / "test.yml")["on"]) == {"push", "pull_request"}
    assert [words[2] for words in commands(FOLDER / "test.yml")] == ["desktop", "test", "faults"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_tests_on_a_virtual_desktop_run_and_none_may_be_left_out(path: Path) -> None:
    names = [shlex.split(step.get("run", "")) for step in steps(path)]
    desktop, test = (next(i for i, words in enumerate(names) if words[2:3] == [verb]) for verb in ("desktop", "test"))
    assert desktop < test
    assert names[desktop][3] == "--install"
    assert steps(path)[test]["env"] == {REQUIRED_VARIABLE: "all"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_token_stays_in_the_checkout_and_no_secret_is_given_to_a_whole_job(path: Path) -> None:
    checkouts = [step for step in steps(path) if step.get("uses", "").startswith("actions/checkout@")]
    assert checkouts
    assert all(step["with"]["persist-credentials"] is False for step in checkouts)
    assert "env" not in load(path)
    assert all("env" not in job for job in load(path)["jobs"].values())
    holding = [step["run"] for step in steps(path) if "secrets." in str(step) or "github.token" in str(step)]
    assert all(any(verb in run for verb in (" build all ", " appimage ", " publish ")) for run in holding)
    assert bool(holding) == (path.name == "release.yml")


def test_a_release_begins_with_a_tag_and_is_published_last() -> None:
    workflow = load(FOLDER / "release.yml")
    assert workflow["on"] == {"push": {"tags": ["v*"]}}
    assert workflow["jobs"]["build"]["needs"] == "check"
    assert workflow["jobs"]["publish"]["needs"] == "build"
    assert [words[2:4] for words in commands(FOLDER / "release.yml")][-4:-1] == [
        ["build", "all"], ["appimage", "dist"], ["tests.packaging", "native"],
    ]  # fmt: skip


def test_every_secret_of_the_signing_scripts_comes_from_the_workflow_on_its_own_system() -> None:
    given = next(step["env"] for step in steps(FOLDER / "release.yml") if " build all " in step.get("run", ""))
    windows, macos = {windows_signing.CERTIFICATE, windows_signing.PASSWORD}, set(macos_signing.Secrets.NAMES)
    assert set(given) == windows | macos
    for name, value in given.items():
        assert value == f"${{{{ runner.os == '{'Windows' if name in windows else 'macOS'}' && secrets.{name} || '' }}}}"


def test_the_freezer_sees_no_secret() -> None:
    names = [windows_signing.CERTIFICATE, windows_signing.PASSWORD, *macos_signing.Secrets.NAMES]
    assert without_secrets({"PATH": "/bin", **dict.fromkeys(names, "x")}) == {"PATH": "/bin"}


def test_nothing_is_published_while_a_system_has_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "gowa-desktop_1.4.0_amd64.deb").write_bytes(b"x")
    monkeypatch.setattr(subprocess, "call", lambda _command: pytest.fail("nothing may be published"))
    assert release.publish("v1.4.0", tmp_path) == 1
    told = capsys.readouterr().out
    assert "setup" in told
    assert ".deb" not in told


def test_lists_of_parts_of_several_builds_lie_side_by_side() -> None:
    builds = [("linux", "x86_64"), ("win32", "AMD64"), ("darwin", "arm64"), ("darwin", "x86_64")]
    names = {accounts.parts_list_name("1.0.0", platform, processor) for platform, processor in builds}
    assert len(names) == 4
    assert all(name.endswith(".cdx.json") for name in names)


def test_tag_has_to_name_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(release, "publisher_problem", lambda: "")
    assert release.main(["check", f"v{product.version()}"]) == 0
    assert release.main(["check", "v99.0.0"]) == 1
    assert "move the tag" in release.tag_problem("99.0.0", "99.0.0")


def test_nothing_is_released_without_a_publisher(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    known = {"HOMEPAGE": "https://gowa.dev", "REPOSITORY": "who/what", "MAINTAINER": "We <we@gowa.dev>"}
    assert release.publisher_problem(known) == ""
    assert "MAINTAINER" in release.publisher_problem({**known, "MAINTAINER": "We <we@example.invalid>"})
    monkeypatch.setattr(product, "REPOSITORY", "")
    assert release.main(["check", f"v{product.version()}"]) == 1
    assert "REPOSITORY" in capsys.readouterr().out


def test_wrong_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["frobnicate"]) == 2
    assert "check TAG" in capsys.readouterr().out


def test_tools_come_from_the_system_of_the_runner() -> None:
    assert release.tool_commands("linux")[0] == ["sudo", "apt-get", "update"]
    assert release.tool_commands("win32")[0][:3] == ["choco", "install", "nsis"]
    assert release.tool_commands("darwin") == []


def test_published_are_files_with_their_sums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    setup = windows_package.setup_name("1.4.0", is_signed=False)
    image = macos_package.image_name("1.4.0", "arm64", is_signed=False)
    linux = ["gowa-desktop-1.4.0-linux-x86_64.run", "gowa-desktop-1.4.0-linux-x86_64.tar.xz", "gowa-desktop_1.4.0_amd64.deb"]
    for name in (setup, image, *linux, release.SUMS):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "GOWA Desktop.AppDir").mkdir()
    called: list[list[str]] = []

    def record(command: list[str]) -> int:
        called.append(command)
        return 0

    monkeypatch.setattr(subprocess, "call", record)
    monkeypatch.setattr(release, "changes_since_last_tag", lambda _tag: ["ui: a new look"])
    assert release.publish("v1.4.0rc1", tmp_path) == 0

    sums = (tmp_path / release.SUMS).read_text(encoding="utf-8").splitlines()
    assert len(sums) == 5
    assert f"{hashlib.sha256(setup.encode()).hexdigest()}  {setup}" in sums
    assert called[0][:4] == ["gh", "release", "create", "v1.4.0rc1"]
    assert "--prerelease" in called[0]
    assert str(tmp_path / release.SUMS) in called[0]
    text = Path(called[0][called[0].index("--notes-file") + 1]).read_text(encoding="utf-8")
    assert "not signed" in text
    assert "- ui: a new look" in text


def test_every_kind_of_file_is_described() -> None:
    kinds = [windows_package.setup_name("1.0.0", is_signed=one) for one in (True, False)]
    text = release.notes("1.0.0", [*kinds, "a.dmg", "a-unsigned.dmg", "a.deb", "a.run", "a.tar.xz", "a.cdx.json"], [])
    assert text.count("\n| [") == 8


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_plan_of_a_system_removes_what_it_installs(platform: str, tmp_path: Path) -> None:
    environment = {"LOCALAPPDATA": str(tmp_path / "Local"), "APPDATA": str(tmp_path / "Roaming"), "HOME": str(tmp_path)}
    plan = plan_for(platform, tmp_path / "file", environment)
    assert any(str(tmp_path / "file") in command for command in plan.install)
    assert any(plan.program == one or one in plan.program.parents for one in plan.remains)
    assert plan.remove
    assert self_test_command(plan.program, platform)[-2:] == [str(plan.program), "--self-test"]


def test_plan_of_windows_looks_where_the_installer_writes(tmp_path: Path) -> None:
    script = (windows_package.HERE / "setup.nsi").read_text(encoding="utf-8")
    plan = plan_for("win32", tmp_path / "setup.exe", {"LOCALAPPDATA": str(tmp_path), "APPDATA": str(tmp_path)})
    assert 'InstallDir "$LOCALAPPDATA\\Programs\\${NAME}"' in script
    assert plan.program == tmp_path / "Programs" / product.NAME / f"app-{product.version()}" / "gowa-desktop.exe"
    assert 'StrCpy $App "$INSTDIR\\app-${VERSION}"' in script
