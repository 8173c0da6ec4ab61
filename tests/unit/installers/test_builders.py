"""The logic of the builders that needs no frozen program; `python -m tests.packaging linux` proves the rest."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.cli.command_line import parse
from gowa_desktop.infra import autostart_linux, autostart_macos
from gowa_desktop.infra.desktop_entry import read_entry
from gowa_desktop.infra.languages import LANGUAGES
from gowa_desktop.ui.application import DESKTOP_FILE
from installers import accounts, build, licences, product, runtime_packages, tools, trimming
from installers.linux import elf, self_extracting, share

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def test_targets_for_all_are_what_the_system_can_build() -> None:
    assert build.targets_for(["all"], "linux") == ["deb", "run", "archive", "appdir"]
    assert build.targets_for(["all", "windows"], "win32") == ["windows"]
    assert build.targets_for(["all"], "darwin") == ["macos"]


def test_tool_that_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(tools.BuildError, match=r"desktop-file-validate is missing.*desktop-file-utils"):
        tools.tool("desktop-file-validate")


def test_source_date_follows_what_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert tools.source_date() == 1_700_000_000


def make_tree(folder: Path) -> Path:
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "program").write_text("#!/bin/sh\n")
    (folder / "b" / "program").chmod(0o700)
    (folder / "a").write_text("a")
    (folder / "link").symlink_to("a")
    return folder


def test_write_tar_xz_of_the_same_tree_gives_the_same_bytes(tmp_path: Path) -> None:
    first = tools.write_tar_xz(make_tree(tmp_path / "one"), tmp_path / "one.tar.xz", "top", 1_700_000_000)
    other = make_tree(tmp_path / "two")
    (other / "a").chmod(0o600)
    second = tools.write_tar_xz(other, tmp_path / "two.tar.xz", "top", 1_700_000_000)
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        assert [(one.name, one.mode, one.uid) for one in archive if one.isfile()] == [("top/a", 0o644, 0), ("top/b/program", 0o755, 0)]


def test_write_sums_are_what_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "b.deb").write_bytes(b"b")
    (tmp_path / "a.run").write_bytes(b"a")
    lines = accounts.write_sums(tmp_path).read_text().splitlines()
    assert lines == sorted(lines, key=lambda line: line[66:])
    assert lines[1] == "3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d  b.deb"


def test_parts_list_gets_what_is_no_python_package_once() -> None:
    document = {"components": [{"name": "numpy", "version": "2.4.6"}]}
    part = {"name": "OpenSSL", "version": "", "licence": "Apache-2.0", "homepage": "https://www.openssl.org"}
    accounts.add_parts(document, [part, part, {**part, "name": "NumPy"}, {**part, "name": product.NAME}])
    assert [one["name"] for one in document["components"]] == ["numpy", "OpenSSL"]


def test_runtime_packages_have_no_tools_among_them() -> None:
    names = set(runtime_packages.packages())
    assert {"pyside6-essentials", "numpy", "httpcore", "psutil"} <= names
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & names
    assert "pytest" in runtime_packages.foreign_modules()


def test_pins_have_a_hash_for_each_package() -> None:
    blocks = [line for line in runtime_packages.pins().splitlines() if line and not line.startswith(" ")]
    assert any(line.startswith("numpy==") for line in blocks)
    assert not any(line.startswith(("pytest", "mypy")) for line in blocks)
    assert runtime_packages.pins().count("--hash=sha256:") >= len(blocks)


@pytest.mark.parametrize(
    ("name", "is_wanted"),
    [
        ("PySide6/Qt/plugins/platforms/libqxcb.so", True),
        ("PySide6/Qt/plugins/platforms/libqvnc.so", False),
        ("PySide6/Qt/plugins/platforminputcontexts/libqtvirtualkeyboardplugin.so", False),
        ("PySide6\\plugins\\platforms\\qwindows.dll", True),
        ("PySide6/Qt/lib/libQt6Quick.so.6", False),
        ("PySide6/opengl32sw.dll", False),
        ("libgtk-3.so.0", False),
        ("libreadline.so.8", False),
        ("libcrypto.so.3", True),
        ("libz.so.1", True),
        ("numpy.libs/libscipy_openblas64_-32a4b2a6.so", True),
    ],
)
def test_is_wanted_library(name: str, is_wanted: bool) -> None:
    assert trimming.is_wanted_library(name) is is_wanted


def test_wanted_modules_leave_out_tools_and_add_stand_ins(tmp_path: Path) -> None:
    entries = [("numpy.random", "r.py", "PYMODULE"), ("numpy", "n.py", "PYMODULE"), ("PySide6.QtOpenGLWidgets", "w", "PYMODULE")]
    names = [name for name, _, _ in trimming.wanted_modules(entries, tmp_path)]
    assert names == ["PySide6.QtOpenGL", "PySide6.QtOpenGLWidgets", "numpy"]


def test_of_qt_s_translations_those_of_our_languages_come_along() -> None:
    for folder in ("PySide6/translations", "PySide6/Qt/translations"):
        assert all(trimming.is_wanted_data(f"{folder}/qtbase_{code}.qm") for code in LANGUAGES if code != "en")
        assert not any(trimming.is_wanted_data(f"{folder}/{name}.qm") for name in ("qtbase_de", "qt_es", "assistant_es"))


def test_stand_ins_are_there() -> None:
    for file in trimming.STAND_INS.values():
        assert (product.ROOT / "installers" / "stand_ins" / file).is_file()


def module_entry(name: str) -> tuple[str, str, str]:
    source = next(
        str(package.locate_file(file))
        for package in runtime_packages.packages().values()
        for file in package.files or []
        if str(file) == f"{name}/__init__.py"
    )
    return name, source, "PYMODULE"


def test_collect_finds_owner_and_texts(tmp_path: Path) -> None:
    entries = [module_entry("httpx"), module_entry("numpy"), module_entry("PySide6"), ("json", json.__file__, "PYMODULE")]
    entries.append(("libcrypto.so.3", "/usr/lib/libcrypto.so.3", "BINARY"))
    try:
        found = licences.collect(entries)
    except ModuleNotFoundError:  # the bootloader's licence comes with the build tools
        pytest.skip("needs the build tools")
    assert {"httpx", "numpy", "OpenSSL", "Python", "Qt and Qt for Python", product.NAME} <= {one.name for one in found}
    listed = json.loads(licences.write(found, tmp_path / "out").read_text())["components"]
    for one in listed:
        assert one["licence"], one
        assert one["texts"], one
        for text in one["texts"]:
            assert len((tmp_path / "out" / text).read_text()) > 90, text


@pytest.mark.parametrize("place", ["PySide6/Qt/lib/libQt6Charts.so.6", "x/libqtvirtualkeyboardplugin.so", "libreadline.so.8"])
def test_collect_refuses_what_is_under_the_gpl_alone(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(licences, "_bootloader", licences._program)
    with pytest.raises(tools.BuildError, match="GPL alone"):
        licences.collect([(place, "/somewhere", "BINARY")])


def test_collect_refuses_what_nobody_licensed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(licences, "_bootloader", licences._program)
    monkeypatch.setattr(licences, "_pyinstaller_places", list)
    with pytest.raises(tools.BuildError, match=r"No licence is known.*stranger"):
        licences.collect([("stranger.py", str(tmp_path / "stranger.py"), "PYMODULE")])


def test_depends_name_packages_and_what_is_good_to_have() -> None:
    needed, useful = elf.depends({"libxcb.so.1", "libglib-2.0.so.0", "libwayland-egl.so.1"}, (2, 36))
    assert {"libc6 (>= 2.36)", "libxcb1", "libglib2.0-0t64 | libglib2.0-0", "libegl1"} <= set(needed)
    assert useful == ["libwayland-egl1"]


def test_depends_refuse_an_unknown_library() -> None:
    with pytest.raises(tools.BuildError, match=r"libnobody\.so\.1"):
        elf.depends({"libnobody.so.1"}, (2, 36))


@pytest.mark.parametrize("template", ["gowa-desktop.desktop", "metainfo.xml", "gowa-desktop.1"])
def test_templates_are_filled_in_completely(template: str) -> None:
    text = share.fill(template, EXEC="gowa-desktop", TRYEXEC="gowa-desktop")
    assert "@" not in text
    assert product.NAME in text


def test_share_has_icons_in_every_size(tmp_path: Path) -> None:
    share.write(tmp_path, product.SLUG)
    for size in share.SIZES:
        png = (tmp_path / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "gowa-desktop.png").read_bytes()
        assert png[16:24] == size.to_bytes(4, "big") * 2
    assert (tmp_path / "icons" / "hicolor" / "symbolic" / "apps" / "gowa-desktop-symbolic.svg").is_file()
    entry = (tmp_path / "applications" / "gowa-desktop.desktop").read_text()
    assert "Exec=gowa-desktop --then stop-all" in entry


@pytest.fixture
def run_installer(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """A .run made of a program of three lines, and a way to run it for a person with a home of their own."""
    if shutil.which("xz") is None:
        pytest.skip("the installer unpacks with xz")
    home = tmp_path / "a home"
    home.mkdir()
    tree = tmp_path / "tree"
    share.write(tree / "share", self_extracting._PLACEHOLDER)
    (tree / "lib").mkdir()
    program = tree / "lib" / product.SLUG
    program.write_text("#!/bin/sh\necho 'GOWA Desktop test'\n")
    program.chmod(0o755)
    payload = tools.write_tar_xz(tree, tmp_path / "tree.tar.xz", ".", 1_700_000_000)
    file = tmp_path / "setup.run"
    machine = subprocess.run(["uname", "-m"], capture_output=True, text=True, check=True).stdout.strip()
    file.write_bytes(self_extracting.script(machine).encode() + payload.read_bytes())

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": str(home)}
        return subprocess.run(["/bin/sh", file, *words], env=environment, capture_output=True, text=True, check=False)

    return run


def files_below(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


def test_run_installer_installs_and_removes_all(tmp_path: Path, run_installer: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    home = tmp_path / "a home"
    (home / ".local" / "share" / "gowa-desktop").mkdir(parents=True)
    (home / ".local" / "share" / "gowa-desktop" / "gowa.db").write_text("data")
    ended = run_installer()
    assert ended.returncode == 0, ended.stderr
    link = home / ".local" / "bin" / product.SLUG
    assert subprocess.run([link], capture_output=True, text=True, check=True).stdout == "GOWA Desktop test\n"
    entry = (home / ".local" / "share" / "applications" / "gowa-desktop.desktop").read_text()
    assert f'Exec="{link}" %u\nTryExec={link}\n' in entry
    assert run_installer().returncode == 0, "once more, over the same version"
    assert run_installer("--remove").returncode == 0
    assert files_below(home) == [".local/share/gowa-desktop/gowa.db"]


def test_run_installer_with_a_wrong_word_explains_itself(run_installer: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    ended = run_installer("--help")
    assert ended.returncode == 2
    assert "--remove" in ended.stdout


def test_the_program_calls_itself_what_its_desktop_entry_is_called() -> None:
    # By this name Wayland finds icon and title of a window, and a desktop groups windows, notifications and the start at login.
    values = read_entry(share.desktop_entry(product.SLUG))
    assert DESKTOP_FILE == product.SLUG == values["StartupWMClass"] == values["Icon"]
    assert f"{DESKTOP_FILE}.desktop" == autostart_linux.FILE_NAME
    assert f'<launchable type="desktop-id">{DESKTOP_FILE}.desktop</launchable>' in share.fill("metainfo.xml")
    assert autostart_macos.LABEL == product.IDENTIFIER


def test_every_action_of_the_desktop_entry_is_a_command_that_the_program_understands() -> None:
    text = share.desktop_entry(product.SLUG)
    named = read_entry(text)["Actions"].rstrip(";").split(";")
    lines = [line.removeprefix("Exec=").split() for line in text.split("[Desktop Action ", 1)[1].splitlines() if line.startswith("Exec=")]
    assert [parse(words[1:]).then for words in lines] == named
