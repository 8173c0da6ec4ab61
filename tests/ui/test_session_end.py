"""The end of the desktop session saves first and asks nothing; the next login brings back exactly what ran."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gowa_desktop.domain.instance import DesiredState, InstanceState
from gowa_desktop.program_run import ProgramRun
from gowa_desktop.ui import session_end
from gowa_desktop.ui.session_end import SessionEnd
from tests.ui.conftest import running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.window_state import WindowState

RUNNING, STOPPED = InstanceState.RUNNING, InstanceState.STOPPED


def end_session(qapp: QApplication, prepare: Callable[[], None], go_on: Callable[[], None]) -> SessionEnd:
    end = SessionEnd(qapp, prepare, go_on)
    end._on_application_commit_data_request(None)  # type: ignore[arg-type]  # no session manager can be made in a test
    return end


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

    end = end_session(qapp, prepare, window.go_on_after_all)

    assert saved == ["running"]
    with qtbot.waitSignal(window.quit_requested):
        window.close()
    assert not window.isVisible()
    end.deleteLater()


def test_next_login_brings_back_exactly_what_ran(qtbot: QtBot, services: Services, open_services: Callable[[], Services]) -> None:
    ran = [running(qtbot, services, name).id for name in ("shop", "lab", "support")]
    stopped = running(qtbot, services, "archive").id
    never = simulated(services, "spare").id
    services.instances.stop(stopped)
    wait_for_state(qtbot, services, stopped, STOPPED)

    services.instances.pause_for_session_end()

    assert all(services.instances.status(one).status is InstanceState.STOPPING for one in ran)
    assert all(services.instances.status(one).desired is DesiredState.RUNNING for one in ran)
    for one in ran:
        wait_for_state(qtbot, services, one, STOPPED)
    services.close()
    after = open_services()
    after.instances.recover()
    for one in ran:
        wait_for_state(qtbot, after, one, RUNNING)
    assert [after.instances.status(one).status for one in (stopped, never)] == [STOPPED, STOPPED]


def test_session_that_goes_on_after_all_gets_its_instances_back(
    qtbot: QtBot, qapp: QApplication, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session_end, "STILL_HERE_MS", 10)
    ran = running(qtbot, services, "shop").id
    stopped = simulated(services, "archive").id

    end = end_session(qapp, services.instances.pause_for_session_end, services.instances.resume_after_pause)

    assert services.instances.status(ran).status is InstanceState.STOPPING
    wait_for_state(qtbot, services, ran, RUNNING)
    assert services.instances.status(stopped).status is STOPPED
    end.deleteLater()


def test_run_without_services_has_nothing_to_prepare(qapp: QApplication, services: Services) -> None:
    class Blank:
        """A face that shows nothing."""

    run = ProgramRun(services.paths.root / "other", Blank(), qapp)  # type: ignore[arg-type]
    run.prepare_session_end()
    run.go_on_after_all()
