"""Everything about changes of settings that belongs to the main window: dialogs, files, what was done, how it is taken back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from gowa_desktop.domain.config_files import FileFormat
from gowa_desktop.domain.errors import GowaError
from gowa_desktop.domain.exposure import ExposureFix
from gowa_desktop.ui.config.config_actions import changeable
from gowa_desktop.ui.look.sentences import told
from gowa_desktop.ui.parts.message_bar import Kind, Message
from gowa_desktop.ui.parts.undo_desk import UndoOffer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.config_plan import ConfigPlan
    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.domain.templates import ConfigTemplate
    from gowa_desktop.services.configs.config_service import ConfigChange, ConfigOutcome, ConfigService
    from gowa_desktop.services.instances.instance_service import InstanceService
    from gowa_desktop.services.instances.operation import Operation
    from gowa_desktop.ui.config.config_actions import ConfigActions
    from gowa_desktop.ui.config.export_dialog import ExportDialog
    from gowa_desktop.ui.parts.message_bar import MessageBar

    Selected = Callable[[], list[InstanceStatus]]

_KEY = "config"
MOST_NAMED = 5


class _Words(NamedTuple):
    """What is told at the end of a change; `{who}` in the text stands for the instances."""

    text: str
    detail: str
    problems: list[str]


class ConfigDesk(QObject):
    """Puts the config service and the window together. Main thread; lives as long as the main window."""

    restart_requested = Signal(list)
    """The instances with these ids are to be restarted with their new settings."""

    def __init__(
        self, configs: ConfigService, instances: InstanceService, actions: ConfigActions, selected: Selected, messages: MessageBar,
        window: QWidget,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._configs = configs
        self._instances = instances
        self._selected = selected
        self._messages = messages
        self._window = window
        self._operation: Operation | None = None
        self._changes: set[ConfigChange] = set()
        actions.edit.triggered.connect(self._on_edit_triggered)
        actions.copy.triggered.connect(self._on_copy_triggered)
        actions.templates.triggered.connect(self._on_templates_triggered)
        actions.export_file.triggered.connect(self._on_export_triggered)
        actions.import_file.triggered.connect(self._on_import_triggered)

    @Slot(int, str)
    def fix(self, instance_id: int, fix: str) -> None:
        """Close an exposure of an instance."""
        try:
            plan = self._configs.plan.fix(instance_id, ExposureFix(fix))
        except GowaError as error:
            self._tell_failure(error)
            return
        self._carry_out(plan, ExposureFix(fix).consequence)

    def import_file(self, instance_id: int, path: Path) -> None:
        """Show what the settings in a file would change."""
        self._configs.plan_import(instance_id, path, partial(self._show_import, instance_id, path), self._tell_failure)

    def _carry_out(self, plan: ConfigPlan, detail: str = "") -> None:
        """Store a plan, then say what was done and offer what comes next."""
        labels = list(dict.fromkeys(told(change.label) for planned in plan.changed for change in planned.changes))
        what = ", ".join(labels) if 0 < len(labels) <= 2 else self.tr("{count} settings").format(count=len(labels) or 1)
        problems = [f"{planned.name}: {planned.problem}" for planned in plan.instances if planned.problem is not None]
        words = self.tr("Changed for {who}: {what}.").replace("{what}", what)
        self._run(self._configs.begin(plan), _Words(words, detail, problems))

    def _undo(self, undo_id: int) -> None:
        try:
            change = self._configs.begin_undo(undo_id)
        except GowaError as error:
            self._tell_failure(error)
            return
        self._run(change, _Words(self.tr("Taken back for {who}."), "", []))

    def _run(self, change: ConfigChange, words: _Words) -> None:
        """Run a change; one that takes a while shows how far it is and can be called off."""
        self._changes.add(change)
        change.advanced.connect(partial(self._show_progress, change))
        change.ended.connect(partial(self._on_change_ended, change, words))
        change.run_in_slices()

    def _show_progress(self, change: ConfigChange, done: int) -> None:
        if change.is_ended:
            return
        text = self.tr("Changing settings: {done} of {count}").format(done=done, count=change.count)
        self._messages.show_message(
            Message(_KEY, text, Kind.BUSY, action_text=self.tr("Cancel"), action=change.cancel, done=done, total=change.count)
        )

    def _on_change_ended(self, change: ConfigChange, words: _Words) -> None:
        self._changes.discard(change)
        outcome = change.outcome
        done = [name for instance_id in outcome.changed if (name := self._name(instance_id)) is not None]
        problems = [f"{name}: {told(str(error))}" for name, error in outcome.failures] + words.problems
        self._tell(outcome, words.text.replace("{who}", self._who(done)), words.detail, problems, done)

    def _tell(self, outcome: ConfigOutcome, text: str, detail: str, problems: list[str], done: list[str]) -> None:
        restarts = outcome.restart_due
        lines = [f"{text} {detail}".strip()] if done else []
        if restarts:
            lines.append(self._restart_words(restarts, len(done)))
        actions: list[tuple[str, Callable[[], None]]] = [(self.tr("Restart now"), partial(self._restart, restarts))] if restarts else []
        if outcome.undo_id is not None:
            actions.append((self.tr("Undo"), UndoOffer(partial(self._undo, outcome.undo_id))))
        if problems:
            more = len(problems) - MOST_NAMED
            lines += problems[:MOST_NAMED] + ([self.tr("and {count} more").format(count=more)] if more > 0 else [])
        (first, first_action), (other, other_action) = [*actions, ("", None), ("", None)][:2]
        self._messages.show_message(
            Message(
                _KEY, "\n".join(lines), Kind.ERROR if problems else Kind.GOOD, action_text=first, action=first_action,
                title=self.tr("Not everything could be changed") if problems else "", other_text=other, other_action=other_action,
            )
        )  # fmt: skip

    def _restart_words(self, restarts: Sequence[int], count: int) -> str:
        if len(restarts) == 1 == count:
            return self.tr("It runs with its old settings until it is restarted.")
        return self.tr("{count} of them run with their old settings until they are restarted.").format(count=len(restarts))

    def _restart(self, ids: Sequence[int]) -> None:
        self.restart_requested.emit([instance_id for instance_id in ids if self._name(instance_id) is not None])

    def _who(self, names: Sequence[str]) -> str:
        if len(names) == 1:
            return names[0]
        return self.tr("{count} instances").format(count=len(names))

    def _name(self, instance_id: int) -> str | None:
        try:
            return self._instances.status(instance_id).name
        except GowaError:  # deleted meanwhile
            return None

    def _tell_failure(self, error: GowaError) -> None:
        self._messages.show_message(Message(_KEY, error.message, detail=error.next_step))

    def _free(self) -> list[InstanceStatus]:
        return changeable(self._selected())

    @Slot()
    def _on_edit_triggered(self) -> None:
        targets = self._free()
        if targets:
            from gowa_desktop.ui.config.bulk_edit_dialog import BulkEditDialog  # noqa: PLC0415 - not before the first paint

            dialog = BulkEditDialog(self._instances, self._configs, targets, self._window)
            dialog.plan_accepted.connect(self._carry_out)
            dialog.open()

    @Slot()
    def _on_copy_triggered(self) -> None:
        targets = self._free()
        if targets:
            from gowa_desktop.ui.config.copy_dialog import CopyDialog  # noqa: PLC0415

            dialog = CopyDialog(self._instances, self._configs, targets, self._window)
            dialog.plan_accepted.connect(self._carry_out)
            dialog.open()

    @Slot()
    def _on_templates_triggered(self) -> None:
        from gowa_desktop.ui.config.templates_dialog import TemplatesDialog  # noqa: PLC0415

        dialog = TemplatesDialog(self._configs, self._free(), self._window)
        dialog.apply_requested.connect(self._on_apply_requested)
        dialog.removed.connect(self._on_template_removed)
        dialog.open()

    @Slot(int)
    def _on_apply_requested(self, template_id: int) -> None:
        targets = self._free()
        if targets:
            from gowa_desktop.ui.config.template_dialogs import ApplyTemplateDialog  # noqa: PLC0415

            dialog = ApplyTemplateDialog(self._configs, targets, template_id, self._window)
            dialog.plan_accepted.connect(self._carry_out)
            dialog.open()

    @Slot(object)
    def _on_template_removed(self, template: ConfigTemplate) -> None:
        text = self.tr("The template {name} was deleted. Instances keep what they have.").format(name=template.name)
        action = UndoOffer(partial(self._restore_template, template))
        self._messages.show_message(Message("template", text, Kind.GOOD, action_text=self.tr("Undo"), action=action))

    def _restore_template(self, template: ConfigTemplate) -> None:
        try:
            self._configs.templates.restore(template)
        except GowaError as error:
            self._tell_failure(error)

    @Slot()
    def _on_export_triggered(self) -> None:
        for status in self._selected()[:1]:
            from gowa_desktop.ui.config.export_dialog import ExportDialog  # noqa: PLC0415

            dialog = ExportDialog(self._configs, status, self._window)
            dialog.accepted.connect(partial(self._choose_export_file, dialog, status))
            dialog.open()

    def _choose_export_file(self, dialog: ExportDialog, status: InstanceStatus) -> None:
        file_format = dialog.file_format
        try:
            exported = dialog.exported()
        except GowaError as error:
            self._tell_failure(error)
            return
        chooser = QFileDialog(self._window, self.tr("Export settings"))
        chooser.setObjectName("exportFileDialog")
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setNameFilters([f"*.{file_format.value}"])
        chooser.setDefaultSuffix(file_format.value)
        chooser.selectFile(f"{_file_name(status.name)}.{file_format.value}")

        def write(path: str) -> None:
            # The chooser has asked before it gives a file that exists.
            self._operation = self._configs.write_file(Path(path), exported, replaces=True)
            self._operation.finished.connect(partial(self._on_written, status.name, path))

        chooser.fileSelected.connect(write)
        chooser.finished.connect(chooser.deleteLater)
        chooser.open()

    def _on_written(self, name: str, path: str) -> None:
        operation, self._operation = self._operation, None
        if operation is None:
            return
        if operation.error is not None:
            self._tell_failure(operation.error)
            return
        text = self.tr("The settings of {name} are in {path}.").format(name=name, path=path)
        self._messages.show_message(Message(_KEY, text, Kind.GOOD))

    @Slot()
    def _on_import_triggered(self) -> None:
        for status in self._free()[:1]:
            chooser = QFileDialog(self._window, self.tr("Import settings into {name}").format(name=status.name))
            chooser.setObjectName("importFileDialog")
            chooser.setFileMode(QFileDialog.FileMode.ExistingFile)
            formats = " ".join(f"*.{one.value}" for one in FileFormat)
            chooser.setNameFilters([self.tr("Settings ({patterns})").format(patterns=f"{formats} .env"), self.tr("All files (*)")])
            chooser.fileSelected.connect(lambda path, one=status.id: self.import_file(one, Path(path)))
            chooser.finished.connect(chooser.deleteLater)
            chooser.open()

    def _show_import(self, instance_id: int, path: Path, plan: ConfigPlan) -> None:
        from gowa_desktop.ui.versions.import_dialog import ImportDialog  # noqa: PLC0415

        name = self._name(instance_id)
        if name is not None:
            dialog = ImportDialog(plan, name, path, self._window)
            dialog.plan_accepted.connect(self._carry_out)
            dialog.open()


def _file_name(name: str) -> str:
    """Make a file name of an instance's name: some of its characters mean something to some system."""
    return "".join(c if c.isalnum() or c in " -_.()+@" else "-" for c in name).strip(" .") or "settings"
