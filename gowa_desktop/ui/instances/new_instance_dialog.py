"""The dialog that makes an instance: a name, a version, a port, and everything else safe by itself."""

from __future__ import annotations

import secrets
import string
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from gowa_desktop.domain.errors import GowaError, NameInvalidError, NameTakenError, PortInvalidError, PortTakenError
from gowa_desktop.domain.instance import LATEST, NewInstance
from gowa_desktop.domain.versions import SIMULATOR
from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, FormDialog
from gowa_desktop.ui.config.form_field import FormField
from gowa_desktop.ui.look.fonts import fixed_font
from gowa_desktop.ui.look.icons import Tint, icon
from gowa_desktop.ui.parts.clipboard import CopyButton
from gowa_desktop.ui.parts.progress_line import ProgressLine

if TYPE_CHECKING:
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.versions.version_manager import VersionManager
    from gowa_desktop.ui.instances.new_instance_settings import NewInstanceSettings
    from gowa_desktop.ui.versions.version_runner import VersionRunner

PASSWORD_LENGTH = 20
_PASSWORD_LETTERS = string.ascii_letters + string.digits


class NewInstanceDialog(FormDialog):
    """Asks for what a new instance needs and creates it. Main thread."""

    may_grow = True
    created = Signal(int, bool)
    """Id of the instance that was made, and whether it is to start now."""
    import_requested = Signal()
    """A GOWA version is to be imported first."""

    def __init__(
        self, instances: InstanceService, versions: VersionManager, runner: VersionRunner, parent: QWidget, *,
        prefers_simulator: bool = False,
    ) -> None:  # fmt: skip
        super().__init__(self.tr("New instance"), "newInstanceDialog", parent)
        self._instances = instances
        self._versions = versions
        self._runner = runner
        self._is_waiting = False
        self._lists_real = False
        self._prefers_simulator = prefers_simulator
        self._name = QLineEdit(instances.suggest_name(), self)
        self._version = QComboBox(self)
        self._import = QPushButton(self.tr("&Import GOWA…"), self)
        self._port = QLineEdit(self)
        self._progress = ProgressLine("newProgress", self)
        self._progress.hide()
        self._make_fields()
        self._make_protection()
        self._start_now = QCheckBox(self.tr("&Start it now"), self)
        self._start_now.setObjectName("startNow")
        self._start_now.setChecked(True)
        self._more_logins: list[Json] = []
        self._settings: NewInstanceSettings | None = None
        self._disclosure = QPushButton(self.tr("&All settings"), self)
        self._disclosure.setObjectName("allSettings")
        self._lay_out()
        self._connect_signals()
        self._on_versions_changed()
        self._name.setFocus()
        self._name.selectAll()

    def new_instance(self) -> NewInstance:
        """Give what the fields say."""
        port = self._port.text().strip()
        return NewInstance(
            name=self._name.text().strip(), port=int(port) if port else None, gowa_version=str(self._version.currentData()),
            config=self._config(),
        )  # fmt: skip

    def _config(self) -> JsonObject:
        if self._settings is not None:
            if not self._disclosure.isChecked():
                self._settings.set_logins(self._logins())
            return self._settings.config()
        logins = self._logins()
        return {"flags": {"basicAuth": logins}} if logins else {}

    def _logins(self) -> list[Json]:
        """Give the sign-ins: the one in the fields here, and those that were added in the full form."""
        if not self._protect.isChecked():
            return []
        return [{"username": self._user.text().strip(), "password": self._password.text()}, *self._more_logins]

    def _make_fields(self) -> None:
        self._name_field = FormField(self.tr("&Name"), self._name, self, "newName")
        self._name_field.show_hint(self.tr("Only you see it, in this window."))
        self._import.setObjectName("newImport")
        self._import.setAutoDefault(False)
        self._version_field = FormField(self.tr("&GOWA version"), self._version, self, "newVersion", self._import)
        self._port_field = FormField(self.tr("&Port"), self._port, self, "newPort")
        port = self._instances.suggest_port()
        self._port.setMaxLength(5)
        self._port.setPlaceholderText(self.tr("Automatic") if port is None else self.tr("Automatic ({port})").format(port=port))
        self._port_field.show_hint(self.tr("Leave empty to take the next free port."))

    def _make_protection(self) -> None:
        self._protect = QCheckBox(self.tr("P&rotect the API with a password"), self)
        self._protect.setObjectName("protectApi")
        self._user = QLineEdit("admin", self)
        self._password = QLineEdit(self)
        self._password.setFont(fixed_font(self.font()))
        self._password.setText("".join(secrets.choice(_PASSWORD_LETTERS) for _ in range(PASSWORD_LENGTH)))
        self._protection = QFrame(self)
        self._protection.setObjectName("protection")
        self._protection.setProperty("kind", "card")
        copy = CopyButton("newPasswordCopy", self.tr("Copy the password"), self._password.text, self)
        copy.setAutoDefault(False)
        self._user_field = FormField(self.tr("&User name"), self._user, self, "newUser")
        self._password_field = FormField(self.tr("Pass&word"), self._password, self, "newPassword", copy)
        self._password_field.show_hint(self.tr("You find it again in the instance's details."))
        fields = QVBoxLayout(self._protection)
        fields.setContentsMargins(12, 12, 12, 8)
        fields.setSpacing(4)
        fields.addWidget(self._user_field)
        fields.addWidget(self._password_field)
        self._protection.hide()

    def _lay_out(self) -> None:
        self._disclosure.setProperty("kind", "textLink")
        self._disclosure.setCheckable(True)
        self._disclosure.setAutoDefault(False)
        self._disclosure.setIcon(icon("chevron-right", Tint.ACCENT))
        fields = QVBoxLayout()
        fields.setSpacing(12)
        above = (self._name_field, self._version_field, self._progress, self._port_field)
        for widget in (*above, self._protect, self._protection, self._start_now):
            fields.addWidget(widget)
        fields.addWidget(self._disclosure, 0, Qt.AlignmentFlag.AlignLeft)
        fields.addStretch(1)
        self._name_field.setMinimumWidth(FIELDS_WIDTH)
        self._columns = QHBoxLayout()
        self._columns.setSpacing(24)
        self._columns.addLayout(fields)
        self.body.addLayout(self._columns)
        self._create = self.add_buttons(self.tr("Create"), "createButton")

    def _connect_signals(self) -> None:
        self._name.textChanged.connect(self._check_name)
        self._port.textChanged.connect(self._check_port)
        self._user.textChanged.connect(self._check_protection)
        self._password.textChanged.connect(self._check_protection)
        self._protect.toggled.connect(self._on_protect_toggled)
        self._disclosure.toggled.connect(self._on_disclosure_toggled)
        self._port.textChanged.connect(self._show_settings)
        self._version.currentIndexChanged.connect(self._on_version_changed)
        self._import.clicked.connect(self.import_requested)
        self._versions.versions_changed.connect(self._on_versions_changed)
        self._versions.available_changed.connect(self._on_versions_changed)
        self._runner.changed.connect(self._on_runner_changed)
        self._runner.progressed.connect(self._show_waiting)
        self._progress.cancel_requested.connect(self._runner.cancel_newest)

    def accept(self) -> None:
        """Create the instance, after its version where that must be installed first; stay open and say why when that fails."""
        self.show_problem("")
        self._check_name()
        self._check_port()
        self._check_protection()
        wrong = self._first_wrong()
        if wrong is not None:
            wrong.setFocus()
        elif self._settings is not None and self._settings.problems():
            self._disclosure.setChecked(True)
            self._settings.focus_problem()
        elif self._version.currentData() == LATEST and not self._has_real():
            self._is_waiting = True
            self._runner.install_newest()
            self._show_waiting()
        else:
            self._make_instance()

    def _make_instance(self) -> None:
        try:
            status = self._instances.create(self.new_instance())
        except (NameInvalidError, NameTakenError) as error:
            self._name_field.show_error(str(error))
        except (PortInvalidError, PortTakenError) as error:
            self._port_field.show_error(str(error))
        except GowaError as error:
            self.show_problem(str(error))
        else:
            super().accept()
            self.created.emit(status.id, self._start_now.isChecked())

    def _has_real(self) -> bool:
        return any(not version.is_simulator for version in self._versions.installed())

    @Slot()
    def _on_runner_changed(self) -> None:
        """Go on once the version is there, or say why it is not."""
        if self._is_waiting and not self._runner.is_getting_newest:
            self._is_waiting = False
            if self._has_real():
                self._make_instance()
            elif self._runner.newest_problem is not None:
                self.show_problem(str(self._runner.newest_problem))
        self._show_waiting()

    @Slot()
    def _show_waiting(self) -> None:
        fields = (self._name_field, self._version_field, self._port_field, self._protect, self._protection, self._start_now)
        for widget in (*fields, self._create):
            widget.setEnabled(not self._is_waiting)
        self._progress.setVisible(self._is_waiting)
        if self._is_waiting:
            self._progress.show_progress(self._runner.newest_progress, self.tr("Looking for the newest release"))

    def _first_wrong(self) -> QWidget | None:
        fields = [(self._name_field, self._name), (self._port_field, self._port)]
        if self._protect.isChecked() and not self._disclosure.isChecked():
            fields += [(self._user_field, self._user), (self._password_field, self._password)]
        return next((editor for field, editor in fields if field.has_error), None)

    @Slot()
    def _check_name(self) -> None:
        try:
            self._instances.check_name(self._name.text())
        except GowaError as error:
            self._name_field.show_error(str(error))
        else:
            self._name_field.show_error("")

    @Slot()
    def _check_port(self) -> None:
        text = self._port.text().strip()
        try:
            if text and not (text.isascii() and text.isdecimal()):
                raise PortInvalidError(self.tr("A port is a number."), self.tr("Type one such as 8001, or leave it empty."))
            if text:
                self._instances.check_port(int(text))
        except GowaError as error:
            self._port_field.show_error(str(error))
        else:
            self._port_field.show_error("")

    @Slot()
    def _check_protection(self) -> None:
        user, password = self._user.text().strip(), self._password.text()
        self._user_field.show_error(
            self.tr("Type a user name without a colon or a comma.") if not user or set(user) & {":", ","} else ""
        )
        self._password_field.show_error(
            self.tr("Type a password without a comma.") if not password or "," in password else ""
        )

    @Slot(bool)
    def _on_protect_toggled(self, is_checked: bool) -> None:
        self._protection.setVisible(is_checked and not self._disclosure.isChecked())

    @Slot(bool)
    def _on_disclosure_toggled(self, is_open: bool) -> None:
        """Show the full form beside the fields. The sign-in has its place there then, and here when it is closed again."""
        if self._settings is None:
            from gowa_desktop.ui.instances.new_instance_settings import NewInstanceSettings  # noqa: PLC0415 - most people never open it

            self._settings = NewInstanceSettings(self._instances.parser, self._versions, self)
            self._columns.addWidget(self._settings)
        if is_open:
            self._settings.set_logins(self._logins())
            self._show_settings()
        else:
            self._take_logins(self._settings.logins())
        self._disclosure.setIcon(icon("chevron-left" if is_open else "chevron-right", Tint.ACCENT))
        self._settings.setVisible(is_open)
        self._protect.setVisible(not is_open)
        self._protection.setVisible(not is_open and self._protect.isChecked())

    def _take_logins(self, logins: Json) -> None:
        """Show the first sign-in of the full form in the fields; the others are kept."""
        entries = [entry for entry in logins if isinstance(entry, dict)] if isinstance(logins, list) else []
        self._protect.setChecked(bool(entries))
        self._more_logins = list(entries[1:])
        if entries:
            self._user.setText(str(entries[0].get("username", "")))
            self._password.setText(str(entries[0].get("password", "")))

    @Slot()
    def _show_settings(self) -> None:
        """Show the options of the chosen version, while the full form is open."""
        if self._settings is not None and self._disclosure.isChecked():
            text = self._port.text().strip()
            typed = int(text) if text.isascii() and text.isdecimal() else None
            self._settings.show_for(str(self._version.currentData()), typed or self._instances.suggest_port())

    @Slot()
    def _on_versions_changed(self) -> None:
        installed = self._versions.installed()
        real = [version.tag for version in installed if not version.is_simulator]
        newest = self._versions.newest_available()
        chosen = self._version.currentData()
        had_real, self._lists_real = self._lists_real, bool(real)
        self._version.blockSignals(True)
        self._version.clear()
        if real:
            self._version.addItem(self.tr("Latest ({version})").format(version=real[0]), LATEST)
        else:
            name = self.tr("Newest, {version}: install it first").format(version=newest.tag) if newest else self.tr("Newest: install it first")
            self._version.addItem(name, LATEST)
        for tag in real:
            self._version.addItem(tag, tag)
        if any(version.is_simulator for version in installed):
            self._version.addItem(self.tr("Simulator, not WhatsApp"), SIMULATOR)
        if chosen is None:
            chosen = SIMULATOR if self._prefers_simulator or not (real or newest) else LATEST
        elif real and not had_real:
            chosen = LATEST
        self._version.setCurrentIndex(max(0, self._version.findData(chosen)))
        self._version.blockSignals(False)
        self._on_version_changed()

    @Slot()
    def _on_version_changed(self) -> None:
        has_real = self._has_real()
        self._import.setVisible(not has_real)
        if self._version.currentData() == LATEST and not has_real:
            hint = self.tr("It is downloaded and checked before the instance is created.")
        elif self._version.currentData() != SIMULATOR:
            hint = ""
        elif has_real:
            hint = self.tr("This is not WhatsApp: it only behaves like GOWA, for trying things out.")
        else:
            hint = self.tr("This is not WhatsApp: it only behaves like GOWA. Install GOWA to use WhatsApp.")
        self._version_field.show_hint(hint)
        self._show_settings()
