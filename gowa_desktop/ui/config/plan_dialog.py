"""The frame of every dialog that changes settings of several instances or options: choices, what they would change, then the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QPushButton, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.ui.config.change_table import ChangeTable
from gowa_desktop.ui.config.form_dialog import FormDialog
from gowa_desktop.ui.look.labels import toned_label
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.domain.config_plan import ConfigPlan
    from gowa_desktop.ui.config.change_table import Now

WIDTH = 720
"""Of the fields and of the table, in logical pixels."""
SETTLE_MS = 120
"""How long a person's typing may pause before the table follows."""


class PlanDialog(FormDialog):
    """Shows a plan that follows the choices above it. Main thread; deletes itself when closed.

    A subclass fills `body`, calls `add_preview` last, gives the plan in `make_plan`, and calls `refresh_soon` when a choice changes.
    """

    may_grow = True
    plan_accepted = Signal(object)
    """The person wants this `ConfigPlan` carried out."""

    def __init__(self, title: str, name: str, parent: QWidget) -> None:
        super().__init__(title, name, parent)
        self._plan: ConfigPlan | None = None
        self._button: QPushButton | None = None
        self._table: ChangeTable | None = None
        self._notes = toned_label("", "muted", self, f"{name}Notes")
        self._notes.setWordWrap(True)
        self._notes.setFixedWidth(WIDTH)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SETTLE_MS)
        self._timer.timeout.connect(self.refresh)

    @property
    def plan(self) -> ConfigPlan | None:
        """What would be carried out; None while the choices make no sense."""
        return self._plan

    def make_plan(self) -> ConfigPlan | None:
        """Give the plan for the present choices, None when something is missing.

        Raises:
            GowaError: the choices make no sense; the person is told.
        """
        raise NotImplementedError

    def present(self) -> Now:
        """Give label and present value by instance of the setting that this is about; shown where nothing changes."""
        return {}

    def add_preview(self, button: str, name: str) -> None:
        """Add the table, the notes and the buttons, and show the first plan."""
        # Made last, because Tab goes through a dialog in the order in which things were made.
        self._table = ChangeTable(self)
        self._table.setFixedWidth(WIDTH)
        self.body.addWidget(self._table)
        self.body.addWidget(self._notes)
        self.add_buttons(button, name)
        self._button = self.findChild(QPushButton, name)
        self.refresh()

    def refresh_soon(self) -> None:
        """Let the table follow when the person pauses; until then Enter may count, `accept` looks first."""
        self._timer.start()
        if self._button is not None:
            self._button.setEnabled(True)

    @Slot()
    def refresh(self) -> None:
        """Let the table follow now."""
        self._timer.stop()
        problem = ""
        try:
            self._plan = self.make_plan()
        except GowaError as error:
            self._plan, problem = None, told(str(error))
        self.show_problem(problem)
        if self._table is not None:
            self._table.show_plan(self._plan, self.present())
            self._table.set_rows_shown(self._table.changes.rowCount())
        notes = "\n".join(self._plan.notes) if self._plan is not None else ""
        self._notes.setText(notes)
        self._notes.setVisible(bool(notes))
        if self._button is not None:
            self._button.setEnabled(self._plan is not None and bool(self._plan.changed))

    def accept(self) -> None:
        """Hand over the plan for what is chosen now, and close."""
        if self._timer.isActive():
            self.refresh()
        if self._plan is not None and self._plan.changed:
            self.plan_accepted.emit(self._plan)
            super().accept()
