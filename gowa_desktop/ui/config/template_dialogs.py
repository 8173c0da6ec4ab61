"""Small dialogs about templates: saving the settings of an instance as one, and applying one to the selected instances."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from gowa_desktop.domain.errors import ConfigInvalidError, GowaError
from gowa_desktop.domain.names import name_identity
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, FormDialog, hint_below, names_line, with_hint
from gowa_desktop.ui.config.plan_dialog import PlanDialog
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gowa_desktop.domain.config_plan import ConfigPlan
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.configs.config_service import ConfigService


class SaveTemplateDialog(FormDialog):
    """Names the settings of an instance. Main thread; `template_id` is set when it was accepted."""

    def __init__(self, configs: ConfigService, status: InstanceStatus, parent: QWidget) -> None:
        text = QCoreApplication.translate("SaveTemplateDialog", "Save the settings of {name} as a template")
        super().__init__(text.format(name=status.name), "saveTemplateDialog", parent)
        self._shelf = configs.templates
        self._instance_id = status.id
        self._names = {name_identity(template.name) for template in self._shelf.all()}
        self.template_id: int | None = None
        self._name = QLineEdit(self)
        self._name.setObjectName("templateName")
        self._name.setAccessibleName(self.tr("Name of the template"))
        self._name.setPlaceholderText(self.tr("Name of the template"))
        self._name.setFixedWidth(FIELDS_WIDTH)
        self._secrets = QCheckBox(self.tr("Keep &secrets too"), self)
        self._secrets.setObjectName("templateSecrets")
        self.body.addWidget(self._name)
        hint = self.tr("Sign-ins, secrets and tokens. The port and the database addresses are never part of a template.")
        self.body.addLayout(with_hint(self._secrets, hint_below(hint, "templateSecretsHint", self)))
        self.add_buttons(self.tr("Save"), "templateSave")
        self._name.textChanged.connect(self._on_name_changed)
        self._name.setFocus()

    def accept(self) -> None:
        """Save it; stay open and say why when that is not possible."""
        try:
            template = self._shelf.save(
                self._name.text(), self._instance_id, with_secrets=self._secrets.isChecked(), replaces=self._replaces()
            )
        except GowaError as error:
            self.show_problem(str(error))
            self._name.setFocus()
            return
        self.template_id = template.id
        super().accept()

    def _replaces(self) -> bool:
        return name_identity(self._name.text()) in self._names

    @Slot()
    def _on_name_changed(self) -> None:
        """Say on the button that a template of this name is there already."""
        button = self.findChild(QPushButton, "templateSave")
        if isinstance(button, QPushButton):
            button.setText(self.tr("Replace") if self._replaces() else self.tr("Save"))


class ApplyTemplateDialog(PlanDialog):
    """Shows what a template would change on the selected instances. Main thread."""

    def __init__(self, configs: ConfigService, targets: Sequence[InstanceStatus], template_id: int, parent: QWidget) -> None:
        super().__init__(_title(targets), "applyTemplateDialog", parent)
        self._configs = configs
        self._targets = [status.id for status in targets]
        self._templates = {template.id: template for template in configs.templates.all()}
        self._choice = QComboBox(self)
        self._choice.setObjectName("templateChoice")
        self._choice.setAccessibleName(self.tr("Template"))
        for template in self._templates.values():
            self._choice.addItem(template.name, template.id)
        self._choice.setCurrentIndex(self._choice.findData(template_id))
        if len(targets) > 1:
            self.body.addWidget(names_line([status.name for status in targets], self))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(toned_label(self.tr("Template"), "", self))
        row.addWidget(self._choice, 1)
        self.body.addLayout(row)
        self._choice.currentIndexChanged.connect(self.refresh)
        self.add_preview(self.tr("Apply"), "templateApply")

    def make_plan(self) -> ConfigPlan | None:
        """Give the plan for the chosen template."""
        template = self._templates.get(self._choice.currentData())
        if template is None:
            return None
        if template.config_error is not None:
            raise ConfigInvalidError(self.tr("This template cannot be read."), self.tr("Save it anew from an instance."))
        return self._configs.plan.overlay(self._targets, template.config)


def _title(targets: Sequence[InstanceStatus]) -> str:
    if len(targets) == 1:
        return QCoreApplication.translate("ApplyTemplateDialog", "Apply a template to {name}").format(name=targets[0].name)
    return QCoreApplication.translate("ApplyTemplateDialog", "Apply a template to {count} instances").format(count=len(targets))
