"""Leaving: what happens when the window is closed or the program is to end, as the settings say."""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import GowaError, NotFoundError
from gowa_desktop.domain.instance import LIVE_STATES, InstanceState
from gowa_desktop.domain.leaving import CloseAction, QuitAction
from gowa_desktop.ui.leave_dialogs import CloseQuestion, QuitQuestion, StopProgress
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.verbs import Verb, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QDialog

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.config.unsaved_guard import UnsavedGuard
    from gowa_desktop.ui.frame_window import FrameWindow
    from gowa_desktop.ui.parts.message_bar import MessageBar
    from gowa_desktop.ui.window_parts import WindowParts
    from gowa_desktop.ui.window_state import WindowState

_UP_STATES = LIVE_STATES | {InstanceState.BACKOFF}


class Leaving(QObject):
    """Decides and asks. Main thread; lives as long as its window.

    Without a tray (`parts.tray` is None: the demonstration, the self-test) closing the window is the end of the program.
    """

    decided = Signal()
    """The program may end now."""
    restart_requested = Signal(list)
    """Instances (ids) that were stopped for an end that did not come are wanted again."""

    def __init__(
        self, parts: WindowParts, state: WindowState, unsaved: UnsavedGuard, messages: MessageBar, window: FrameWindow, *, asks: bool
    ) -> None:
        super().__init__(window)
        self._instances = parts.instances
        self._settings = parts.settings
        self._tray = parts.tray
        self._state = state
        self._unsaved = unsaved
        self._messages = messages
        self._window = window
        self._asks = asks
        self._dialog: QDialog | None = None
        self._take_over_earlier_answer()

    def close_window(self) -> None:
        """Do what the close button means."""
        if self._tray is None or self._settings.close_action is CloseAction.QUIT:
            self.quit()
        elif self._state.knows_close:
            self._stay()
        else:
            question = CloseQuestion(self._window, has_tray=self._tray.look())
            question.stay_chosen.connect(self._on_question_stay_chosen)
            question.quit_chosen.connect(self._on_question_quit_chosen)
            self._open(question)

    @Slot()
    def quit(self) -> None:
        """End the program: unsaved edits first, then the instances that run, then `decided`."""
        if self._dialog is not None:
            self._window.raise_and_focus()
            return
        if self._unsaved.has_unsaved:
            self._window.raise_and_focus()
        if self._unsaved.asks_first(self.quit):
            return
        running = self._up()
        if not running or not self._asks:
            self.decided.emit()
            return
        action = self._settings.quit_action
        if action is QuitAction.LEAVE:
            self.decided.emit()
        elif action is QuitAction.STOP:
            self._stop_all()
        else:
            question = QuitQuestion(len(running), self._window)
            question.leave_chosen.connect(self._on_question_leave_chosen)
            question.stop_chosen.connect(self._on_question_stop_chosen)
            self._open(question)

    def _up(self) -> list[InstanceStatus]:
        return [status for status in self._instances.statuses() if status.status in _UP_STATES and not status.is_view_only]

    def _open(self, dialog: QDialog) -> None:
        # A question in a window that is not there would never be seen.
        if not self._window.isVisible() or self._window.isMinimized():
            self._window.raise_and_focus()
        self._dialog = dialog
        dialog.finished.connect(self._on_dialog_finished)
        dialog.open()

    def _stay(self) -> None:
        """Put the window away to where a person finds it again."""
        self._window.save_layout()
        if self._tray is not None and self._tray.look():
            self._window.hide()
        else:
            self._window.showMinimized()

    def _stop_all(self) -> None:
        progress = StopProgress(self._instances, [status for status in self._up() if is_allowed(Verb.STOP, status)], self._window)
        progress.ended.connect(self.decided)
        progress.called_off.connect(self._on_progress_called_off)
        self._open(progress)
        progress.begin()

    def _take_over_earlier_answer(self) -> None:
        """An earlier version asked whether its note on running instances is to be shown again."""
        if self._state.hides_close_notice and self._settings.quit_action is QuitAction.ASK:
            with contextlib.suppress(GowaError):
                self._settings.set_quit_action(QuitAction.LEAVE)
                self._state.hides_close_notice = False

    def _remember(self, store: Callable[[], None]) -> None:
        try:
            store()
        except GowaError as error:
            self._messages.show_message(Message("leaving", error.message, detail=error.next_step))

    @Slot(int)
    def _on_dialog_finished(self, _result: int) -> None:
        self._dialog = None

    @Slot(bool)
    def _on_question_stay_chosen(self, is_remembered: bool) -> None:
        self._state.knows_close = is_remembered
        self._stay()

    @Slot(bool)
    def _on_question_quit_chosen(self, is_remembered: bool) -> None:
        if is_remembered:
            self._remember(partial(self._settings.set_close_action, CloseAction.QUIT))
        self.quit()

    @Slot(bool)
    def _on_question_leave_chosen(self, is_remembered: bool) -> None:
        if is_remembered:
            self._remember(partial(self._settings.set_quit_action, QuitAction.LEAVE))
        self.decided.emit()

    @Slot(bool)
    def _on_question_stop_chosen(self, is_remembered: bool) -> None:
        if is_remembered:
            self._remember(partial(self._settings.set_quit_action, QuitAction.STOP))
        self._stop_all()

    @Slot(list)
    def _on_progress_called_off(self, ids: list[int]) -> None:
        text = self.tr("GOWA Desktop stays open. {count} instances were asked to stop.").format(count=len(ids))
        if len(ids) == 1:
            text = self.tr("GOWA Desktop stays open. 1 instance was asked to stop.")
        again = self.tr("Start again")
        self._messages.show_message(Message("called-off", text, Kind.GOOD, action_text=again, action=partial(self._start_again, ids)))

    def _start_again(self, ids: list[int]) -> None:
        there = []
        for instance_id in ids:
            with contextlib.suppress(NotFoundError):
                there.append(self._instances.status(instance_id).id)
        self.restart_requested.emit(there)
