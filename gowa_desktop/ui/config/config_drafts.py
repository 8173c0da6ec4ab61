"""The drafts of all instances: kept while others are selected, brought up to date when settings change elsewhere, saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.domain.errors import ConfigInvalidError, GowaError, NotFoundError, PortInvalidError
from gowa_desktop.domain.instance import InstanceChanges
from gowa_desktop.ui.config.config_draft import ConfigDraft
from gowa_desktop.ui.config.extra_options import PORT
from gowa_desktop.ui.look.sentences import told

if TYPE_CHECKING:
    from gowa_desktop.services.instances.instance_service import InstanceService


class ConfigDrafts(QObject):
    """Owns one draft for each instance that is being edited. Main thread; lives as long as the window."""

    edited = Signal(int)
    """The person has edited the draft of this instance."""
    changed = Signal(int)
    """The draft of this instance was saved, discarded, or joined with a change made elsewhere."""

    def __init__(self, instances: InstanceService, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._instances = instances
        self._drafts: dict[int, ConfigDraft] = {}
        instances.state_changed.connect(self._on_instances_state_changed)
        instances.instance_removed.connect(self._on_instances_instance_removed)

    def draft(self, instance_id: int) -> ConfigDraft:
        """Give the draft of an instance; without edits it shows what is stored.

        Raises:
            NotFoundError: there is no such instance.
        """
        draft = self._drafts.get(instance_id)
        if draft is None:
            port = self._instances.status(instance_id).port
            draft = self._drafts[instance_id] = ConfigDraft(self._instances.parser, self._instances.config(instance_id), port)
        return draft

    def unsaved(self) -> list[int]:
        """Give the instances with edits that are not saved."""
        return [instance_id for instance_id, draft in self._drafts.items() if draft.is_changed]

    def problems(self, instance_id: int) -> dict[str, str]:
        """Check a draft; the result maps keys of options, or of one row of a list, to sentences."""
        draft = self.draft(instance_id)
        problems = self._instances.check_config(instance_id, draft.config)
        if draft.is_port_changed:
            try:
                self._instances.check_port(typed_port(draft.port_text), instance_id)
            except GowaError as error:
                problems[PORT] = told(str(error))
        return problems

    def save(self, instance_id: int) -> None:
        """Store a draft.

        Raises:
            ConfigInvalidError, PortInvalidError, PortTakenError: a value is wrong; nothing is stored.
            ConflictError, DatabaseError: it cannot be stored now.
        """
        draft = self.draft(instance_id)
        for sentence in self.problems(instance_id).values():
            raise ConfigInvalidError(sentence, self.tr("Correct the value and try again."))
        config = draft.config
        if draft.is_port_changed:
            self._instances.update(instance_id, InstanceChanges(port=typed_port(draft.port_text)))
        self._instances.save_config(instance_id, config)
        self._drafts.pop(instance_id, None)
        self.changed.emit(instance_id)

    def discard(self, instance_id: int) -> None:
        """Forget the edits of an instance."""
        if self._drafts.pop(instance_id, None) is not None:
            self.changed.emit(instance_id)

    @Slot(int)
    def _on_instances_state_changed(self, instance_id: int) -> None:
        """Join what was changed elsewhere, by the command line or for several instances at once."""
        draft = self._drafts.get(instance_id)
        if draft is None:
            return
        try:
            has_changed = draft.rebase(self._instances.config(instance_id), self._instances.status(instance_id).port)
        except NotFoundError:
            return
        if has_changed:
            self.changed.emit(instance_id)

    @Slot(int)
    def _on_instances_instance_removed(self, instance_id: int) -> None:
        self._drafts.pop(instance_id, None)


def typed_port(text: str) -> int:
    """Read a port that a person typed.

    Raises:
        PortInvalidError: it is no number.
    """
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 5:
        raise PortInvalidError("A port is a number up to 65535.", "Type one such as 8001.")
    return int(digits)
