"""Asks before edits are lost: when the window closes, and when an instance with edits is deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from gowa_desktop.domain.errors import GowaError, NotFoundError
from gowa_desktop.ui.config.form_bars import named
from gowa_desktop.ui.look.icons import Tint
from gowa_desktop.ui.parts.dialogs import PlainDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.ui.config.config_drafts import ConfigDrafts


class UnsavedDialog(PlainDialog):
    """Asks what becomes of edits that are not saved; Enter saves them, Esc goes back to them."""

    discard_requested = Signal()
    """The edits are to be forgotten."""

    def __init__(self, names: Sequence[str], parent: QWidget) -> None:
        who = named(names)
        super().__init__(
            self.tr("Save the changed settings?"),
            self.tr("The settings of {names} were edited but not saved. Without saving, the edits are lost.").format(names=who),
            ("warning", Tint.NOTICE), parent,
        )  # fmt: skip
        self.setObjectName("unsavedDialog")
        save = self.add_button(self.tr("Save"), "unsavedSave", QDialogButtonBox.ButtonRole.AcceptRole, "primary")
        discard = self.add_button(self.tr("Discard"), "unsavedDiscard", QDialogButtonBox.ButtonRole.DestructiveRole)
        self.add_button(self.tr("Cancel"), "cancelButton", QDialogButtonBox.ButtonRole.RejectRole)
        discard.clicked.connect(self._on_discard_clicked)
        save.setDefault(True)
        save.setFocus()

    @Slot()
    def _on_discard_clicked(self) -> None:
        self.reject()
        self.discard_requested.emit()


class UnsavedGuard(QObject):
    """Keeps the window open while there are unsaved edits. Main thread; lives as long as the window."""

    show_requested = Signal(int)
    """The settings of this instance cannot be saved as they are; the person should see them."""

    def __init__(self, drafts: ConfigDrafts, instances: InstanceService, window: QWidget) -> None:
        super().__init__(window)
        self._drafts = drafts
        self._instances = instances
        self._window = window

    @property
    def has_unsaved(self) -> bool:
        """Whether edits would be lost."""
        return bool(self._drafts.unsaved())

    def asks_first(self, proceed: Callable[[], object]) -> bool:
        """Tell whether there are unsaved edits; if so the person is asked, and `proceed` is called when none are left."""
        unsaved = self._drafts.unsaved()
        if not unsaved:
            return False
        dialog = UnsavedDialog([self._instances.status(instance_id).name for instance_id in unsaved], self._window)
        dialog.accepted.connect(partial(self._save_all, proceed))
        dialog.discard_requested.connect(partial(self._discard_all, proceed))
        dialog.open()
        return True

    def _save_all(self, proceed: Callable[[], object]) -> None:
        for instance_id in self._drafts.unsaved():
            try:
                self._drafts.save(instance_id)
            except NotFoundError:
                continue
            except GowaError:
                self.show_requested.emit(instance_id)
                return
        proceed()

    def _discard_all(self, proceed: Callable[[], object]) -> None:
        for instance_id in self._drafts.unsaved():
            self._drafts.discard(instance_id)
        proceed()
