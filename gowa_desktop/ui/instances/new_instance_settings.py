"""The full form behind the disclosure of the New instance dialog: every setting, before the instance exists."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.options import BY_KEY
from gowa_desktop.domain.versions import GowaVersion
from gowa_desktop.ui.config.config_draft import ConfigDraft
from gowa_desktop.ui.config.config_form import ConfigForm

if TYPE_CHECKING:
    from gowa_desktop.domain.config_parser import ConfigParser
    from gowa_desktop.domain.json_types import Json, JsonObject
    from gowa_desktop.domain.options import Option
    from gowa_desktop.services.versions.version_manager import VersionManager

FORM_HEIGHT = 440
WIDE, NARROW = 620, 420
"""Width of the form, and what it is where the dialog would not fit on the screen."""
LEAST_SCREEN = 1180
BASIC_AUTH = BY_KEY["basicAuth"]


class NewInstanceSettings(QWidget):
    """Edits the settings that a new instance will have. Main thread; belongs to the dialog."""

    edited = Signal()
    """A setting is different."""

    def __init__(self, parser: ConfigParser, versions: VersionManager, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("newSettings")
        self._versions = versions
        self._parser = parser
        self._version: GowaVersion | None = None
        self._discovered: tuple[Option, ...] = ()
        # The secret that creating would make by itself is made here, so that it is seen and can be copied.
        self._draft = ConfigDraft(self._parser, self._parser.new_secrets(), None)
        self._form = ConfigForm(self._parser.generate_secret, None, self)
        is_wide = parent.screen().availableGeometry().width() >= LEAST_SCREEN
        self.setFixedSize(WIDE if is_wide else NARROW, FORM_HEIGHT)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._form)
        self._form.edited.connect(self._on_form_edited)
        versions.options_discovered.connect(self._on_versions_options_discovered)

    def config(self) -> JsonObject:
        """Give the settings as edited."""
        return self._draft.config

    def problems(self) -> dict[str, str]:
        """Check the settings for the chosen version."""
        return self._parser.check(self._draft.config, self._version, self._discovered)

    def logins(self) -> Json:
        """Give the sign-ins."""
        return self._draft.value(BASIC_AUTH)

    def set_logins(self, logins: Json) -> None:
        """Take over the sign-ins that were typed outside the form."""
        self._draft.set_value(BASIC_AUTH, logins)

    def show_for(self, tag: str, port: int | None) -> None:
        """Show what this version knows; the port decides some defaults."""
        try:
            installed = self._versions.resolve(tag)
            self._version, self._discovered = GowaVersion(installed.tag), self._versions.discovered_options(installed.tag)
        except GowaError:
            self._version, self._discovered = None, ()
        self._draft.rebase(self._draft.stored, port)
        self._form.show_draft(self._draft, self._parser.known_options(self._version, self._discovered), has_port=False)
        self._form.show_problems(self.problems())

    def focus_problem(self) -> None:
        """Show the first field that is wrong."""
        self._form.show_problems(self.problems())
        self._form.focus_problem()

    @Slot(str)
    def _on_versions_options_discovered(self, tag: str) -> None:
        if self._version is not None and self._version.tag == tag:
            self.show_for(tag, self._draft.port)

    @Slot()
    def _on_form_edited(self) -> None:
        self._form.show_problems(self.problems())
        self.edited.emit()
