"""What a person sees when instances end by themselves, hang, and are given up."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import psutil
import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QPushButton, QToolButton, QWidget

from gowa_desktop.domain.instance import ExitReport, InstanceChanges, InstanceState
from gowa_desktop.domain.restart_policy import RestartPolicy
from gowa_desktop.services.notices.give_up_watch import GiveUpWatch
from gowa_desktop.services.supervision import liveness
from gowa_desktop.ui.instances.cards import LightCard
from gowa_desktop.ui.instances.crash_card import AdviceRows, LogExcerpt
from gowa_desktop.ui.instances.crash_report import changes_text, headline, report_text
from gowa_desktop.ui.instances.give_up_notice import GiveUpNotice
from gowa_desktop.ui.instances.instance_table import Column, Role
from gowa_desktop.ui.instances.instance_table_view import InstanceTableView
from gowa_desktop.ui.parts.message_bar import MessageBar
from gowa_desktop.ui.versions.earlier_list import EarlierList, first_sentence
from tests.ui.conftest import a_status, crash_from_now_on, find, kill, make_delays, running, simulated, wait_for_state

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from gowa_desktop.bootstrap import Services
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.look.theme import Theme
    from gowa_desktop.ui.main_window import MainWindow

LEFT = Qt.MouseButton.LeftButton
BACKOFF, FAILED, RUNNING, STARTING = InstanceState.BACKOFF, InstanceState.FAILED, InstanceState.RUNNING, InstanceState.STARTING


def table_of(window: MainWindow) -> InstanceTableView:
    return find(window, InstanceTableView, "instanceTable")


def state_shown(window: MainWindow, row: int = 0) -> str:
    return str(table_of(window).model().index(row, Column.STATE).data())


def messages_of(window: MainWindow) -> list[str]:
    return [message.text for message in find(window, MessageBar, "messageBar").messages]


def test_waiting_instance_counts_down_in_table_and_detail_pane(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delays(monkeypatch, 8.0)
    status = running(qtbot, services, "shop")
    window = open_window()

    kill(status)
    qtbot.waitUntil(lambda: state_shown(window) == "Retry in 8 s", timeout=5_000)

    qtbot.waitUntil(lambda: find(window, QLabel, "panelSummary").text().startswith("Retry in 8 s · "))
    assert find(window, QPushButton, "panelStart").text() == "Retry now"
    qtbot.waitUntil(lambda: state_shown(window) == "Retry in 7 s", timeout=3_000)
    qtbot.waitUntil(lambda: find(window, QLabel, "panelSummary").text().startswith("Retry in 7 s · "))


def test_retry_now_starts_at_once(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delays(monkeypatch, 30.0)
    status = running(qtbot, services, "shop")
    window = open_window()
    kill(status)
    qtbot.waitUntil(find(window, QWidget, "crashCard").isVisible, timeout=5_000)

    QTest.mouseClick(find(window, QPushButton, "startAgainButton"), LEFT)

    wait_for_state(qtbot, services, status.id, RUNNING)
    qtbot.waitUntil(lambda: not find(window, QWidget, "crashCard").isVisible())


def test_crash_card_tells_when_what_it_means_and_what_changed(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delays(monkeypatch, 30.0)
    status = running(qtbot, services, "shop")
    config = services.instances.instances()[0].config
    flags = config["flags"]
    assert isinstance(flags, dict)
    services.instances.update(status.id, InstanceChanges(config={**config, "flags": {**flags, "debug": True}}))
    log = next(iter(services.instances.folder(status.id).rglob("*.log")))
    with log.open("a") as stream:
        stream.write("[Client ERROR] Client outdated (405) connect failure\n")
    window = open_window()

    kill(status)
    qtbot.waitUntil(find(window, QWidget, "crashCard").isVisible, timeout=5_000)

    assert re.fullmatch(r"today \d\d:\d\d:\d\d", find(window, QLabel, "crashWhen").text())
    assert find(window, QLabel, "crashTitle").text() == "shop ended unexpectedly"
    assert find(window, QLabel, "crashChanges").text() == "Changed since it last ran well: debug was not set, is on"
    assert find(window, AdviceRows, "crashAdvice").lines == ["WhatsApp says that this GOWA is too old. Use a newer version."]
    QTest.mouseClick(find(window, QPushButton, "copyReportButton"), LEFT)
    copied = QGuiApplication.clipboard().text()
    assert "debug was not set, is on" in copied
    assert "Use a newer version." in copied

    QTest.mouseClick(find(window, QPushButton, "undoChangesButton"), LEFT)

    wait_for_state(qtbot, services, status.id, RUNNING)
    assert services.instances.instances()[0].config == config
    qtbot.waitUntil(lambda: not find(window, QWidget, "crashCard").isVisible())
    assert "Client outdated (405)" in copied


def test_crash_card_of_another_failure_takes_the_old_lines_away(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch, holder: Callable[[int], None]
) -> None:
    make_delays(monkeypatch, 30.0)
    status = running(qtbot, services, "shop")
    window = open_window()
    kill(status)
    qtbot.waitUntil(find(window, QLabel, "crashWhen").isVisible, timeout=5_000)

    holder(status.port or 0)
    QTest.mouseClick(find(window, QPushButton, "startAgainButton"), LEFT)

    qtbot.waitUntil(lambda: "is used by another program" in find(window, QLabel, "crashTitle").text(), timeout=5_000)
    assert not find(window, QLabel, "crashWhen").isVisible()
    assert not find(window, QLabel, "crashChanges").isVisible()
    assert not find(window, LogExcerpt, "crashLog").isVisible()


def test_failure_before_the_first_good_start_says_nothing_about_changes(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    made = simulated(services, "lab", "crash-at-start=1")
    window = open_window()
    QTest.mouseClick(find(window, QPushButton, "panelStart"), LEFT)
    wait_for_state(qtbot, services, made.id, FAILED)

    qtbot.waitUntil(find(window, QWidget, "crashCard").isVisible)
    assert find(window, QLabel, "crashTitle").text() == "lab could not be started"
    assert not find(window, QLabel, "crashChanges").isVisible()
    assert not find(window, EarlierList, "earlierList").isVisible()


def test_giving_up_is_told_once_and_its_button_selects_the_row(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delays(monkeypatch, 0.01)
    simulated(services, "aaa")
    status = running(qtbot, services, "shop")
    window = open_window()
    table_of(window).select_ids([1])
    crash_from_now_on(services, status.id)
    find(window, QLineEdit, "searchField").setText("aaa")

    kill(status)
    wait_for_state(qtbot, services, status.id, FAILED)

    assert messages_of(window) == ["shop failed 5 times in 2 minutes. It is tried again every 15 minutes."]
    QTest.mouseClick(find(window, QPushButton, "messageAction"), LEFT)
    qtbot.waitUntil(lambda: find(window, QLabel, "panelName").text() == "shop")
    assert find(window, QLabel, "panelSummary").text().startswith("Failed, next try in 1")
    assert find(window, QLabel, "crashTitle").text() == "shop keeps failing"
    lines = find(window, EarlierList, "earlierList").lines
    assert len(lines) == 4
    assert re.fullmatch(r"\d\d:\d\d:\d\d GOWA ended with code 1", lines[0])
    assert lines[-1].endswith("GOWA was killed (signal 9)")
    assert messages_of(window) == []


def test_given_up_instance_that_comes_back_takes_its_message_away(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_delays(monkeypatch, 0.01)
    status = running(qtbot, services, "shop")
    window = open_window()
    crash_from_now_on(services, status.id)
    kill(status)
    wait_for_state(qtbot, services, status.id, FAILED)
    crash_from_now_on(services, status.id, "")

    QTest.mouseClick(find(window, QPushButton, "panelStart"), LEFT)

    wait_for_state(qtbot, services, status.id, RUNNING)
    qtbot.waitUntil(lambda: messages_of(window) == [])


def test_instance_that_restarted_by_itself_shows_how_often_and_why(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow]
) -> None:
    status = running(qtbot, services, "shop")
    quiet = running(qtbot, services, "quiet")
    window = open_window()
    table_of(window).select_ids([status.id])
    assert not find(window, QLabel, "sinceCardNote").isVisible()

    kill(status)
    qtbot.waitUntil(lambda: services.instances.status(status.id).restart_count == 1, timeout=5_000)
    wait_for_state(qtbot, services, status.id, RUNNING)

    qtbot.waitUntil(find(window, QLabel, "sinceCardNote").isVisible)
    assert find(window, QLabel, "sinceCardNote").text() == "Restarts 1"
    assert [line.split(" ", 1)[1] for line in find(window, EarlierList, "earlierList").lines] == ["GOWA was killed (signal 9)"]
    table_of(window).select_ids([quiet.id])
    assert not find(window, EarlierList, "earlierList").isVisible()
    assert not find(window, QLabel, "sinceCardNote").isVisible()


def test_silent_instance_lights_the_api_amber_and_counts_as_needing_attention(
    qtbot: QtBot, services: Services, open_window: Callable[[], MainWindow], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(liveness, "ASK_INTERVAL_MS", 200)
    monkeypatch.setattr(liveness, "ANSWER_LIMIT_MS", 100)
    monkeypatch.setattr("gowa_desktop.services.supervision.liveness.MISS_LIMIT", 1000)
    status = running(qtbot, services, "shop")
    window = open_window()
    process = psutil.Process(status.pid)
    api = find(window, LightCard, "apiLight")

    process.suspend()
    qtbot.waitUntil(lambda: state_shown(window) == "Running, not answering", timeout=5_000)

    qtbot.waitUntil(lambda: api.note == "no answer")
    assert (api.state, api.is_uneasy) == (RUNNING, True)
    assert find(window, QToolButton, "segment_attention").text() == "Needs attention 1"
    assert table_of(window).model().index(0, Column.MARK).data(Role.IS_UNEASY) is True
    process.resume()
    qtbot.waitUntil(lambda: api.note == "answers", timeout=5_000)
    assert not api.is_uneasy


def test_menus_offer_supervision_and_settings(services: Services, open_window: Callable[[], MainWindow]) -> None:
    simulated(services, "shop")
    window = open_window()

    for menu in ("windowMenu", "panelMenu"):
        assert "action_supervision" in [action.objectName() for action in find(window, QMenu, menu).actions()]
    assert "action_supervision" in [action.objectName() for action in table_of(window).actions()]
    assert "action_settings" in [action.objectName() for action in find(window, QMenu, "windowMenu").actions()]
    settings = window.findChild(QAction, "action_settings")
    assert isinstance(settings, QAction)
    assert settings.shortcut().toString() == "Ctrl+,"


class FakeInstances(QObject):
    """States by hand."""

    state_changed = Signal(int)
    instance_removed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.now = a_status(RUNNING)
        self.report: ExitReport | None = None

    def statuses(self) -> list[InstanceStatus]:
        return [self.now]

    def status(self, _instance_id: int) -> InstanceStatus:
        return self.now

    def state(self, _instance_id: int) -> InstanceState:
        return self.now.status

    def last_exit(self, _instance_id: int) -> ExitReport | None:
        return self.report


class Scene:
    """A notice on states by hand, with a clock by hand."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.instances = FakeInstances()
        self.bar = MessageBar()
        self.watch = GiveUpWatch(self.instances, self.bar, lambda: self.now_s)  # type: ignore[arg-type]
        self.notice = GiveUpNotice(self.watch, self.instances, self.bar, self.bar)  # type: ignore[arg-type]

    def go(self, *states: InstanceState, retry_in_s: float | None = None) -> None:
        for state in states:
            self.instances.now = replace(self.instances.now, status=state, retry_in_s=retry_in_s)
            self.instances.state_changed.emit(1)

    def wait(self, seconds: float) -> None:
        self.now_s += seconds

    def give_up(self) -> None:
        self.go(FAILED, retry_in_s=900.0)

    def close_messages(self) -> int:
        count = len(self.bar.messages)
        for message in self.bar.messages:
            self.bar.close_message(message.key)
        return count


@pytest.fixture
def scene(qtbot: QtBot, theme: Theme) -> Scene:
    made = Scene()
    qtbot.addWidget(made.bar)
    return made


def test_slow_retry_that_fails_is_not_told_again(scene: Scene) -> None:
    scene.give_up()
    assert scene.close_messages() == 1

    scene.wait(900)
    scene.go(STARTING, RUNNING)
    scene.wait(5)
    scene.go(BACKOFF, STARTING, BACKOFF, STARTING, retry_in_s=0.0)
    scene.give_up()

    assert scene.close_messages() == 0


def test_giving_up_after_a_healthy_minute_is_told_again(scene: Scene) -> None:
    scene.give_up()
    scene.close_messages()

    scene.wait(900)
    scene.go(STARTING, RUNNING)
    scene.wait(61)
    scene.go(BACKOFF, STARTING, retry_in_s=0.0)
    scene.give_up()

    assert scene.close_messages() == 1


def test_giving_up_after_a_person_started_it_is_told_again(scene: Scene) -> None:
    scene.give_up()
    scene.close_messages()

    scene.wait(30)
    scene.go(STARTING, RUNNING, BACKOFF, STARTING, retry_in_s=0.0)
    scene.give_up()

    assert scene.close_messages() == 1


def test_message_of_a_stopped_instance_goes(scene: Scene) -> None:
    scene.give_up()
    scene.go(InstanceState.STOPPED)

    assert scene.bar.messages == []


def test_giving_up_without_slow_retries_is_told_as_such(scene: Scene) -> None:
    scene.go(BACKOFF, STARTING, retry_in_s=0.0)
    scene.go(FAILED)

    assert [message.text for message in scene.bar.messages] == ["shop failed 5 times in 2 minutes. It stays down until you start it."]


def test_end_that_the_policy_does_not_cover_is_no_giving_up(scene: Scene) -> None:
    scene.go(BACKOFF, STARTING, RUNNING, retry_in_s=0.0)
    scene.instances.report = ExitReport(0, None, "GOWA ended with code 0.", ())
    scene.instances.now = replace(scene.instances.now, error_message="GOWA ended with code 0.", restart_policy=RestartPolicy.ON_FAILURE)
    scene.go(FAILED)

    assert scene.bar.messages == []


def test_first_start_that_fails_is_no_giving_up(scene: Scene) -> None:
    scene.go(InstanceState.STOPPED, STARTING, FAILED)

    assert scene.bar.messages == []


def test_instance_given_up_before_the_window_opened_is_not_told(scene: Scene) -> None:
    scene.instances.now = replace(a_status(FAILED), retry_in_s=700.0)
    scene.watch.gave_up.disconnect(scene.notice._on_watch_gave_up)
    watch = GiveUpWatch(scene.instances, scene.bar, lambda: scene.now_s)  # type: ignore[arg-type]
    notice = GiveUpNotice(watch, scene.instances, scene.bar, scene.bar)  # type: ignore[arg-type]

    scene.instances.state_changed.emit(1)

    assert scene.bar.messages == []
    notice.deleteLater()


REPORT = ExitReport(1, None, "GOWA ended with code 1. Look at it.", ("one", "two"), ended_at=1_700_000_000.0, ran_well_before=True)


def test_changes_text_says_nothing_here_when_nothing_changed() -> None:
    assert changes_text(REPORT) == "Changed since it last ran well: nothing here"


def test_changes_text_lists_several() -> None:
    assert changes_text(replace(REPORT, changes=("a", "b"))).splitlines()[1:] == ["•\u00a0a", "•\u00a0b"]


def test_changes_text_is_empty_when_it_never_ran_well() -> None:
    assert changes_text(replace(REPORT, ran_well_before=False)) == ""


def test_headline_names_the_taken_port_first() -> None:
    assert headline(a_status(FAILED), REPORT, is_port_taken=True) == "Port 8001 is used by another program"


def test_report_text_has_who_when_why_and_the_log() -> None:
    lines = report_text(a_status(FAILED), replace(REPORT, advice=("Do this.",)), REPORT.sentence).splitlines()

    assert lines[0] == "shop (v9.2.0, port 8001)"
    assert lines[1].startswith("2023-11-1")
    assert lines[2:5] == [REPORT.sentence, "Do this.", "Changed since it last ran well: nothing here"]
    assert lines[5:] == ["", "one", "two"]


def test_first_sentence_leaves_the_advice_out() -> None:
    assert first_sentence("GOWA ended with code 1. Look at its last lines.") == "GOWA ended with code 1"


def test_log_excerpt_asks_for_the_rows_that_its_width_needs(qtbot: QtBot, theme: Theme) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    excerpt = LogExcerpt(parent)
    excerpt.show_lines(["word " * 30])

    assert excerpt.heightForWidth(200) > excerpt.heightForWidth(2000)
    excerpt.resize(200, excerpt.heightForWidth(200))
    parent.show()
    qtbot.waitUntil(excerpt.isVisible)
    assert not excerpt.verticalScrollBar().isVisible()
