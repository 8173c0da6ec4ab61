"""The dialog that shows what the settings in a file would change before they are taken over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from gowa_desktop.ui.config.form_dialog import names_line
from gowa_desktop.ui.config.plan_dialog import PlanDialog

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.config_plan import ConfigPlan


class ImportDialog(PlanDialog):
    """Shows one plan, that of a file. Main thread."""

    def __init__(self, plan: ConfigPlan, name: str, path: Path, parent: QWidget) -> None:
        text = QCoreApplication.translate("ImportDialog", "Import settings into {name}")
        super().__init__(text.format(name=name), "importSettingsDialog", parent)
        self._fixed = plan
        self.body.addWidget(names_line([str(path)], self))
        self.add_preview(self.tr("Import"), "importSettingsAccept")
        if not plan.changed and not any(planned.problem for planned in plan.instances):
            self.show_problem(self.tr("The file sets nothing that is different here."))

    def make_plan(self) -> ConfigPlan:
        """Give the plan of the file."""
        return self._fixed
