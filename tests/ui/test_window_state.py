"""What the window remembers, and that rubbish in the file does no harm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray

from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.ui.window_state import Opening, WindowState

if TYPE_CHECKING:
    from pathlib import Path


def test_state_comes_back_from_the_file(tmp_path: Path) -> None:
    state = WindowState(tmp_path / "window.ini")
    state.geometry = QByteArray(b"\x01\x02")
    state.columns = ["mark=34", "-port=60", "cpu=70<"]
    state.selected_ids = [3, 5]
    state.save_splitter_sizes([700, 300], is_wide=True)
    state.hides_close_notice = True
    state.opening = Opening(ThemeChoice.DARK, "pt_BR", is_minimized=True)
    state.flush()

    again = WindowState(tmp_path / "window.ini")

    assert again.geometry == QByteArray(b"\x01\x02")
    assert again.columns == ["mark=34", "-port=60", "cpu=70<"]
    assert again.selected_ids == [3, 5]
    assert again.splitter_sizes(is_wide=True) == [700, 300]
    assert again.splitter_sizes(is_wide=False) == []
    assert again.hides_close_notice
    assert again.opening == Opening(ThemeChoice.DARK, "pt_BR", is_minimized=True)


def test_state_that_was_never_saved_is_empty(tmp_path: Path) -> None:
    state = WindowState(tmp_path / "window.ini")

    assert state.geometry.isEmpty()
    assert state.selected_ids == []
    assert not state.hides_close_notice
    assert state.opening == Opening()


def test_state_that_cannot_be_read_counts_as_never_saved(tmp_path: Path) -> None:
    path = tmp_path / "window.ini"
    path.write_text("[table]\nselection=one,two\n[window]\ngeometry=7\n", "utf-8")

    state = WindowState(path)

    assert state.selected_ids == []
    assert state.columns == []
    assert state.geometry.isEmpty()
