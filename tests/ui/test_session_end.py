"""The end of the desktop session saves first and asks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.ui.session_end import SessionEnd
from tests.ui.conftest import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.window_state import WindowState


def test_end_of_the_session_saves_first_and_the_window_closes_without_a_question(
    qtbot: QtBot, qapp: QApplication, services: Services, open_window: Callable[[], MainWindow], window_state: WindowState
) -> None:
    running(qtbot, services, "shop")
    window_state.hides_close_notice = False
    window = open_window()
    saved: list[str] = []

    def prepare() -> None:
        window.prepare_session_end()
        services.upkeep.flush()
        saved.append(services.database.execute_sql("SELECT desired FROM instances").fetchone()[0])

    end = SessionEnd(qapp, prepare)
    end._on_application_commit_data_request(None)  # type: ignore[arg-type]  # no session manager can be made in a test

    assert saved == ["running"]
    with qtbot.waitSignal(window.quit_requested):
        window.close()
    assert not window.isVisible()
    end.deleteLater()
