"""The AppImage: a runtime that is what GitHub states, and the packed folder behind it."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from installers import release
from installers.linux import appimage
from installers.tools import BuildError

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(os.name == "nt", reason="made on Linux; the stand-ins are shell scripts")
RUNTIME = b"\x7fELF and so on"


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put stand-ins for the tools of others in front of the path."""
    folder = tmp_path / "tools"
    folder.mkdir()
    (folder / "mksquashfs").write_text('#!/bin/sh\necho "$@ $SOURCE_DATE_EPOCH" > "$(dirname "$0")/packed-with"; printf hsqs > "$2"\n')
    (folder / "runtime").write_bytes(RUNTIME)
    (folder / "digest").write_text(f"sha256:{hashlib.sha256(RUNTIME).hexdigest()}\n")
    (folder / "gh").write_text('#!/bin/sh\nhere=$(dirname "$0")\ncase "$1" in api) cat "$here/digest";; *) cp "$here/runtime" "$9/$7"; esac\n')
    for name in ("mksquashfs", "gh"):
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    return folder


def test_file_is_the_runtime_with_the_folder_behind_it(tools: Path, tmp_path: Path) -> None:
    app_dir = tmp_path / "dist" / "gowa-desktop-1.0.0-x86_64.AppDir"
    app_dir.mkdir(parents=True)

    assert release.main(["appimage", str(app_dir.parent)]) == 0

    made = app_dir.with_name("gowa-desktop-1.0.0-x86_64.AppImage")
    assert made.read_bytes() == RUNTIME + b"hsqs"
    assert made.stat().st_mode & 0o111
    words = (tools / "packed-with").read_text().split()
    assert words[0] == str(app_dir)
    assert words[-1] == "1700000000"


@pytest.mark.parametrize("stated", ["", "sha256:0000\n"])
def test_runtime_that_is_not_what_is_stated_is_refused(tools: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], stated: str) -> None:
    (tools / "digest").write_text(stated)
    (tmp_path / "dist" / "a.AppDir").mkdir(parents=True)

    assert release.main(["appimage", str(tmp_path / "dist")]) == 1
    assert "is not the one that GitHub states" in capsys.readouterr().out
    assert not (tmp_path / "dist" / "a.AppImage").exists()


def test_runtime_must_be_a_program(tools: Path, tmp_path: Path) -> None:
    (tmp_path / "runtime").write_bytes(b"<html>")
    with pytest.raises(BuildError, match="no program"):
        appimage.build(tmp_path / "a.AppDir", tmp_path / "runtime", tmp_path)


def test_without_an_app_dir_there_is_nothing_to_do(tools: Path, tmp_path: Path) -> None:
    assert release.main(["appimage", str(tmp_path)]) == 0
