"""The small cards of the detail pane: lights that say what answers, and figures with their curves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from gowa_desktop.domain.instance import LIVE_STATES, InstanceState
from gowa_desktop.ui.instances.status_text import is_uneasy
from gowa_desktop.ui.look.fonts import scaled_font
from gowa_desktop.ui.look.labels import ElidedLabel, toned_label
from gowa_desktop.ui.look.marks import Sparkline, StateMark

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.instance import ExitReport, InstanceStatus


class LightCard(QFrame):
    """One light: a mark, what it stands for, and a word about it."""

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "card")
        self._mark = StateMark(self)
        self._title = title
        self._note = ElidedLabel(parent=self)
        self._note.setProperty("tone", "muted")
        self._note.setObjectName(f"{name}Note")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._mark)
        top.addWidget(toned_label(title, "strong", self), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self._note)

    @property
    def note(self) -> str:
        """The word about it."""
        return self._note.text()

    @property
    def state(self) -> InstanceState:
        """The mark that is lit."""
        return self._mark.state

    @property
    def is_uneasy(self) -> bool:
        """True while the mark is amber: there should be an answer and is none."""
        return self._mark.is_uneasy

    def show_light(self, state: InstanceState, note: str, *, is_uneasy: bool = False) -> None:
        """Show another mark and note."""
        self._mark.show_state(state, is_uneasy=is_uneasy)
        self._note.setText(note)
        self.setAccessibleName(f"{self._title}: {note}")


class FigureCard(QFrame):
    """One figure, with a curve of its recent values where there is one."""

    def __init__(self, name: str, title: str, parent: QWidget, curve: Sparkline | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setProperty("kind", "card")
        self._title = toned_label(title, "muted", self)
        self._figure = ElidedLabel(parent=self)
        self._figure.setObjectName(f"{name}Figure")
        self._figure.setFont(scaled_font(self.font(), 1.2, bold=True))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(2)
        self._note = toned_label("", "muted", self, f"{name}Note")
        self._note.hide()
        layout.addWidget(self._title)
        layout.addWidget(self._figure)
        layout.addWidget(self._note)
        self._curve = curve
        if curve is not None:
            layout.addSpacing(4)
            layout.addWidget(curve)
        layout.addStretch(1)  # a taller neighbour must not pull title and figure apart

    @property
    def figure(self) -> str:
        """The figure that is shown."""
        return self._figure.text()

    def set_title(self, title: str) -> None:
        """Say what the figure is."""
        self._title.setText(title)

    def show_note(self, note: str) -> None:
        """Add a few words below the figure; empty takes them away."""
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def show_figure(self, figure: str, values: Sequence[float] = ()) -> None:
        """Show another figure and curve."""
        self._figure.setText(figure)
        self.setAccessibleName(f"{self._title.text()}: {figure}")
        if self._curve is not None:
            self._curve.show_values(values)


class LightsRow(QWidget):
    """The lights side by side: the process and its API. People take one for the other, so both are shown."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.process = LightCard("processLight", self.tr("Process"), self)
        self.api = LightCard("apiLight", self.tr("API"), self)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for column, card in enumerate((self.process, self.api)):
            layout.addWidget(card, 0, column)
            layout.setColumnStretch(column, 1)

    def show_status(self, status: InstanceStatus, report: ExitReport | None) -> None:
        """Light what is true of this instance."""
        state = status.status
        self.process.show_light(*self._process_light(status, report))
        if is_uneasy(status):
            self.api.show_light(state, self.tr("no answer"), is_uneasy=True)
        elif state is InstanceState.RUNNING:
            self.api.show_light(state, self.tr("answers"))
        elif state is InstanceState.STARTING:
            self.api.show_light(state, self.tr("no answer yet"))
        else:
            self.api.show_light(InstanceState.STOPPED, self.tr("off"))

    def _process_light(self, status: InstanceStatus, report: ExitReport | None) -> tuple[InstanceState, str]:
        if status.status in LIVE_STATES and status.pid is not None:
            return InstanceState.RUNNING, self.tr("pid {pid}").format(pid=status.pid)
        if status.status in LIVE_STATES:
            return status.status, self.tr("no process yet")
        if status.status in {InstanceState.FAILED, InstanceState.BACKOFF}:
            return InstanceState.FAILED, self._ending(report)
        return InstanceState.STOPPED, self.tr("not running")

    def _ending(self, report: ExitReport | None) -> str:
        if report is not None and report.signal is not None:
            return self.tr("ended by signal {signal}").format(signal=report.signal)
        if report is not None and report.code is not None:
            return self.tr("ended with code {code}").format(code=report.code)
        return self.tr("not running")
