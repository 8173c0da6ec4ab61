"""Every setting does what it says: at once, and after the program was ended and launched again on the same folder.

One row for each entry of the table of settings; an entry without a row fails. A row looks at what a person or a server would notice,
never at what is stored.
"""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QToolButton

from gowa_desktop.domain import app_settings as table
from gowa_desktop.domain.app_settings import PORT_RANGE, RELEASE_ADDRESS, SETTINGS
from gowa_desktop.domain.instance import InstanceState, NewInstance
from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.domain.notices import NoticeKind, Urgency
from gowa_desktop.domain.restart_policy import FailureCounter
from gowa_desktop.domain.theme_choice import ThemeChoice
from gowa_desktop.infra.log_parts import older_parts
from gowa_desktop.services.flow import pause
from gowa_desktop.services.monitoring import resource_monitor
from gowa_desktop.services.updates import update_watch
from gowa_desktop.ui.commands.command_desk import CommandDesk
from gowa_desktop.ui.logs.log_window import LogWindow
from gowa_desktop.ui.logs.saved_searches import SavedSearchMenu
from gowa_desktop.ui.look.color_tables import DARK_CONTRAST, LIGHT_CONTRAST
from gowa_desktop.ui.settings.settings_dialog import SettingsDialog
from tests.conftest import port_range
from tests.release_server import ReleaseServer
from tests.simulated_versions import install_simulated
from tests.ui.conftest import crash_from_now_on, find, kill, running, simulated, wait_for_state
from tests.ui.program_lab import ProgramLab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from gowa_desktop.domain.app_settings import Setting
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.ui.look.theme import Theme

RUNNING, STOPPED, STARTING, FAILED = InstanceState.RUNNING, InstanceState.STOPPED, InstanceState.STARTING, InstanceState.FAILED
END_MS = 40_000
NUMBERS = count(1)
FIRST, LAST = port_range()
MIDDLE = FIRST + 50


class Lab(ProgramLab):
    """The program, and what surrounds it in these tests."""

    servers: tuple[ReleaseServer, ReleaseServer]
    patch: pytest.MonkeyPatch
    chosen: int
    """The instance that a row works with, where it needs one."""

    def finish(self, operation: Operation) -> None:
        self.qtbot.waitUntil(lambda: operation.is_finished, timeout=END_MS)
        assert operation.error is None

    def new_name(self) -> str:
        return f"shop-{next(NUMBERS)}"


@dataclass(frozen=True)
class Effect:
    """What is noticed before a setting is changed to `value`, and afterwards, at once and in the next run."""

    value: Any
    notice: Callable[[Lab], object]
    before: object
    after: object
    prepare: Callable[[Lab], None] = field(default=lambda _: None)
    change: Callable[[Lab, Setting[Any], Any], None] = field(default=lambda lab, setting, value: lab.change(setting, value))


# Instances


def port_is_in_range(lab: Lab) -> object:
    return simulated(lab.services, lab.new_name()).port in range(MIDDLE, LAST + 1)


def three_wanted(lab: Lab) -> None:
    for _ in range(3):
        status = running(lab.qtbot, lab.services, lab.new_name())
        crash_from_now_on(lab.services, status.id, "slow-ready=700")  # so that starts overlap that are meant to


def starting_side_by_side(lab: Lab) -> object:
    """End the program and its instances as a computer that is switched off does; launch it and count how many start at one time."""
    instances = lab.services.instances
    lab.end()
    for status in instances.statuses():
        kill(status)
    counts: list[int] = []
    lab.begin()

    def all_run() -> bool:
        states = [status.status for status in lab.services.instances.statuses()]
        counts.append(states.count(STARTING))
        return set(states) == {RUNNING}

    lab.services.instances.state_changed.connect(all_run)
    lab.qtbot.waitUntil(all_run, timeout=20_000)
    lab.services.instances.state_changed.disconnect(all_run)
    return max(counts)


def quick_failures(lab: Lab) -> None:
    lab.patch.setattr(FailureCounter, "_delay_s", lambda counter: 900.0 if counter._has_given_up else 0.01)


def is_tried_again_after_giving_up(lab: Lab) -> object:
    status = running(lab.qtbot, lab.services, lab.new_name())
    crash_from_now_on(lab.services, status.id)
    kill(status)
    wait_for_state(lab.qtbot, lab.services, status.id, FAILED)
    return lab.services.instances.status(status.id).retry_in_s is not None


# The window


def window_shows_after_a_launch(lab: Lab) -> object:
    lab.begin_anew()
    return lab.window.isVisible() and not lab.window.isMinimized()


def what_closing_does(lab: Lab) -> object:
    ends = lab.ends
    lab.window.raise_and_focus()
    lab.window.close()
    lab.turn()
    return "the end" if lab.ends > ends else "in the tray" if not lab.window.isVisible() else "shown"


def one_running(lab: Lab) -> None:
    lab.chosen = running(lab.qtbot, lab.services, lab.new_name()).id


def what_quitting_does(lab: Lab) -> object:
    """Quit; a question is called off. What was stopped is started again."""
    ends = lab.ends
    lab.window.raise_and_focus()
    lab.action("quit").trigger()
    question = lab.window.findChild(QDialog, "quitQuestion")
    if question is not None and question.isVisible():
        question.reject()
        lab.turn()
        return "asks"
    lab.qtbot.waitUntil(lambda: lab.ends > ends, timeout=END_MS)
    state = lab.services.instances.status(lab.chosen).status
    lab.finish(lab.services.instances.start(lab.chosen))
    return "stops" if state is STOPPED else "leaves"


def words_of_start(lab: Lab) -> object:
    return find(lab.window, QToolButton, "button_start").text()


def has_high_contrast(lab: Lab) -> object:
    return lab.window.palette().window().color().name() in {LIGHT_CONTRAST.background, DARK_CONTRAST.background} and (
        lab.window.palette().windowText().color().name() in {LIGHT_CONTRAST.text, DARK_CONTRAST.text}
    )


def cursor_blinks(_: Lab) -> object:
    return QApplication.cursorFlashTime() > 0


def keys_open_the_settings(lab: Lab) -> object:
    lab.window.raise_and_focus()
    lab.qtbot.waitUntil(lab.window.isActiveWindow)
    QTest.keyClick(lab.window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    dialog = next((one for one in lab.window.findChildren(SettingsDialog) if one.isVisible()), None)
    if dialog is not None:
        dialog.reject()
    return dialog is not None


def assign_keys(lab: Lab, _: Setting[Any], value: dict[str, str]) -> None:
    desk = lab.window.findChild(CommandDesk)
    assert isinstance(desk, CommandDesk)
    for name, keys in value.items():
        desk.keeper.assign(lab.action(name), QKeySequence(keys))


# Monitoring and logs


def readings_in_12_s(lab: Lab, *, is_watched: bool) -> object:
    """Count the readings while the clock of the monitor, not ours, goes on for 12 seconds."""
    monitor = lab.services.monitor
    now_s = [1000.0]
    lab.patch.setattr(resource_monitor, "monotonic", lambda: now_s[0])
    monitor.set_watched(lambda: is_watched)
    timer = next(timer for timer in monitor.findChildren(QTimer) if timer.isActive() and timer.interval() == monitor.interval_ms)
    timer.blockSignals(True)  # only our own ticks count
    step_s = timer.interval() / 1000
    lab.qtbot.waitUntil(lambda: not monitor._is_reading, timeout=END_MS)
    monitor.sample_now()
    readings = 0
    end_s = now_s[0] + 12
    while now_s[0] < end_s:
        lab.qtbot.waitUntil(lambda: not monitor._is_reading, timeout=END_MS)
        now_s[0] += step_s
        monitor._on_timer_timeout()
        readings += monitor._is_reading
    lab.qtbot.waitUntil(lambda: not monitor._is_reading, timeout=END_MS)
    timer.blockSignals(False)
    return readings


def parts_of_a_log_of_600_kb(lab: Lab) -> object:
    status = simulated(lab.services, lab.new_name())
    log = lab.services.logs.path(status.id)
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes((b"x" * 999 + b"\n") * 600)
    lab.finish(lab.services.instances.start(status.id))
    return len(older_parts(log))


def details_are_logged(lab: Lab) -> object:
    words = f"detail {next(NUMBERS)}"
    logging.getLogger("gowa_desktop.lab").debug(words)
    return words in lab.services.paths.log_file.read_text("utf-8")


def searches_to_choose_from(lab: Lab) -> object:
    lab.action("allLogs").trigger()
    window = next(one for one in QApplication.topLevelWidgets() if isinstance(one, LogWindow) and one.isVisible())
    menu = find(window, SavedSearchMenu, "savedSearches")
    menu.fill()
    names = [action.text() for action in menu.actions() if action.objectName() == "savedSearch"]
    window.close()
    lab.turn()
    return names


def save_search(lab: Lab, _: Setting[Any], value: dict[str, Any]) -> None:
    for name, fields in value.items():
        lab.services.settings.save_log_search(name, fields)


# Notices


def shown_notices(lab: Lab, kind: NoticeKind, urgency: Urgency = Urgency.NORMAL) -> int:
    """Let something happen while nobody looks at the window; count what is shown of it."""
    notices = lab.services.notices
    shown: list[object] = []
    notices.announced.connect(shown.append)
    notices.set_looked_at(lambda: False)
    notices.notify(kind, f"key-{next(NUMBERS)}", "Something happened", "It did.", urgency=urgency)
    notices.announce_due()
    notices.announced.disconnect(shown.append)
    return len(shown)


def hours_around_now() -> tuple[time, time]:
    now = datetime.now().astimezone().replace(second=0, microsecond=0)
    return ((now - timedelta(hours=2)).time(), (now + timedelta(hours=2)).time())


def be_quiet(lab: Lab) -> None:
    lab.services.settings.set(table.QUIET_HOURS, hours_around_now())


# Versions, updates and downloads


def stop_one_with_chats(lab: Lab) -> None:
    one_running(lab)
    lab.finish(lab.services.instances.stop(lab.chosen))


def snapshots_left_of_two(lab: Lab) -> object:
    for _ in range(2):
        lab.finish(lab.services.snapshots.create(lab.chosen))
    return len(lab.services.snapshots.list(lab.chosen))


TAGS = ("v8.11.0", "v8.12.0", "v8.13.0", "v8.14.0")


def three_old_ones(lab: Lab) -> None:
    for tag in TAGS:
        install_simulated(lab.services.paths.versions, tag)
    for _ in range(3):
        lab.services.instances.create(NewInstance(name=lab.new_name(), gowa_version=TAGS[0]))


def next_tag(lab: Lab) -> str:
    return TAGS[TAGS.index(lab.services.instances.statuses()[0].gowa_version) + 1]


def updated_side_by_side(lab: Lab) -> object:
    """Update three that are stopped; count how many were under way at the same time."""
    instances, updater = lab.services.instances, lab.services.updater
    operation = updater.run(updater.plan([status.id for status in instances.statuses()], next_tag(lab), has_canary=False))
    busy: list[int] = []
    operation.progressed.connect(lambda: busy.append(sum(status.is_busy for status in instances.statuses())))
    lab.finish(operation)
    return max(busy)


def one_old_that_runs(lab: Lab) -> None:
    for tag in TAGS:
        install_simulated(lab.services.paths.versions, tag)
    created = lab.services.instances.create(NewInstance(name=lab.new_name(), gowa_version=TAGS[0]))
    lab.finish(lab.services.instances.start(created.id))
    lab.chosen = created.id


def seconds_watched(lab: Lab) -> object:
    """Update a running instance, with a clock for the watch that goes on a second from look to look."""
    looks = count()
    lab.patch.setattr(update_watch, "monotonic", lambda: float(next(looks)))
    lab.patch.setattr(update_watch, "pause", lambda owner, _ms: pause(owner, 1))
    updater = lab.services.updater
    lab.finish(updater.run(updater.plan([lab.chosen], next_tag(lab))))
    return 25 <= next(looks) <= 120


def ask_first_server(lab: Lab) -> None:
    lab.services.settings.set(RELEASE_ADDRESS, lab.servers[0].address)


def who_is_asked(lab: Lab) -> object:
    asked = [len(server.asked) for server in lab.servers]
    lab.finish(lab.services.versions.refresh())
    return [len(server.asked) > before for server, before in zip(lab.servers, asked, strict=True)]


def token_that_is_sent(lab: Lab) -> object:
    lab.finish(lab.services.versions.refresh())
    return lab.servers[0].asked[-1].headers.get("Authorization")


def is_asked_after_a_day(lab: Lab) -> object:
    """Let the time for the daily look come, with a server that was never asked before."""
    with ReleaseServer() as server:
        lab.services.settings.set(RELEASE_ADDRESS, server.address)
        lab.services.daily_check._on_timer_timeout()
        under_way = lab.services.daily_check._catalog._refreshing
        if under_way is not None:
            lab.finish(under_way)
        return len(server.asked) > 0


scripts = pytest.mark.skipif(sys.platform == "win32", reason="the simulated versions are scripts")
EFFECTS: dict[str, Effect] = {
    "port_range": Effect((MIDDLE, LAST), port_is_in_range, False, True),
    "parallel_starts": Effect(1, starting_side_by_side, 3, 1, three_wanted),
    "retries_slowly": Effect(False, is_tried_again_after_giving_up, True, False, quick_failures),
    "start_minimized": Effect(True, window_shows_after_a_launch, True, False),
    "close_action": Effect(CloseAction.QUIT, what_closing_does, "in the tray", "the end"),
    "quit_action": Effect(QuitAction.STOP, what_quitting_does, "asks", "stops", one_running),
    "language": Effect("es", words_of_start, "Start", "Iniciar"),
    "theme": Effect(ThemeChoice.CONTRAST, has_high_contrast, False, True),
    "reduced_motion": Effect(True, cursor_blinks, True, False),
    "shortcuts": Effect({"settings": "Ctrl+Alt+P"}, keys_open_the_settings, False, True, change=assign_keys),
    "sample_window_s": Effect(4, lambda lab: readings_in_12_s(lab, is_watched=True), 12, 3),
    "sample_tray_s": Effect(2, lambda lab: readings_in_12_s(lab, is_watched=False), 2, 6),
    "log_limits": Effect((1, 3), parts_of_a_log_of_600_kb, 0, 1),
    "log_level": Effect("DEBUG", details_are_logged, False, True),
    "log_searches": Effect({"mine": {"text": "fail"}}, searches_to_choose_from, [], ["mine"], change=save_search),
    "notifications": Effect(frozenset({"update"}), lambda lab: shown_notices(lab, NoticeKind.UPDATE), 1, 0),
    "quiet_hours": Effect(hours_around_now(), lambda lab: shown_notices(lab, NoticeKind.CRASHED), 1, 0),
    "urgent_breaks_quiet": Effect(False, lambda lab: shown_notices(lab, NoticeKind.GAVE_UP, Urgency.HIGH), 1, 0, be_quiet),
    "checks_daily": Effect(False, is_asked_after_a_day, True, False),
    "snapshots_kept": Effect(1, snapshots_left_of_two, 2, 1, stop_one_with_chats),
    "update_group": Effect(1, updated_side_by_side, 3, 1, three_old_ones),
    "update_watch_s": Effect(2, seconds_watched, True, False, one_old_that_runs),
    "release_address": Effect("", who_is_asked, [True, False], [False, True], ask_first_server),
    "github_token": Effect("ghp_secret", token_that_is_sent, None, "Bearer ghp_secret", ask_first_server),
    "proxy": Effect("", who_is_asked, [True, False], [False, True], ask_first_server),
}  # fmt: skip
SERVED = {"release_address", "proxy"}
"""Their value is the address of the second server."""
NEEDS_SCRIPTS = {"update_group", "update_watch_s"}


@pytest.fixture
def lab(qtbot: QtBot, qapp: QApplication, theme: Theme, data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """The program, launched on an empty folder, and two release servers."""
    with ReleaseServer() as first, ReleaseServer() as second:
        made = Lab(qtbot, qapp, theme, data_dir)
        made.servers = first, second
        made.patch = monkeypatch
        made.begin()
        yield made
        made.clean()


def test_every_setting_has_a_row_here() -> None:
    assert set(EFFECTS) == {setting.key for setting in SETTINGS}
    assert all(effect.before != effect.after for effect in EFFECTS.values())


@pytest.mark.parametrize("setting", [pytest.param(one, id=one.key, marks=[scripts] if one.key in NEEDS_SCRIPTS else []) for one in SETTINGS])
def test_setting_does_what_it_says_at_once_and_after_the_next_launch(setting: Setting[Any], lab: Lab) -> None:
    effect = EFFECTS[setting.key]
    if setting is not table.PORT_RANGE:
        lab.services.settings.set(PORT_RANGE, (FIRST, LAST))
    effect.prepare(lab)
    value = lab.servers[1].address if setting.key in SERVED else effect.value
    assert effect.notice(lab) == effect.before

    effect.change(lab, setting, value)
    assert effect.notice(lab) == effect.after

    lab.begin_anew()
    assert effect.notice(lab) == effect.after
