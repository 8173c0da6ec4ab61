"""The menu of the tray icon. It is made once and kept; what changes is changed entry by entry, so that nothing flickers."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QRectF, Qt, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.status_text import is_uneasy
from gowa_desktop.ui.look.color_tables import LIGHT
from gowa_desktop.ui.look.marks import paint_mark
from gowa_desktop.ui.look.state_colors import state_color
from gowa_desktop.ui.tray.tray_words import MOST_LISTED, entry_text, header_line, in_order, more_text, startable, stoppable
from gowa_desktop.ui.verbs import Verb, is_allowed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gowa_desktop.domain.instance import InstanceStatus

_MARK_PX = 32


class InstanceEntry:
    """One instance in the menu: its line, and below it what can be done. Changes only what is different."""

    def __init__(self, status: InstanceStatus, menu: TrayMenu) -> None:
        self._menu = QMenu(menu)
        self._menu.setObjectName(f"trayInstance_{status.id}")
        self._start = self._add("start", partial(menu.verb_requested.emit, Verb.START.value, [status.id]))
        self._stop = self._add("stop", partial(menu.verb_requested.emit, Verb.STOP.value, [status.id]))
        self._restart = self._add("restart", partial(menu.verb_requested.emit, Verb.RESTART.value, [status.id]))
        self._menu.addSeparator()
        self._browse = self._add("open", partial(menu.browser_requested.emit, status.id))
        self._show = self._add("show", partial(menu.instance_requested.emit, status.id))
        self._shown: tuple[object, ...] = ()
        self.retranslate()
        self.show_status(status)

    @property
    def action(self) -> QAction:
        """The line that opens the submenu."""
        return self._menu.menuAction()

    def retranslate(self) -> None:
        """Say in the language of now what can be done."""
        self._start.setText(QCoreApplication.translate("InstanceEntry", "Start"))
        self._stop.setText(QCoreApplication.translate("InstanceEntry", "Stop"))
        self._restart.setText(QCoreApplication.translate("InstanceEntry", "Restart"))
        self._browse.setText(QCoreApplication.translate("InstanceEntry", "Open in browser"))
        self._show.setText(QCoreApplication.translate("InstanceEntry", "Show in window"))

    def show_status(self, status: InstanceStatus) -> None:
        """Show how the instance is now."""
        look = (status.status, is_uneasy(status))
        shown = (
            entry_text(status), look, is_allowed(Verb.START, status), is_allowed(Verb.STOP, status), is_allowed(Verb.RESTART, status),
            status.status is InstanceState.RUNNING and bool(status.base_url),
        )  # fmt: skip
        if shown == self._shown:
            return
        if not self._shown or self._shown[1] != look:
            self._menu.setIcon(_mark_icon(*look))
        self._shown = shown
        self._menu.setTitle(shown[0])
        for action, is_on in zip((self._start, self._stop, self._restart, self._browse), shown[2:], strict=True):
            action.setVisible(is_on)

    def drop(self) -> None:
        """Take it away for good."""
        self._menu.deleteLater()

    def _add(self, name: str, do: Callable[[], None]) -> QAction:
        action = QAction(self._menu)
        action.setObjectName(f"tray_{name}")
        action.triggered.connect(do)
        self._menu.addAction(action)
        return action


class TrayMenu(QMenu):
    """Shows what it is told and asks for what is clicked; does nothing itself. Main thread; lives as long as the icon."""

    verb_requested = Signal(str, list)
    """A `Verb` is wanted for the instances with these ids."""
    instance_requested = Signal(int)
    """The window is to show this instance."""
    browser_requested = Signal(int)
    """The page of this instance is to be opened in the browser."""
    window_requested = Signal()
    """The window is wanted."""
    quit_requested = Signal()
    """The end of the program is wanted."""
    translated = Signal()
    """The menu speaks another language now."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trayMenu")
        self._statuses: Sequence[InstanceStatus] = ()
        self._entries: dict[int, InstanceEntry] = {}
        self._order: list[int] = []
        self._is_looked_at = False
        self._header = self._add("header", self.window_requested)
        self.addSeparator()
        self._more = self._add("more", self.window_requested)
        self._more.setVisible(False)
        self._last_end = self.addSeparator()
        self._start_all = self._add("startAll")
        self._stop_all = self._add("stopAll")
        self.addSeparator()
        self._open = self._add("openWindow", self.window_requested)
        self._quit = self._add("quit", self.quit_requested)
        self.setDefaultAction(self._open)
        self._start_all.triggered.connect(self._on_start_all_triggered)
        self._stop_all.triggered.connect(self._on_stop_all_triggered)
        self.aboutToShow.connect(self._on_about_to_show)
        self.aboutToHide.connect(self._on_about_to_hide)
        self._translate()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the language that was chosen: the menu outlives the windows that are made anew for it."""
        if event.type() is QEvent.Type.LanguageChange:
            self._translate()
            self.translated.emit()
        super().changeEvent(event)

    def _translate(self) -> None:
        self._start_all.setText(self.tr("Start all"))
        self._stop_all.setText(self.tr("Stop all…"))
        self._open.setText(self.tr("Open window"))
        self._quit.setText(self.tr("Quit…"))
        for entry in self._entries.values():
            entry.retranslate()
        self.show_statuses(self._statuses)

    def show_statuses(self, statuses: Sequence[InstanceStatus]) -> None:
        """Show how the instances are now. Lines change places only while nobody looks."""
        self._statuses = statuses
        self._header.setText(header_line(statuses))
        by_id = {status.id: status for status in statuses}
        for instance_id, entry in self._entries.items():
            if instance_id in by_id:
                entry.show_status(by_id[instance_id])
        if not self._is_looked_at or any(instance_id not in by_id for instance_id in self._order):
            self._arrange(statuses)
        self._start_all.setEnabled(bool(startable(statuses)))
        self._stop_all.setEnabled(bool(stoppable(statuses)))

    def _arrange(self, statuses: Sequence[InstanceStatus]) -> None:
        listed = in_order(statuses)[:MOST_LISTED]
        wanted = [status.id for status in listed]
        for gone in self._entries.keys() - set(wanted):
            entry = self._entries.pop(gone)
            self.removeAction(entry.action)
            entry.drop()
        for status in listed:
            if status.id not in self._entries:
                self._entries[status.id] = InstanceEntry(status, self)
        if wanted != self._order:
            self._place(wanted)
        more = len(statuses) - len(listed)
        self._more.setText(more_text(more))
        self._more.setVisible(more > 0)
        self._last_end.setVisible(bool(statuses))

    def _place(self, wanted: list[int]) -> None:
        """Move what stands in the wrong place and leave alone what does not."""
        present = [instance_id for instance_id in self._order if instance_id in self._entries]
        self._order = wanted
        below: QAction = self._more
        for position in reversed(range(len(wanted))):
            action = self._entries[wanted[position]].action
            actions = self.actions()
            place = actions.index(below)
            if wanted[position] not in present or actions[place - 1] is not action:
                self.removeAction(action)
                self.insertAction(below, action)
            below = action

    def _add(self, name: str, signal: SignalInstance | None = None) -> QAction:
        action = QAction(self)
        action.setObjectName(f"tray_{name}")
        if signal is not None:
            action.triggered.connect(signal)
        self.addAction(action)
        return action

    @Slot()
    def _on_start_all_triggered(self) -> None:
        self.verb_requested.emit(Verb.START.value, startable(self._statuses))

    @Slot()
    def _on_stop_all_triggered(self) -> None:
        self.verb_requested.emit(Verb.STOP.value, stoppable(self._statuses))

    @Slot()
    def _on_about_to_show(self) -> None:
        self._is_looked_at = False
        self.show_statuses(self._statuses)
        # A menu that the desktop shows itself, as KDE does, is not told to every Qt when it closes: then the next opening arranges it.
        self._is_looked_at = sys.platform != "darwin"

    @Slot()
    def _on_about_to_hide(self) -> None:
        self._is_looked_at = False
        self._arrange(self._statuses)


def _mark_icon(state: InstanceState, is_uneasy: bool) -> QIcon:
    """Paint the mark of a state; its colours are found on bright and dark menus."""
    pixmap = QPixmap(_MARK_PX, _MARK_PX)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.scale(2, 2)
    paint_mark(painter, QRectF(2, 2, 12, 12), state, state_color(LIGHT, state, is_uneasy=is_uneasy), is_uneasy=is_uneasy)
    painter.end()
    return QIcon(pixmap)
