"""The dialog that asks how the settings of an instance are written to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Slot
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QWidget

from gowa_desktop.domain.config_files import FileFormat
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, Choice, FormDialog, hint_below, with_hint
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from gowa_desktop.domain.config_files import ExportedSettings
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.services.configs.config_service import ConfigService


class ExportDialog(FormDialog):
    """Chooses the format and whether secrets go along. Main thread; whoever opened it asks for the file."""

    def __init__(self, configs: ConfigService, status: InstanceStatus, parent: QWidget) -> None:
        text = QCoreApplication.translate("ExportDialog", "Export the settings of {name}")
        super().__init__(text.format(name=status.name), "exportSettingsDialog", parent)
        self._configs = configs
        self._instance_id = status.id
        self._group = QButtonGroup(self)
        self._formats: dict[FileFormat, Choice] = {}
        self._make_formats()
        self._secrets = QCheckBox(self.tr("Write &secrets too"), self)
        self._secrets.setObjectName("exportSecrets")
        self._left_out = toned_label("", "muted", self, "exportLeftOut")
        self._left_out.setWordWrap(True)
        self._left_out.setFixedWidth(FIELDS_WIDTH)
        hint = self.tr("Sign-ins, secrets and tokens, readable by whoever has the file.")
        self.body.addLayout(with_hint(self._secrets, hint_below(hint, "exportSecretsHint", self)))
        self.body.addWidget(self._left_out)
        self.add_buttons(self.tr("Choose file…"), "exportAccept")
        self._secrets.toggled.connect(self._show_left_out)
        self._group.buttonToggled.connect(self._show_left_out)
        self._show_left_out()

    @property
    def file_format(self) -> FileFormat:
        """The chosen format."""
        return next(one for one, choice in self._formats.items() if choice.button.isChecked())

    @property
    def has_secrets(self) -> bool:
        """True when secrets are to be written."""
        return self._secrets.isChecked()

    def exported(self) -> ExportedSettings:
        """Give what is to be written.

        Raises:
            NotFoundError: the instance is gone.
        """
        return self._configs.export_text(self._instance_id, self.file_format, with_secrets=self.has_secrets)

    def _make_formats(self) -> None:
        texts = {
            FileFormat.JSON: (self.tr("&JSON"), self.tr("Carries everything, also extra arguments and switched-off webhooks.")),
            FileFormat.ENV: (self.tr(".&env"), self.tr("GOWA itself can read it, in a container for example.")),
        }
        for file_format, (text, meaning) in texts.items():
            self._formats[file_format] = choice = Choice(text, meaning, f"exportFormat_{file_format.value}", self)
            self._group.addButton(choice.button)
            self.body.addWidget(choice)
        self._formats[FileFormat.JSON].button.setChecked(True)

    @Slot()
    def _show_left_out(self) -> None:
        exported = self.exported()
        lines = []
        if exported.secrets_left_out:
            lines.append(self.tr("Left out because they hold secrets: {names}.").format(names=", ".join(exported.secrets_left_out)))
        if exported.not_carried:
            lines.append(self.tr("Left out because a .env cannot carry them: {names}.").format(names=", ".join(exported.not_carried)))
        self._left_out.setText("\n".join(lines))
        self._left_out.setVisible(bool(lines))
