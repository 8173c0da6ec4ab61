"""The ways in which the program runs: with a window, without one, as a demonstration, as a self-test."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer

from gowa_desktop.bootstrap import build
from gowa_desktop.domain.app_settings import START_MINIMIZED
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.infra.autostart import autostart_of_launch
from gowa_desktop.program_run import ProgramRun
from gowa_desktop.services.commands.command_client import raise_first
from gowa_desktop.services.garbage import GarbageKeeper
from gowa_desktop.services.session_watch import SessionWatch
from gowa_desktop.services.signal_watcher import SignalWatcher
from gowa_desktop.surroundings import keep_files_private, refuse_without_display
from gowa_desktop.terminal_face import TerminalFace

if TYPE_CHECKING:
    from gowa_desktop.bootstrap import Services
    from gowa_desktop.launch_options import LaunchOptions
    from gowa_desktop.ui.application import Application
    from gowa_desktop.ui.main_window import MainWindow
    from gowa_desktop.ui.tray.tray import Tray
    from gowa_desktop.ui.window_face import WindowFace
    from gowa_desktop.ui.window_parts import WindowParts
    from gowa_desktop.ui.window_state import WindowState


def run_without_window(options: LaunchOptions) -> int:
    """Run the services until SIGTERM or Ctrl-C; instances go on running afterwards."""
    keep_files_private()
    application = QCoreApplication(sys.argv[:1])
    GarbageKeeper(application)
    run = ProgramRun(options.data_dir, TerminalFace(), application)
    with contextlib.closing(SignalWatcher(application.quit, application)):
        if not run.begin():
            raise run.already_running_error
        code = application.exec()
    return run.end(code)


def work_in_window(options: LaunchOptions, application: Application, state: WindowState, frame: MainWindow | None) -> int:
    """Work with a window, which a `frame` that is shown already becomes; another launch raises it and ends.

    Raises:
        GowaError: the data directory can never be used; a person has been told.
    """
    from gowa_desktop.ui.application import DESKTOP_FILE  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.fatal_error import show_fatal_error  # noqa: PLC0415
    from gowa_desktop.ui.session_end import SessionEnd  # noqa: PLC0415
    from gowa_desktop.ui.tray.tray import Tray  # noqa: PLC0415
    from gowa_desktop.ui.window_face import WindowFace  # noqa: PLC0415
    from gowa_desktop.ui.wishes import carry_out_once  # noqa: PLC0415

    tray = Tray(application)
    wishes = [options.then] if options.then else []
    frames = [frame] if frame is not None else []

    def make_window(services: Services, is_looking: bool) -> MainWindow:
        window = main_window(services, face, application, tray, state, frames.pop() if frames else None, is_looking=is_looking)
        if not is_looking:
            QTimer.singleShot(0, window, partial(carry_out_once, wishes, services.instances))
        return window

    def end_program() -> None:
        face.prepare_session_end()
        # Not `quit`, which any open window may refuse.
        application.exit(0)

    face = WindowFace(make_window, end_program, minimized=options.minimized, tray=tray, link=options.link)
    application.serve(face.answer_quit, face.open_link, face.reopen)
    run = ProgramRun(options.data_dir, face, application, options.link)

    def prepare_session_end() -> None:
        face.prepare_session_end()
        run.prepare_session_end()

    def go_on_after_all() -> None:
        face.go_on_after_all()
        run.go_on_after_all()

    watch = SessionWatch(DESKTOP_FILE, application)
    SessionEnd(application, prepare_session_end, go_on_after_all, watch)
    with contextlib.closing(SignalWatcher(end_program, application)):
        try:
            if not run.begin():
                _put_away(frames)
                raise_first(options.data_dir, options.link)
                return 0
        except GowaError as error:
            _put_away(frames)
            show_fatal_error(error)
            raise
        code = application.exec()
    tray.close()
    watch.close()
    return run.end(code)


def _put_away(frames: list[MainWindow]) -> None:
    for frame in frames:
        frame.put_away()


def main_window(
    services: Services,
    face: WindowFace[Services],
    application: QCoreApplication,
    tray: Tray,
    state: WindowState,
    frame: MainWindow | None,
    *,
    is_looking: bool,
) -> MainWindow:
    """Make the window of the program and what belongs to it as long as these services: language, notices, start at login.

    A `frame` that is shown already becomes that window.
    """
    from gowa_desktop.ui.application import DESKTOP_FILE  # noqa: PLC0415 - graphics where a window is wanted only
    from gowa_desktop.ui.language_switch import LanguageSwitch  # noqa: PLC0415
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415
    from gowa_desktop.ui.notices.notice_show import NoticeShow  # noqa: PLC0415

    data_dir = services.paths.root
    show = services.owner.findChild(NoticeShow) or NoticeShow(services.notices, services.tasks, tray, DESKTOP_FILE, services.owner)
    LanguageSwitch.of(services.settings, face, application, services.owner)
    parts = replace(window_parts(services), tray=tray, notice_show=show, autostart=autostart_of_launch(data_dir), data_dir=data_dir)
    window = frame or MainWindow(None, state)
    window.furnish(parts, is_looking=is_looking)
    window.watch_errors()
    tray.follow(services.instances)
    if sys.platform == "win32":
        from gowa_desktop.ui.jump_list import offer_tasks  # noqa: PLC0415 - of no use elsewhere

        offer_tasks(data_dir, window)
    if services.settings.get(START_MINIMIZED):
        face.begin_minimized()
    return window


def run_demo(options: LaunchOptions) -> int:
    """Open the window on a throw-away data directory with three simulated instances; they end with it."""
    keep_files_private()
    refuse_without_display()
    from gowa_desktop.ui.application import create_application  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.demo import DemoFleet  # noqa: PLC0415

    application = create_application(sys.argv[:1])
    GarbageKeeper(application)
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-demo-", ignore_cleanup_errors=True) as folder:
        services = build(Path(folder))
        services.settings.set_checks_daily(is_on=False)
        fleet = DemoFleet(services.instances)
        window = _make_demo_window(services)
        watcher = SignalWatcher(fleet.end, application)
        window.quit_requested.connect(fleet.end)
        fleet.ended.connect(application.quit)
        services.begin()
        fleet.begin()
        if options.minimized:
            window.showMinimized()
        else:
            window.show()
        code = application.exec()
        watcher.close()
        window.deleteLater()
        services.close()
    return code


def run_self_test(options: LaunchOptions) -> int:
    """Perform the main job with the simulator on a throw-away data directory and print each step; 0 when all went well."""
    keep_files_private()
    if sys.platform == "linux" and not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from gowa_desktop.ui.application import create_application  # noqa: PLC0415 - graphics on this branch only
    from gowa_desktop.ui.self_test import SelfTest  # noqa: PLC0415

    application = create_application(sys.argv[:1])
    GarbageKeeper(application)
    with tempfile.TemporaryDirectory(prefix="gowa-desktop-test-", ignore_cleanup_errors=True) as folder:
        services = build(Path(folder))
        services.settings.set_checks_daily(is_on=False)
        services.begin()
        window = _make_demo_window(services)
        test = SelfTest(services.instances, window, as_json=options.as_json, screenshot=options.screenshot)
        test.ended.connect(application.exit)
        test.begin()
        code = application.exec()
        window.deleteLater()
        services.close()
    return code


def _make_demo_window(services: Services) -> MainWindow:
    from gowa_desktop.ui.main_window import MainWindow  # noqa: PLC0415 - graphics where a window is wanted only
    from gowa_desktop.ui.window_state import WindowState  # noqa: PLC0415

    state = WindowState(services.paths.window_state)
    return MainWindow(window_parts(services), state, is_demo=True)


def window_parts(services: Services) -> WindowParts:
    """Take what the window needs from the services."""
    from gowa_desktop.ui.logs.log_desk import LogParts  # noqa: PLC0415 - graphics where a window is wanted only
    from gowa_desktop.ui.window_parts import WindowParts  # noqa: PLC0415
    from gowa_desktop.ui.window_watch import is_any_window_shown  # noqa: PLC0415

    services.monitor.set_watched(is_any_window_shown)
    services.logs.set_watched(is_any_window_shown)
    return WindowParts(
        instances=services.instances,
        versions=services.versions,
        settings=services.settings,
        configs=services.configs,
        updater=services.updater,
        snapshots=services.snapshots,
        conditions=services.upkeep.conditions,
        notices=services.notices,
        give_up=services.give_up,
        history=services.history,
        monitor=services.monitor,
        alerts=services.alerts,
        retention=services.retention,
        logs=LogParts(services.logs, services.diagnostics(), services.tasks),
        self_test=services.self_test,
    )
