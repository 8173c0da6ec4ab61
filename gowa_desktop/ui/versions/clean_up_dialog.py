"""The dialog that removes old GOWA versions: how many of the newest stay, and what that takes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, Slot

from gowa_desktop.ui.config.form_dialog import FIELDS_WIDTH, FormDialog, NumberBox
from gowa_desktop.ui.config.form_field import FormField
from gowa_desktop.ui.look.format import format_bytes
from gowa_desktop.ui.look.labels import toned_label

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.services.versions.version_manager import VersionManager

USUALLY_KEPT = 3
MOST_KEPT = 50
MOST_TAGS = 12
"""How many versions are named; the rest is counted."""


class CleanUpDialog(FormDialog):
    """Asks how many versions stay. Main thread."""

    clean_up_requested = Signal(int)
    """What nobody uses goes, except the newest this many."""

    def __init__(self, versions: VersionManager, parent: QWidget) -> None:
        super().__init__(self.tr("Clean up versions"), "cleanUpDialog", parent)
        self._versions = versions
        self._keep = NumberBox("", "", 1, MOST_KEPT, self)
        self._keep.setValue(USUALLY_KEPT)
        field = FormField(self.tr("&Keep the newest"), self._keep, self, "cleanUpKeep", is_short=True)
        field.setMinimumWidth(FIELDS_WIDTH)
        field.show_hint(self.tr("Versions that an instance uses stay in any case."))
        self._effect = toned_label("", "", self, "cleanUpEffect")
        self._effect.setWordWrap(True)
        self._effect.setFixedWidth(FIELDS_WIDTH)
        self.body.addWidget(field)
        self.body.addWidget(self._effect)
        self._accept = self.add_buttons(self.tr("Remove"), "cleanUpAccept", "danger")
        self._keep.valueChanged.connect(self._show_effect)
        self._show_effect()

    def accept(self) -> None:
        """Ask for the clean-up."""
        self.clean_up_requested.emit(self._keep.value())
        super().accept()

    @Slot()
    def _show_effect(self) -> None:
        going = self._versions.removable(self._keep.value())
        self._accept.setEnabled(bool(going))
        if not going:
            self._effect.setText(self.tr("Nothing to remove."))
            return
        tags = [version.tag for version in going[:MOST_TAGS]]
        if len(going) > MOST_TAGS:
            tags.append(self.tr("{count} more").format(count=len(going) - MOST_TAGS))
        size = format_bytes(sum(version.size_bytes for version in going))
        self._effect.setText(self.tr("Removes {versions} and frees {size}.").format(versions=", ".join(tags), size=size))
