"""Everything about commands that belongs to the main window: the palette, the keys, and the windows that list them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from gowa_desktop.ui.commands.shortcut_keeper import ShortcutKeeper

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from gowa_desktop.services.settings import AppSettings
    from gowa_desktop.ui.actions import Actions
    from gowa_desktop.ui.commands.command_palette import CommandPalette
    from gowa_desktop.ui.commands.palette_entries import PaletteEntry
    from gowa_desktop.ui.commands.shortcuts_dialog import ShortcutsDialog
    from gowa_desktop.ui.instances.instance_table import InstanceModel
    from gowa_desktop.ui.window_state import WindowState

MOST_RECENT = 8


class CommandDesk(QObject):
    """Opens the palette and the shortcuts. Main thread; lives as long as the window, and is made after every action."""

    show_requested = Signal(int)
    """The instance with this id was chosen."""

    def __init__(self, actions: Actions, model: InstanceModel, settings: AppSettings, state: WindowState, window: QWidget) -> None:
        super().__init__(window)
        self._actions = actions
        self._model = model
        self._state = state
        self._window = window
        self._palette: CommandPalette | None = None
        self._dialog: ShortcutsDialog | None = None
        self.keeper = ShortcutKeeper(actions.all(), lambda: settings.shortcuts, settings.set_shortcuts, self)
        actions.palette.triggered.connect(self.open_palette)
        actions.shortcuts.triggered.connect(self.open_shortcuts)

    @Slot()
    def open_palette(self) -> None:
        """Show the palette; a second wish for it closes it again."""
        if self._palette is not None:
            self._palette.reject()
            return
        from gowa_desktop.ui.commands.command_palette import CommandPalette  # noqa: PLC0415 - not before the first paint
        from gowa_desktop.ui.commands.palette_entries import action_entries, instance_entries  # noqa: PLC0415

        statuses = sorted(self._model.statuses, key=lambda status: status.name.casefold())
        entries = [
            *action_entries(self._actions, left_out=["palette"]),
            *instance_entries(statuses, self._model.activity_of, self.show_requested.emit),
        ]
        self._palette = CommandPalette(entries, self._state.recent_commands, self._window)
        self._palette.chosen.connect(self._on_palette_chosen)
        self._palette.destroyed.connect(self._on_palette_destroyed)
        self._palette.show()
        self._palette.activateWindow()

    @Slot()
    def open_shortcuts(self) -> None:
        """Show every action with its keys, and let them be changed."""
        if self._dialog is None:
            from gowa_desktop.ui.commands.shortcuts_dialog import ShortcutsDialog  # noqa: PLC0415

            self._dialog = ShortcutsDialog(self.keeper, self._window)
            self._dialog.destroyed.connect(self._on_dialog_destroyed)
        self._dialog.open()

    @Slot(object)
    def _on_palette_chosen(self, entry: PaletteEntry) -> None:
        recent = [entry.key, *(key for key in self._state.recent_commands if key != entry.key)]
        self._state.recent_commands = recent[:MOST_RECENT]
        entry.run()

    @Slot()
    def _on_palette_destroyed(self) -> None:
        self._palette = None

    @Slot()
    def _on_dialog_destroyed(self) -> None:
        self._dialog = None
