"""The head of the detail pane: mark, name, summary line, and the buttons that fit the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from gowa_desktop.domain.instance import InstanceState
from gowa_desktop.ui.instances.status_text import is_uneasy, shown_state, summary_line
from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.labels import ElidedLabel, set_property
from gowa_desktop.ui.look.marks import StateMark
from gowa_desktop.ui.parts.key_tip import KeyTip
from gowa_desktop.ui.parts.menu_button import MenuButton
from gowa_desktop.ui.versions.update_notice import is_outdated
from gowa_desktop.ui.versions.update_text import change_text

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.instances.status_text import Activity


class ActionButton(QPushButton):
    """A button that triggers an action and is enabled with it, but has words of its own."""

    def __init__(self, action: QAction, text: str, name: str, parent: QWidget) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setEnabled(action.isEnabled())
        KeyTip(action, self)
        self.clicked.connect(action.trigger)
        action.enabledChanged.connect(self.setEnabled)


class PanelHeader(QWidget):
    """Shows who it is and offers what can be done now. Its buttons are the window's actions on the selected instance."""

    update_requested = Signal(list)
    """The instance (its id in a list) is to be moved to the newest version."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("panelHeader")
        self._newest = ""
        self._id = 0
        self._mark = StateMark(self)
        self._name = ElidedLabel(parent=self)
        self._name.setObjectName("panelName")
        self._name.setFont(scaled_font(self.font(), 1.4, bold=True))
        self._summary = ElidedLabel(parent=self)
        self._summary.setObjectName("panelSummary")
        self._summary.setProperty("tone", "muted")
        self._update = QPushButton(self)
        self._update.setObjectName("panelUpdate")
        self._update.setProperty("kind", "badge")
        self._update.clicked.connect(self._on_update_clicked)
        self._open = ActionButton(actions.open_browser, self.tr("Open"), "panelOpen", self)
        self._start = ActionButton(actions.start, self.tr("Start"), "panelStart", self)
        self._restart = ActionButton(actions.restart, self.tr("Restart"), "panelRestart", self)
        self._stop = ActionButton(actions.stop, self.tr("Stop"), "panelStop", self)
        self._force = ActionButton(actions.kill, self.tr("Force now"), "panelForce", self)
        self._more = self._make_more(actions)
        for button in (self._open, self._start):
            button.setProperty("kind", "primary")
        self._lay_out()

    @property
    def summary(self) -> str:
        """The line below the name."""
        return self._summary.text()

    def buttons(self) -> list[QWidget]:
        """The buttons from left to right, whether shown or not."""
        return [self._open, self._start, self._restart, self._stop, self._force, self._more]

    def set_wide(self, *, is_wide: bool) -> None:
        """Put the buttons beside the name, or below it."""
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    def set_newest(self, tag: str) -> None:
        """Offer a version to instances that use an older one; empty offers none."""
        self._newest = tag

    def show_status(self, status: InstanceStatus, activity: Activity | None) -> None:
        """Show an instance and the buttons that fit its state."""
        state = status.status
        self._mark.show_state(shown_state(status, activity), is_uneasy=is_uneasy(status))
        self._name.setText(status.name)
        self._summary.setText(summary_line(status, activity))
        self._show_update(status)
        runs = state in {InstanceState.RUNNING, InstanceState.STARTING}
        rests = state in {InstanceState.STOPPED, InstanceState.FAILED, InstanceState.BACKOFF}
        self._open.setVisible(runs)
        self._restart.setVisible(state is InstanceState.RUNNING)
        self._stop.setVisible(runs or state is InstanceState.BACKOFF)
        self._force.setVisible(state is InstanceState.STOPPING)
        self._start.setVisible(rests)
        texts = {InstanceState.FAILED: self.tr("Start again"), InstanceState.BACKOFF: self.tr("Retry now")}
        # A failed instance has its crash card below, and one button on a page leads.
        set_property(self._start, "kind", "" if state in texts else "primary")
        self._start.setText(texts.get(state, self.tr("Start")))

    def _make_more(self, actions: Actions) -> MenuButton:
        button = MenuButton("panelMore", self.tr("More actions"), "panelMenu", self)
        actions.fill_instance_menu(button.menu())
        return button

    def _show_update(self, status: InstanceStatus) -> None:
        self._id = status.id
        is_due = bool(self._newest) and is_outdated(status, self._newest)
        self._update.setVisible(is_due)
        self._update.setText(change_text(status.resolved_version or "", self._newest))
        text = self.tr("Update {name} to GOWA {version}").format(name=status.name, version=self._newest)
        self._update.setAccessibleName(text)
        self._update.setToolTip(text)

    @Slot()
    def _on_update_clicked(self) -> None:
        self.update_requested.emit([self._id])

    def _lay_out(self) -> None:
        title = QHBoxLayout()
        title.setSpacing(8)
        title.addWidget(self._mark)
        title.addWidget(self._name, 1)
        summary = QHBoxLayout()
        summary.setSpacing(8)
        summary.addWidget(self._summary, 1)
        summary.addWidget(self._update)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addLayout(title)
        words.addLayout(summary)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in self.buttons():
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._layout = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._layout.setContentsMargins(16, 16, 16, 12)
        self._layout.setSpacing(12)
        self._layout.addLayout(words, 1)
        self._layout.addLayout(buttons)
