"""Pages of the dashboard: read only when whole, written whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest

from gowa_desktop.infra.dashboard_files import META, PAGE, DashboardPage, fetched_at, has_page, read_page, write_page

if TYPE_CHECKING:
    from pathlib import Path

HTML = b"<html>page</html>"
NOTE = {"tag": "v1", "asset_name": "gowa-ui.html", "sha256": hashlib.sha256(HTML).hexdigest(), "downloaded_at": "2026-08-22T10:00:00Z"}


def page() -> DashboardPage:
    return DashboardPage(HTML, json.dumps(NOTE).encode(), "2026-08-22T10:00:00Z")


def test_write_and_read_give_the_same_page(tmp_path: Path) -> None:
    folder = tmp_path / "storages" / "ui"
    assert not has_page(folder)
    assert fetched_at(folder) == ""
    assert write_page(folder, page())
    assert read_page(folder) == page()
    assert has_page(folder)
    assert fetched_at(folder) == "2026-08-22T10:00:00Z"
    assert {path.name for path in folder.iterdir()} == {PAGE, META}
    if os.name == "posix":
        assert (folder / PAGE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("html", "note"), [(b"other", NOTE), (b"", NOTE), (HTML, {**NOTE, "sha256": "x"}), (HTML, ["no object"])])
def test_page_that_is_not_whole_is_not_read(tmp_path: Path, html: bytes, note: object) -> None:
    (tmp_path / PAGE).write_bytes(html)
    (tmp_path / META).write_text(json.dumps(note))
    assert read_page(tmp_path) is None


def test_page_without_a_note_is_there_but_not_taken(tmp_path: Path) -> None:
    (tmp_path / PAGE).write_bytes(HTML)
    assert has_page(tmp_path)
    assert read_page(tmp_path) is None


def test_write_where_that_is_not_possible_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert not write_page(tmp_path / "file" / "ui", page())
    (tmp_path / PAGE).mkdir()
    assert not write_page(tmp_path, page())
    assert not list(tmp_path.glob(".*.new"))
