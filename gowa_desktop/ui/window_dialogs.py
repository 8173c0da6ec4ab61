"""The dialogs that the main window opens on its own account; each is imported when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.infra.paths import resources_dir

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from gowa_desktop.domain.instance import InstanceStatus
    from gowa_desktop.infra.licences import Component
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.versions.version_desk import VersionDesk
    from gowa_desktop.ui.window_parts import WindowParts


class WindowDialogs(QObject):
    """Opens new instance, settings and supervision. Main thread; lives as long as the window."""

    created = Signal(int, bool)
    """An instance (id) was created; true when it is to be started now."""

    def __init__(
        self, parts: WindowParts, actions: Actions, desk: VersionDesk, selected: Callable[[], list[InstanceStatus]], window: QWidget
    ) -> None:
        super().__init__(window)
        self._parts = parts
        self._desk = desk
        self._selected = selected
        self._window = window
        actions.create.triggered.connect(self._on_create_triggered)
        actions.settings.triggered.connect(self._on_settings_triggered)
        actions.self_test.triggered.connect(self._on_self_test_triggered)
        actions.about.triggered.connect(self._on_about_triggered)
        actions.trash.triggered.connect(self._on_trash_triggered)
        actions.supervision.triggered.connect(self._on_supervision_triggered)

    @Slot(bool)
    def open_new_instance(self, prefers_simulator: bool) -> None:
        """Ask what a new instance is to be."""
        from gowa_desktop.ui.instances.new_instance_dialog import NewInstanceDialog  # noqa: PLC0415 - 11 ms for three dialogs, not before the first paint

        dialog = NewInstanceDialog(
            self._parts.instances, self._parts.versions, self._desk.runner, self._window, prefers_simulator=prefers_simulator
        )
        dialog.created.connect(self.created)
        dialog.import_requested.connect(self._desk.importer.choose_file)
        dialog.open()

    @Slot()
    def _on_create_triggered(self) -> None:
        self.open_new_instance(False)

    @Slot()
    def _on_settings_triggered(self) -> None:
        from gowa_desktop.ui.settings.settings_dialog import SettingsDialog  # noqa: PLC0415

        parts = self._parts
        SettingsDialog(parts.settings, self._window, autostart=parts.autostart, data_dir=parts.data_dir).open()

    @Slot()
    def _on_self_test_triggered(self) -> None:
        from gowa_desktop.ui.help.self_test_dialog import SelfTestDialog  # noqa: PLC0415

        SelfTestDialog(self._parts.self_test, self._window).open()

    @Slot()
    def _on_about_triggered(self) -> None:
        from gowa_desktop.infra.licences import read_components  # noqa: PLC0415

        self._parts.logs.tasks.run(lambda: read_components(resources_dir()), self._show_about, owner=self)

    def _show_about(self, components: list[Component]) -> None:
        from gowa_desktop.ui.help.about_dialog import AboutDialog  # noqa: PLC0415

        AboutDialog(components, self._window).open()

    @Slot()
    def _on_trash_triggered(self) -> None:
        from gowa_desktop.ui.instances.trash_dialog import TrashDialog  # noqa: PLC0415

        TrashDialog(self._parts.instances.trash, self._window, is_looking=self._parts.instances.is_looking).open()

    @Slot()
    def _on_supervision_triggered(self) -> None:
        selected = [status for status in self._selected() if not status.is_busy]
        if selected:
            from gowa_desktop.ui.instances.supervision_dialog import SupervisionDialog  # noqa: PLC0415

            SupervisionDialog(self._parts.instances, selected, self._window).open()
